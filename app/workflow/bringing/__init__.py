"""Bringing in many videos at once: archives, folders and tables, file by file, durably."""
