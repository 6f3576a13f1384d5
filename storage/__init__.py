"""What Second Look remembers: database, media files, manifests. Knows neither `app` nor `model`."""
