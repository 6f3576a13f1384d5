"""The components of `app/components`, each in a small page of its own, in a real browser."""
