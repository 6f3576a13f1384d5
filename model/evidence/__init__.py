"""The pictures of when and where, and how far they can be trusted."""
