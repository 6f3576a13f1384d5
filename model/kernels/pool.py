"""Max pooling over channels-last activations, in Triton; PyTorch's copies them first."""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from model.kernels.sizes import Triple, positions


@triton.jit
def _kernel(
    x_ptr,
    out_ptr,
    rows,
    frames: tl.constexpr,
    height: tl.constexpr,
    width: tl.constexpr,
    out_frames: tl.constexpr,
    out_height: tl.constexpr,
    out_width: tl.constexpr,
    channels: tl.constexpr,
    kernel_t: tl.constexpr,
    kernel_h: tl.constexpr,
    kernel_w: tl.constexpr,
    stride_t: tl.constexpr,
    stride_h: tl.constexpr,
    stride_w: tl.constexpr,
    padding_t: tl.constexpr,
    padding_h: tl.constexpr,
    padding_w: tl.constexpr,
    dilation: tl.constexpr,
    block_p: tl.constexpr,
    block_c: tl.constexpr,
):
    row = tl.program_id(0) * block_p + tl.arange(0, block_p)
    channel = tl.program_id(1) * block_c + tl.arange(0, block_c)
    inside = row < rows
    there = channel < channels
    w0 = (row % out_width) * stride_w - padding_w
    h0 = ((row // out_width) % out_height) * stride_h - padding_h
    t0 = ((row // (out_width * out_height)) % out_frames) * stride_t - padding_t
    clip = row // (out_width * out_height * out_frames)
    most = tl.full((block_p, block_c), float("-inf"), tl.float32)
    for cell in tl.static_range(kernel_t * kernel_h * kernel_w):
        t = t0 + (cell // (kernel_h * kernel_w)) * dilation
        h = h0 + (cell // kernel_w) % kernel_h
        w = w0 + cell % kernel_w
        seen = inside & (t >= 0) & (t < frames) & (h >= 0) & (h < height) & (w >= 0) & (w < width)
        line = ((clip * frames + t) * height + h) * width + w
        value = tl.load(
            x_ptr + line[:, None] * channels + channel[None, :],
            seen[:, None] & there[None, :],
            float("-inf"),
        )
        most = tl.maximum(most, value.to(tl.float32))
    tl.store(
        out_ptr + row[:, None] * channels + channel[None, :],
        most.to(out_ptr.dtype.element_ty),
        inside[:, None] & there[None, :],
    )


def max_pool(
    x: Tensor,
    kernel: Triple,
    *,
    stride: Triple,
    padding: Triple = (0, 0, 0),
    dilation: int = 1,
) -> Tensor:
    """As `plain.max_pool`."""
    clips, *size, channels = x.shape
    frames, height, width = size
    out_size = positions((frames, height, width), kernel, stride, padding, dilation)
    out = torch.empty((clips, *out_size, channels), dtype=x.dtype, device=x.device)
    rows = out.numel() // channels
    block_c = min(64, triton.next_power_of_2(channels))
    block_p = 32
    grid = (triton.cdiv(rows, block_p), triton.cdiv(channels, block_c))
    _kernel[grid](
        x,
        out,
        rows,
        frames,
        height,
        width,
        *out_size,
        channels,
        *kernel,
        *stride,
        *padding,
        dilation,
        block_p,
        block_c,
    )
    return out
