"""The page Teach: what there is to learn from, how it goes, the versions."""
