"""Training from lists of files, for those who write programs."""
