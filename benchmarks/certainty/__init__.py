"""Does the model know when it does not know? Temperature, threshold, and what they are worth."""
