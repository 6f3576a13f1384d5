"""Draws evidence on pictures, as the viewer does in the browser. Knows no files and no database."""
