"""One file a page: each binds components to use cases, nothing else."""
