"""From a video file to arrays of frames, decoded in a separate limited process."""
