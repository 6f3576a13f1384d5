"""Where each cell of a feature map looks: the middle of its receptive field in the input.

Arithmetic of Dumoulin and Visin, "A guide to convolution arithmetic", 2016, section 2: a layer
of kernel k, stride s and dilation d with p positions padded before puts cell j at
s j - p + d (k - 1) / 2.
"""

from __future__ import annotations

from collections.abc import Iterable

from torch import nn

from model.network.layers import SamePad
from model.network.video_network import Axis


def centres_of(layers: Iterable[nn.Module], size: tuple[int, int, int]) -> tuple[Axis, Axis, Axis]:
    """Receptive-field centres along (T, H, W) after `layers`, in the order in which they compute.

    Branches that run side by side must have the same stride and be padded evenly, as in every
    block here: then they agree, and following one of them is enough.
    """
    flat = [inner for layer in layers for inner in layer.modules()]
    return _along(flat, 0, size[0]), _along(flat, 1, size[1]), _along(flat, 2, size[2])


def _along(layers: Iterable[nn.Module], axis: int, size: int) -> Axis:
    first, step = 0.0, 1.0
    for layer in layers:
        if isinstance(layer, SamePad):
            before = layer.before(axis, size)
            first -= step * before
            size += before + layer.after(axis, size)
        elif isinstance(layer, nn.Conv3d | nn.MaxPool3d):
            kernel, stride = _at(layer.kernel_size, axis), _at(layer.stride, axis)
            padding, reach = _at(layer.padding, axis), _at(layer.dilation, axis) * (kernel - 1)
            if kernel > 1:  # a 1x1x1 of the same stride is the shortcut beside the main path
                first += step * (reach / 2 - padding)
                step *= stride
                size = (size + 2 * padding - reach - 1) // stride + 1
    return Axis(first, step)


def _at(value: object, axis: int) -> int:
    """PyTorch gives one number for all axes or one for each."""
    found = value[axis] if isinstance(value, tuple) else value
    if not isinstance(found, int):
        raise TypeError(f"a kernel, stride or padding of {value!r} is not understood")
    return found
