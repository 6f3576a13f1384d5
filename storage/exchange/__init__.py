"""What leaves the house: the labels in formats that other programs read, one file a format."""
