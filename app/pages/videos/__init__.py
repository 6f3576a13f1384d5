"""The page Videos: all of them, found again, sorted and deleted."""
