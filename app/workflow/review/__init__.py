"""Which video a person sees next, and why."""
