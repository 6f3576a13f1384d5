"""A network learns to answer as another one does, from pictures that nobody labelled."""
