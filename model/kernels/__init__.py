"""Kernels for graphics cards, and the same arithmetic in plain PyTorch.

`choosing.py` decides between the two. Tensors lie channels-last: [N, T, H, W, C], C without gaps.
"""
