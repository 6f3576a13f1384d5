"""Turns dense 3x3x3 convolutions into depthwise plus 1x1x1 ones, and a 7x7x7 stem into two steps.

Pure algebra. Without anything said of the inputs every place of a kernel counts alike; with their
covariances (from `model.learning.distil.fitting`) what hardly varies in real videos counts little,
and far fewer filters keep as much.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

DENSE = ".conv.weight"
STEM = "trunk.stem"


def separate(
    weight: Tensor, filters: int, covariances: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """The best depthwise + pointwise pair for one dense kernel, in the sense of least squares.

    `weight` [out, in, kT, kH, kW]; `covariances` [in, K, K] of the K = kT*kH*kW inputs under the
    kernel, for each channel. For every input channel the matrix [out, K], times the root of its
    covariance, is cut to its `filters` largest singular values (Eckart and Young, 1936): what
    differs is then the output and not the weights (Zhang et al., "Accelerating very deep
    convolutional networks", PAMI 2016, section 3.1, for whole layers).

    Returns the depthwise weights [in*filters, 1, kT, kH, kW], those of one channel side by side,
    and the pointwise weights [out, in*filters, 1, 1, 1].
    """
    out_channels, in_channels, *kernel = weight.shape
    matrices = weight.double().transpose(0, 1).reshape(in_channels, out_channels, -1)
    seen = matrices if covariances is None else matrices @ root(covariances.double())
    left, _, _ = torch.linalg.svd(seen, full_matrices=False)
    kept = min(filters, left.shape[2])
    left = left[:, :, :kept]
    right = left.transpose(1, 2) @ matrices  # the best right side for these left ones
    sizes = right.norm(dim=2).clamp_min(torch.finfo(torch.float32).tiny).sqrt()
    depthwise = weight.new_zeros(in_channels, filters, *kernel)
    pointwise = weight.new_zeros(in_channels, filters, out_channels)
    depthwise[:, :kept] = (right / sizes[:, :, None]).reshape(in_channels, kept, *kernel)
    pointwise[:, :kept] = left.transpose(1, 2) * sizes[:, :, None]
    inner = in_channels * filters
    return (
        depthwise.reshape(inner, 1, *kernel),
        pointwise.reshape(inner, out_channels).T.reshape(out_channels, inner, 1, 1, 1).contiguous(),
    )


def split_stem(
    weight: Tensor, filters: int, covariance: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """The best pair of a 1xkHxkW and a kTx1x1 convolution for one dense kernel.

    `weight` [out, in, kT, kH, kW]; `covariance` [N, N] of the N = in*kT*kH*kW inputs under the
    kernel, in that order. As in Jaderberg et al., "Speeding up convolutional neural networks with
    low rank expansions", BMVC 2014, but cut by singular values as in `separate`: the covariance is
    taken as one over places times one over time, and the second step is then fitted to the whole.

    Returns [filters, in, 1, kH, kW] and [out, filters, kT, 1, 1].
    """
    out_channels, in_channels, steps, *places = weight.shape
    by_time = weight.double().transpose(1, 2).reshape(out_channels, steps, -1)
    cells = by_time.shape[2]
    if covariance is None:
        covariance = torch.eye(steps * cells, dtype=torch.double)
    each = (in_channels, steps, cells // in_channels)
    ordered = covariance.double().reshape(*each, *each).permute(1, 0, 2, 4, 3, 5)
    whole = ordered.reshape(steps, cells, steps, cells)
    in_space = root(torch.einsum("tatb->ab", whole))
    in_time = root(torch.einsum("tasa->ts", whole))
    seen = torch.einsum("ts,osc,cd->otd", in_time, by_time, in_space).flatten(0, 1)
    _, _, right = torch.linalg.svd(seen, full_matrices=False)
    space = torch.linalg.lstsq(in_space, right[:filters].T, driver="gelsd").solution.T
    time = _best_in_time(by_time, space, whole)
    sizes = (time.square().sum(dim=(0, 1)) / space.square().sum(dim=1)).pow(0.25)
    return (
        (space * sizes[:, None]).reshape(filters, in_channels, 1, *places).to(weight.dtype),
        (time / sizes).transpose(1, 2)[..., None, None].to(weight.dtype).contiguous(),
    )


def separate_network(
    tensors: Mapping[str, Tensor], filters: int, *, stem: int = 0
) -> dict[str, Tensor]:
    """The state of the dense I3D to that of the separated one; everything else is kept as it is.

    `filters` and `stem` are the options of `model.network.i3d.I3D`.
    """
    separated: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        unit = name.removesuffix(DENSE)
        if name.endswith(DENSE) and tuple(tensor.shape[2:]) == (3, 3, 3):
            depthwise, pointwise = separate(tensor, filters)
            separated[f"{unit}.depthwise.weight"] = depthwise
            separated[f"{unit}.pointwise.weight"] = pointwise
        elif stem and name == f"{STEM}{DENSE}":
            space, time = split_stem(tensor, stem)
            separated[f"{unit}.space.weight"] = space
            separated[f"{unit}.time.weight"] = time
        else:
            separated[name] = tensor
    return separated


def root(covariance: Tensor) -> Tensor:
    """The symmetric root of positive semi-definite matrices [..., K, K]; what is below 0 is 0."""
    values, vectors = torch.linalg.eigh(covariance)
    scaled: Tensor = vectors * values.clamp_min(0).sqrt()[..., None, :]
    found: Tensor = scaled @ vectors.transpose(-2, -1)
    return found


def _best_in_time(by_time: Tensor, space: Tensor, whole: Tensor) -> Tensor:
    """Weights [out, kT, filters] so that the outputs differ least, given the step in space."""
    steps, filters = by_time.shape[1], len(space)
    seen = torch.einsum("fa,tasb,gb->tfsg", space, whole, space)
    wanted = torch.einsum("otc,tcsb,gb->osg", by_time, whole, space)
    system = seen.reshape(steps * filters, steps * filters)
    found: Tensor = torch.linalg.lstsq(system, wanted.flatten(1).T, driver="gelsd").solution
    return found.T.reshape(-1, steps, filters)
