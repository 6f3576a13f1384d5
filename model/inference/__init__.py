"""From frames to an answer: engines, clips to whole video, class evidence."""
