"""Whether the pictures of when and where are true to the model."""
