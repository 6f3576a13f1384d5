"""What people say about a video."""
