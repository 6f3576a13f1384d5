"""How far temporal saliency can be trusted, measured on splices of real clips."""
