"""Networks only: layers and their arithmetic, no files and no video."""
