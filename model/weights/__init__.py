"""Checkpoints: what there is, how to fetch, import, read and build it."""
