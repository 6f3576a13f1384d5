"""Training, testing, fine-tuning and comparing models. Knows no database and no web page."""
