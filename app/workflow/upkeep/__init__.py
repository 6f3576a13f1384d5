"""What keeps the house running: self-test, backup, sweeping."""
