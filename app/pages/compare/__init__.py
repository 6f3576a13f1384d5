"""The page Compare: two versions' answers under one play head."""
