"""What the kernels compute, in plain PyTorch: for machines without them, and to check them by.

Activations are [N, T, H, W, C]. Weights of `pointwise` and `stem` have the activations' type; those
of `depthwise` and all biases are float32.
"""

from __future__ import annotations

from math import inf

import torch.nn.functional as F
from torch import Tensor

from model.kernels.sizes import Triple


def depthwise(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    *,
    stride: Triple = (1, 1, 1),
    dilation: int = 1,
    relu: bool = True,
) -> Tensor:
    """A 3x3x3 convolution of each channel by itself, padded to its own size; then ReLU.

    `weight` [27, C * filters], over (time, height, width): output channel c looks at input channel
    c // filters. `dilation` concerns time alone.
    """
    channels, out_channels = x.shape[4], weight.shape[1]
    kernel = weight.to(x.dtype).t().reshape(out_channels, 1, 3, 3, 3)
    y = F.conv3d(
        x.permute(0, 4, 1, 2, 3),
        kernel,
        bias.to(x.dtype),
        stride=stride,
        padding=(dilation, 1, 1),
        dilation=(dilation, 1, 1),
        groups=channels,
    )
    return _last(F.relu(y) if relu else y)


def pointwise(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    *,
    added: Tensor | None = None,
    stride: Triple = (1, 1, 1),
    relu: bool = True,
) -> Tensor:
    """A 1x1x1 convolution by `weight` [C, C'], plus `added` [N, T', H', W', C'], then ReLU."""
    kept = x[:, :: stride[0], :: stride[1], :: stride[2]]
    y = F.linear(kept, weight.t(), bias.to(x.dtype))
    if added is not None:
        y = y + added
    return F.relu(y) if relu else y


def max_pool(
    x: Tensor,
    kernel: Triple,
    *,
    stride: Triple,
    padding: Triple = (0, 0, 0),
    dilation: int = 1,
) -> Tensor:
    """The largest value of each channel; `dilation` concerns time alone."""
    t, h, w = padding  # PyTorch's own padding is at most half a kernel, however dilated
    padded = F.pad(x, (0, 0, w, w, h, h, t, t), value=-inf)
    y = F.max_pool3d(padded.permute(0, 4, 1, 2, 3), kernel, stride, 0, (dilation, 1, 1))
    return _last(y)


def stem(clips: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Clips [N, T, H, W, 3], normalised, to activations [N, T, H', W', C].

    3x7x7 at stride (1, 2, 2), padded to its own size; then ReLU. `weight` [C, 3, 3, 7, 7].
    """
    y = F.conv3d(
        clips.permute(0, 4, 1, 2, 3),
        weight,
        bias.to(clips.dtype),
        stride=(1, 2, 2),
        padding=(1, 3, 3),
    )
    return _last(F.relu(y))


def _last(y: Tensor) -> Tensor:
    """[N, C, T, H, W] to [N, T, H, W, C], without gaps."""
    return y.permute(0, 2, 3, 4, 1).contiguous()
