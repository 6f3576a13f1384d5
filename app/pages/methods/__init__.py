"""The page Other methods: one answer, and how each method draws it."""
