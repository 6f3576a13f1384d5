"""Networks, weights, video reading, inference and learning. Knows neither `app` nor `storage`."""
