"""A network as an OpenVINO graph: its own `forward` runs once, on `Traced` values.

PyTorch's exporter and OpenVINO's converter do the same for any network, but take a dozen seconds
of processor time and load PyTorch's compiler. The networks here are made of a dozen operations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

Size = tuple[int, int, int]


def build_graph(network: nn.Module, size: Size, openvino: Any) -> Any:
    """An `openvino.Model` of what `network` computes for one clip [1, 3, T, H, W] of that size.

    Its outputs are those of `network`, which must be in evaluation mode. Raises `TypeError` for an
    operation that has no translation here.
    """
    ops = openvino.opset14
    clip = ops.parameter([1, 3, *size], np.float32)
    outputs = network(Traced(clip.output(0), ops))
    return openvino.Model([output.value for output in outputs], [clip])


class Traced:
    """An output of the graph in the making, in the place of a tensor.

    PyTorch hands every function that gets one to `__torch_function__`; what layers ask of a tensor
    beside that is a method here.
    """

    def __init__(self, value: Any, ops: Any) -> None:
        self.value = value
        self.ops = ops

    @classmethod
    def __torch_function__(
        cls,
        function: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Traced:
        del types
        if function not in _TRANSLATED:
            raise TypeError(f"The OpenVINO graph has no translation of {function}.")
        return _TRANSLATED[function](*args, **(kwargs or {}))

    @property
    def shape(self) -> tuple[int, ...]:
        """All of it is known: a graph is made for one size."""
        return tuple(self.value.get_shape())

    def dim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def mean(self, dim: tuple[int, ...]) -> Traced:
        """Over these axes, which fall away."""
        return self.then("reduce_mean", list(dim), keep_dims=False)

    def new_zeros(self, *shape: int) -> Traced:
        """A constant."""
        return Traced(self.ops.constant(np.zeros(shape, np.float32)).output(0), self.ops)

    def __add__(self, other: Traced) -> Traced:
        return self.then("add", other)

    def __getitem__(self, slices: tuple[slice, ...]) -> Traced:
        found = [one.indices(size) for one, size in zip(slices, self.shape, strict=False)]
        starts, stops, steps = (list(each) for each in zip(*found, strict=True))
        return self.then("slice", starts, stops, steps, list(range(len(found))))

    def then(self, operation: str, *given: Any, **options: Any) -> Traced:
        """One operation of OpenVINO's on this and on other values, tensors and numbers."""
        node = getattr(self.ops, operation)(self.value, *map(_plain, given), **options)
        return Traced(node.output(0), self.ops)


def _plain(given: Any) -> Any:
    """What OpenVINO's own functions take."""
    if isinstance(given, Traced):
        return given.value
    return given.numpy(force=True) if isinstance(given, Tensor) else given


def _convolve(
    x: Traced,
    weight: Tensor,
    bias: Tensor | None,
    stride: Size,
    padding: Size,
    dilation: Size,
    groups: int,
) -> Traced:
    where = list(stride), list(padding), list(padding), list(dilation)
    if groups == 1:
        y = x.then("convolution", weight, *where)
    else:
        apart = weight.reshape(groups, weight.shape[0] // groups, *weight.shape[1:])
        y = x.then("group_convolution", apart, *where)
    return y if bias is None else y.then("add", bias.reshape(1, -1, 1, 1, 1))


def _normalise(
    x: Traced,
    mean: Tensor,
    variance: Tensor,
    weight: Tensor,
    bias: Tensor,
    training: bool,
    momentum: float,
    eps: float,
) -> Traced:
    del momentum
    _only_evaluating(training)
    node = x.ops.batch_norm_inference(x.value, *map(_plain, (weight, bias, mean, variance)), eps)
    return Traced(node.output(0), x.ops)


def _pool(
    x: Traced,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Traced:
    if ceil_mode or return_indices:
        raise TypeError("The OpenVINO graph has no pool that rounds up or tells where it looked.")
    pads = _triple(padding)
    steps = _triple(kernel_size if stride is None else stride)
    return x.then("max_pool", steps, _triple(dilation), pads, pads, _triple(kernel_size))


def _pad(x: Traced, pad: Sequence[int], mode: str = "constant", value: float = 0.0) -> Traced:
    if mode != "constant":
        raise TypeError(f"The OpenVINO graph has no padding of the kind {mode}.")
    axes = x.dim() - len(pad) // 2
    before = [0] * axes + list(pad[-2::-2])
    after = [0] * axes + list(pad[:0:-2])
    return x.then("pad", before, after, "constant", np.float32(value))


def _drop(x: Traced, p: float, training: bool, inplace: bool) -> Traced:
    del p, inplace
    _only_evaluating(training)
    return x


def _activate(x: Traced, inplace: bool = False) -> Traced:
    del inplace
    return x.then("relu")


def _join(parts: Sequence[Traced], dim: int) -> Traced:
    first = parts[0]
    node = first.ops.concat([part.value for part in parts], dim)
    return Traced(node.output(0), first.ops)


def _classify(x: Traced, weight: Tensor, bias: Tensor) -> Traced:
    return x.then("matmul", weight, False, True).then("add", bias)


def _larger(x: Traced, other: Traced) -> Traced:
    return x.then("maximum", other)


def _only_evaluating(training: bool) -> None:
    if training:
        raise TypeError("Only a network in evaluation mode can become an OpenVINO graph.")


def _triple(value: Any) -> list[int]:
    return [value] * 3 if isinstance(value, int) else list(value)


_TRANSLATED: Mapping[Callable[..., Any], Callable[..., Traced]] = {
    F.conv3d: _convolve,
    F.batch_norm: _normalise,
    F.relu: _activate,
    F.max_pool3d: _pool,
    F.pad: _pad,
    F.dropout: _drop,
    F.linear: _classify,
    torch.cat: _join,
    torch.maximum: _larger,
}
