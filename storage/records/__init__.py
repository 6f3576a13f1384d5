"""What is stored, one file a kind of row."""
