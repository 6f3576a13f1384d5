"""The models that can answer: versions, cards, fetching."""
