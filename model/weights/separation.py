"""Turns dense 3x3x3 convolutions into depthwise plus 1x1x1 ones. Pure functions, no data needed."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

DENSE = ".conv.weight"


def separate(weight: Tensor, filters: int) -> tuple[Tensor, Tensor]:
    """The best depthwise + pointwise pair for one dense kernel, in the sense of least squares.

    `weight` [out, in, kT, kH, kW]. For every input channel the matrix [out, kT*kH*kW] is cut to
    its `filters` largest singular values (Eckart and Young, 1936); each side takes their roots.

    Returns the depthwise weights [in*filters, 1, kT, kH, kW], those of one channel side by side,
    and the pointwise weights [out, in*filters, 1, 1, 1].
    """
    out_channels, in_channels, *kernel = weight.shape
    matrices = weight.double().transpose(0, 1).reshape(in_channels, out_channels, -1)
    left, values, right = torch.linalg.svd(matrices, full_matrices=False)
    kept = min(filters, values.shape[1])
    roots = values[:, :kept].sqrt()
    depthwise = weight.new_zeros(in_channels, filters, *kernel)
    pointwise = weight.new_zeros(in_channels, filters, out_channels)
    depthwise[:, :kept] = (right[:, :kept] * roots[:, :, None]).reshape(in_channels, kept, *kernel)
    pointwise[:, :kept] = left[:, :, :kept].transpose(1, 2) * roots[:, :, None]
    inner = in_channels * filters
    return (
        depthwise.reshape(inner, 1, *kernel),
        pointwise.reshape(inner, out_channels).T.reshape(out_channels, inner, 1, 1, 1).contiguous(),
    )


def separate_network(tensors: Mapping[str, Tensor], filters: int) -> dict[str, Tensor]:
    """The state of the dense I3D to that of the separated one; everything else is kept as it is."""
    separated: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if name.endswith(DENSE) and tuple(tensor.shape[2:]) == (3, 3, 3):
            unit = name.removesuffix(DENSE)
            depthwise, pointwise = separate(tensor, filters)
            separated[f"{unit}.depthwise.weight"] = depthwise
            separated[f"{unit}.pointwise.weight"] = pointwise
        else:
            separated[name] = tensor
    return separated
