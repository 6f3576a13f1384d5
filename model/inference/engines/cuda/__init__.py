"""The network on a graphics card: folded, in 16 bits, replayed as one graph."""
