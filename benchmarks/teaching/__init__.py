"""The whole way from corrections to a better model, through the app's own use cases."""
