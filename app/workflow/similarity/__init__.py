"""Which videos are alike to a model, and what corrections say about them."""
