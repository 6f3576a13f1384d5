"""What a model says about a video, and the forms in which people take it away."""
