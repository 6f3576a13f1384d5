"""What people read, phrased once: for the pages, the film, the command line and the API."""
