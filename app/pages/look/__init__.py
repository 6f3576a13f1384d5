"""The page Look: bring a video, see the answer, say whether it is right."""
