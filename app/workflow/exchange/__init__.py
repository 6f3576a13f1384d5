"""Labels that leave the house, as files."""
