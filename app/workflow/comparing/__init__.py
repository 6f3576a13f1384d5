"""Two answers to one video, side by side."""
