"""A 1x1x1 convolution with bias, the sum with a second input and ReLU in one pass, in Triton.

In a bottleneck network the matrix products are thin: what costs is to move the activations, so
everything that follows a product happens before its result leaves the registers.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from model.kernels.sizes import Triple, positions

POINT: Triple = (1, 1, 1)
PROGRAMS = 132  # below that an H100 has processors without work


@triton.jit
def _kernel(
    x_ptr,
    weight_ptr,
    bias_ptr,
    added_ptr,
    out_ptr,
    rows,
    frames,
    height,
    width,
    out_frames,
    out_height,
    out_width,
    inner: tl.constexpr,
    outer: tl.constexpr,
    stride_t: tl.constexpr,
    stride_h: tl.constexpr,
    stride_w: tl.constexpr,
    strided: tl.constexpr,
    adds: tl.constexpr,
    relu: tl.constexpr,
    block_m: tl.constexpr,
    block_n: tl.constexpr,
    block_k: tl.constexpr,
):
    columns: tl.constexpr = (outer + block_n - 1) // block_n
    row = (tl.program_id(0) // columns) * block_m + tl.arange(0, block_m)
    column = (tl.program_id(0) % columns) * block_n + tl.arange(0, block_n)
    depth = tl.arange(0, block_k)
    source = row
    if strided:
        w = row % out_width
        h = (row // out_width) % out_height
        t = (row // (out_width * out_height)) % out_frames
        source = row // (out_width * out_height * out_frames) * frames + t * stride_t
        source = (source * height + h * stride_h) * width + w * stride_w
    inside = row < rows
    there = column < outer
    total = tl.zeros((block_m, block_n), tl.float32)
    for start in range(0, inner, block_k):
        known = depth + start < inner
        left = tl.load(
            x_ptr + source[:, None] * inner + (start + depth)[None, :],
            inside[:, None] & known[None, :],
            0.0,
        )
        right = tl.load(
            weight_ptr + (start + depth)[:, None] * outer + column[None, :],
            known[:, None] & there[None, :],
            0.0,
        )
        total = tl.dot(left, right, total, input_precision="ieee")
    total += tl.load(bias_ptr + column, there, 0.0)[None, :]
    place = row[:, None] * outer + column[None, :]
    whole = inside[:, None] & there[None, :]
    if adds:
        total += tl.load(added_ptr + place, whole, 0.0).to(tl.float32)
    if relu:
        total = tl.maximum(total, 0.0)
    tl.store(out_ptr + place, total.to(out_ptr.dtype.element_ty), whole)


def pointwise(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    *,
    added: Tensor | None = None,
    stride: Triple = POINT,
    relu: bool = True,
    block: tuple[int, int, int, int, int] | None = None,
) -> Tensor:
    """As `plain.pointwise`. `block`: rows, columns, depth, warps and stages of one program."""
    clips, *size, inner = x.shape
    frames, height, width = size
    outer = weight.shape[1]
    out_size = positions((frames, height, width), POINT, stride, (0, 0, 0), 1)
    out = torch.empty((clips, *out_size, outer), dtype=x.dtype, device=x.device)
    rows = out.numel() // outer
    block_m, block_n, block_k, warps, stages = block or _block(rows, outer, inner)
    grid = (triton.cdiv(rows, block_m) * triton.cdiv(outer, block_n),)
    _kernel[grid](
        x,
        weight,
        bias,
        x if added is None else added,
        out,
        rows,
        frames,
        height,
        width,
        *out_size,
        inner,
        outer,
        *stride,
        stride != POINT,
        added is not None,
        relu,
        block_m,
        block_n,
        block_k,
        num_warps=warps,
        num_stages=stages,
    )
    return out


def _block(rows: int, outer: int, inner: int) -> tuple[int, int, int, int, int]:
    """Rows, columns, depth, warps and stages of one program."""
    block_n = max(16, min(128, triton.next_power_of_2(outer)))
    block_m = 64
    few = triton.cdiv(rows, block_m) * triton.cdiv(outer, block_n) < PROGRAMS
    deepest = 128 if few and inner >= 1024 else 64
    block_k = max(16, min(deepest, triton.next_power_of_2(inner)))
    if few:
        block_n = min(block_n, 64)
    return block_m, block_n, block_k, 4, 2 if inner <= block_k else 4 if few else 3
