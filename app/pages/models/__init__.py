"""The page Models: which there are, getting one, letting one answer."""
