"""What the ways of learning from corrections are worth, on real clips and other persons."""
