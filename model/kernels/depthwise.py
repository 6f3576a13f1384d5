"""A depthwise 3x3x3 convolution with bias and ReLU in one pass, in Triton.

Every input value is loaded for nine of the 27 places only: four output steps in time stand in
registers at once, and what was loaded serves each of them that reaches it.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from model.kernels.sizes import Triple, positions

CUBE: Triple = (3, 3, 3)


@triton.jit
def _three(ptr, there, out_channels: tl.constexpr):
    """The weights of one place in space, at the three places in time."""
    first = tl.load(ptr, there, 0.0)
    second = tl.load(ptr + 9 * out_channels, there, 0.0)
    return first, second, tl.load(ptr + 18 * out_channels, there, 0.0)


@triton.jit
def _added(
    sums,
    value,
    weights,
    step: tl.constexpr,
    steps: tl.constexpr,
    stride_t: tl.constexpr,
    dilation: tl.constexpr,
):
    """The sums of the output steps, with `value` added to those that look at input step `step`."""
    for out in tl.static_range(steps):
        for place in tl.static_range(3):
            if step == out * stride_t + place * dilation:
                new = sums[out] + value * weights[place][None, :]
                sums = sums[:out] + (new,) + sums[out + 1 :]
    return sums


@triton.jit
def _kernel(
    x_ptr,
    weight_ptr,
    bias_ptr,
    out_ptr,
    frames: tl.constexpr,
    height: tl.constexpr,
    width: tl.constexpr,
    out_frames: tl.constexpr,
    out_height: tl.constexpr,
    out_width: tl.constexpr,
    channels: tl.constexpr,
    filters: tl.constexpr,
    stride_t: tl.constexpr,
    stride_h: tl.constexpr,
    stride_w: tl.constexpr,
    dilation: tl.constexpr,
    relu: tl.constexpr,
    steps: tl.constexpr,
    block_p: tl.constexpr,
    block_c: tl.constexpr,
):
    groups = tl.cdiv(out_frames, steps)
    clip = tl.program_id(1) // groups
    first = (tl.program_id(1) % groups) * steps
    place = tl.program_id(0) * block_p + tl.arange(0, block_p)
    channel = tl.program_id(2) * block_c + tl.arange(0, block_c)
    out_channels: tl.constexpr = channels * filters
    there = channel < out_channels
    row = (place // out_width) * stride_h - 1
    column = (place % out_width) * stride_w - 1
    inside = place < out_height * out_width
    source = channel // filters
    sums = (tl.zeros((block_p, block_c), tl.float32),) * steps
    for cell in range(9):  # not unrolled: nine times the code takes nine times as long to compile
        h = row + cell // 3
        w = column + cell % 3
        seen = inside & (h >= 0) & (h < height) & (w >= 0) & (w < width)
        weights = _three(weight_ptr + cell * out_channels + channel, there, out_channels)
        for step in tl.static_range((steps - 1) * stride_t + 2 * dilation + 1):
            t = first * stride_t + step - dilation
            shown = seen & (t >= 0) & (t < frames)
            line = ((clip * frames + t) * height + h) * width + w
            value = tl.load(
                x_ptr + line[:, None] * channels + source[None, :],
                shown[:, None] & there[None, :],
                0.0,
            ).to(tl.float32)
            sums = _added(sums, value, weights, step, steps, stride_t, dilation)
    bias = tl.load(bias_ptr + channel, there, 0.0)
    for out in tl.static_range(steps):
        total = sums[out] + bias[None, :]
        if relu:
            total = tl.maximum(total, 0.0)
        line = (clip * out_frames + first + out) * out_height * out_width + place
        tl.store(
            out_ptr + line[:, None] * out_channels + channel[None, :],
            total.to(out_ptr.dtype.element_ty),
            (inside & (first + out < out_frames))[:, None] & there[None, :],
        )


def depthwise(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    *,
    stride: Triple = (1, 1, 1),
    dilation: int = 1,
    relu: bool = True,
    block: tuple[int, int, int, int] | None = None,
) -> Tensor:
    """As `plain.depthwise`. `block`: positions, channels and warps of one program."""
    clips, *size, channels = x.shape
    frames, height, width = size
    out_channels = weight.shape[1]
    out_size = positions((frames, height, width), CUBE, stride, (dilation, 1, 1), dilation)
    out = torch.empty((clips, *out_size, out_channels), dtype=x.dtype, device=x.device)
    places = out_size[1] * out_size[2]
    steps, block_p, block_c, warps = block or _block(out_size[0], out_channels)
    grid = (
        triton.cdiv(places, block_p),
        clips * triton.cdiv(out_size[0], steps),
        triton.cdiv(out_channels, block_c),
    )
    _kernel[grid](
        x,
        weight,
        bias,
        out,
        frames,
        height,
        width,
        *out_size,
        channels,
        out_channels // channels,
        *stride,
        dilation,
        relu,
        steps,
        block_p,
        block_c,
        num_warps=warps,
    )
    return out


def _block(frames: int, channels: int) -> tuple[int, int, int, int]:
    """Steps in time, positions, channels and warps of one program."""
    block_c = min(64, triton.next_power_of_2(channels))
    return 8 if frames >= 8 else 4, 8, block_c, 4
