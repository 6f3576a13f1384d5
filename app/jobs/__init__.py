"""Long work, done in a process of its own: `worker` does it, `supervisor` keeps it alive."""
