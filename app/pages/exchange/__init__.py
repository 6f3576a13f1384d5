"""The page Export: labels taken away as files."""
