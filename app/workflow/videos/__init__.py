"""The videos that are here: kept, asked about, played, listed, deleted."""
