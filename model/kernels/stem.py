"""The first layer of a CSN, 3x7x7 at stride 2 in space over three colours, in Triton.

Three channels are too few for the card's matrix units. Squares of 2x2 pixels become one position
of 12 numbers, stride 2 becomes 1, and 7x7 pixels become 4x4 squares. What two neighbouring outputs
look at are five squares in a row, 60 numbers side by side in memory: so the layer is twelve matrix
products, each for two outputs at once.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
import triton
import triton.language as tl
from torch import Tensor

NUMBERS = 12  # of a square: 2 x 2 pixels of three colours
# Squares of padding: two before and one after in space; one more makes every row of squares begin
# where sixteen bytes begin.
ABOVE_AND_BELOW, LEFT_AND_RIGHT = 3, 4
SQUARES = 4  # along height and width that the kernel reaches
DEPTH = 64  # numbers of one product: five squares, and four whose weight is 0


def fits(clips: Tensor) -> bool:
    """Whether clips of that size [N, T, H, W, 3] can be packed."""
    return clips.shape[2] % 2 == 0 and clips.shape[3] % 4 == 0


@triton.jit
def _pack(
    clips_ptr,
    mean_ptr,
    scale_ptr,
    out_ptr,
    total,
    frames: tl.constexpr,
    height: tl.constexpr,
    width: tl.constexpr,
    block: tl.constexpr,
):
    place = tl.program_id(0) * block + tl.arange(0, block)
    number = place % 12
    square = place // 12
    w = (square % (width // 2 + 4) - 2) * 2 + (number % 6) // 3
    line = square // (width // 2 + 4)
    h = (line % (height // 2 + 3) - 2) * 2 + number // 6
    picture = line // (height // 2 + 3)
    t = picture % (frames + 2) - 1
    clip = picture // (frames + 2)
    seen = (w >= 0) & (w < width) & (h >= 0) & (h < height) & (t >= 0) & (t < frames)
    seen = seen & (place < total)
    colour = number % 3
    pixel = ((clip * frames + t) * height + h) * width + w
    value = tl.load(clips_ptr + pixel * 3 + colour, seen, 0).to(tl.float32)
    value = (value - tl.load(mean_ptr + colour)) * tl.load(scale_ptr + colour)
    value = tl.where(seen, value, 0.0)
    tl.store(out_ptr + place, value.to(out_ptr.dtype.element_ty), place < total + 64)


def packed(clips: Tensor, mean: Tensor, scale: Tensor, dtype: torch.dtype) -> Tensor:
    """Clips [N, T, H, W, 3] (see `fits`) to squares [N, T + 2, H/2 + 3, W/2 + 4, 12].

    `(clips - mean) * scale`, both float32 [3], happens on the way; padding is 0 after that.
    """
    n, frames, height, width, _ = clips.shape
    shape = (n, frames + 2, height // 2 + ABOVE_AND_BELOW, width // 2 + LEFT_AND_RIGHT, NUMBERS)
    total = shape[0] * shape[1] * shape[2] * shape[3] * shape[4]
    # the last product reads a little further than the last square
    squares = torch.empty(total + DEPTH, dtype=dtype, device=clips.device)
    _pack[(triton.cdiv(total + DEPTH, 1024),)](
        clips, mean, scale, squares, total, frames, height, width, 1024
    )
    return squares[:total].view(shape)


def packed_weight(weight: Tensor) -> Tensor:
    """Weights [C, 3, 3, 7, 7] for packed clips: [12, 64, 2 * C], over (time, height), then the
    numbers of five squares, then the two outputs."""
    out, colours, steps, _, _ = weight.shape
    # the square that a kernel begins in is reached by its second pixel only
    whole = F.pad(weight, (1, 0, 1, 0))
    parts = whole.view(out, colours, steps, SQUARES, 2, SQUARES, 2).permute(2, 3, 5, 4, 6, 1, 0)
    flat = parts.reshape(steps * SQUARES, SQUARES * NUMBERS, out)
    first = F.pad(flat, (0, 0, 0, DEPTH - SQUARES * NUMBERS))
    second = F.pad(flat, (0, 0, NUMBERS, DEPTH - (SQUARES + 1) * NUMBERS))
    return torch.cat([first, second], dim=2).contiguous()


@triton.jit
def _kernel(
    x_ptr,
    weight_ptr,
    bias_ptr,
    out_ptr,
    rows,
    frames: tl.constexpr,
    height: tl.constexpr,
    width: tl.constexpr,
    outer: tl.constexpr,
    block_m: tl.constexpr,
    block_n: tl.constexpr,
):
    row = tl.program_id(0) * block_m + tl.arange(0, block_m)
    column = tl.program_id(1) * block_n + tl.arange(0, block_n)
    depth = tl.arange(0, 64)
    pairs = width // 2
    pair = row % pairs
    h = (row // pairs) % height
    t = (row // (pairs * height)) % frames
    clip = row // (pairs * height * frames)
    inside = row < rows
    there = column < outer
    total = tl.zeros((block_m, block_n), tl.float32)
    for part in range(12):
        line = (clip * (frames + 2) + t + part // 4) * (height + 3) + h + part % 4
        start = (line * (pairs + 2) + pair) * 24
        left = tl.load(x_ptr + start[:, None] + depth[None, :], inside[:, None], 0.0)
        right = tl.load(
            weight_ptr + (part * 64 + depth)[:, None] * outer + column[None, :], there[None, :], 0.0
        )
        total = tl.dot(left, right, total, input_precision="ieee")
    total = tl.maximum(total + tl.load(bias_ptr + column, there, 0.0)[None, :], 0.0)
    tl.store(
        out_ptr + row[:, None] * outer + column[None, :],
        total.to(out_ptr.dtype.element_ty),
        inside[:, None] & there[None, :],
    )


def stem(
    squares: Tensor, weight: Tensor, bias: Tensor, *, block: tuple[int, int, int] | None = None
) -> Tensor:
    """Packed clips to activations [N, T, H/2, W/2, C]; `weight` from `packed_weight`, `bias`
    [2 * C], twice the same.

    `block`: pairs of outputs, warps and stages of one program.
    """
    n, frames, height, width, _ = squares.shape
    outer = weight.shape[2]
    shape = (n, frames - 2, height - 3, width - 4, outer // 2)
    out = torch.empty(shape, dtype=squares.dtype, device=squares.device)
    rows = out.numel() // outer
    block_m, warps, stages = block or (128, 8, 3)
    block_n = max(16, min(128, triton.next_power_of_2(outer)))
    grid = (triton.cdiv(rows, block_m), triton.cdiv(outer, block_n))
    _kernel[grid](
        squares,
        weight,
        bias,
        out,
        rows,
        *shape[1:4],
        outer,
        block_m,
        block_n,
        num_warps=warps,
        num_stages=stages,
    )
    return out
