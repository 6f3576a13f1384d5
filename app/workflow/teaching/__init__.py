"""From corrections to the next version of a model."""
