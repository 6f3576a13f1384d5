"""Example videos that the project draws itself, so that a first visitor has something to open."""
