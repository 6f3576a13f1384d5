"""What a training clip may look like: random moment, random cut-out, mirrored or not.

Every choice comes from a generator that is made afresh from seed, epoch and video, so a resumed
run sees exactly the clips that an undisturbed one would have seen.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

TRIES = 10  # at a cut-out that fits, before the middle is taken


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Shares of the picture's area and aspect ratios to cut out, and how often to mirror.

    `flip` must be 0 where left and right make a difference to a class.
    """

    area: tuple[float, float] = (0.08, 1.0)
    aspect: tuple[float, float] = (3 / 4, 4 / 3)
    flip: float = 0.5


@dataclass(frozen=True, slots=True)
class CutOut:
    """A rectangle of the picture in pixels."""

    left: int
    top: int
    width: int
    height: int


def generator(seed: int, epoch: int, video: str) -> np.random.Generator:
    """The source of all choices for one video in one epoch."""
    digest = hashlib.sha256(f"{seed}/{epoch}/{video}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def random_clip(
    frames: int, draw: np.random.Generator, *, clip_len: int, interval: int
) -> NDArray[np.int64]:
    """Frame indices int64 [T] of a clip somewhere in a video (MMAction2 `SampleFrames`, training).

    The span is clip_len * interval frames; a shorter video is looped.
    """
    free = max(frames - clip_len * interval, 0)
    start = int(draw.integers(free + 1))
    return (start + np.arange(clip_len, dtype=np.int64) * interval) % frames


def random_cut_out(width: int, height: int, draw: np.random.Generator, how: Augmentation) -> CutOut:
    """A rectangle of random area and aspect ratio (Szegedy et al., CVPR 2015, section 6)."""
    low, high = math.log(how.aspect[0]), math.log(how.aspect[1])
    for _ in range(TRIES):
        area = width * height * draw.uniform(*how.area)
        ratio = math.exp(draw.uniform(low, high))
        w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < w <= width and 0 < h <= height:
            left, top = draw.integers(width - w + 1), draw.integers(height - h + 1)
            return CutOut(int(left), int(top), w, h)
    side = min(width, height)
    return CutOut((width - side) // 2, (height - side) // 2, side, side)


def augmented(
    frames: NDArray[np.uint8], draw: np.random.Generator, how: Augmentation, *, size: int
) -> Tensor:
    """Frames uint8 [T, H, W, 3] to float32 [3, T, size, size], still 0..255.

    All frames of a clip are cut out and mirrored alike.
    """
    height, width = frames.shape[1:3]
    box = random_cut_out(width, height, draw, how)
    cut = frames[:, box.top : box.top + box.height, box.left : box.left + box.width]
    if draw.random() < how.flip:
        cut = cut[:, :, ::-1]
    pictures = torch.from_numpy(np.ascontiguousarray(cut)).permute(0, 3, 1, 2).float()
    resized = F.interpolate(pictures, (size, size), mode="bilinear", align_corners=False)
    return resized.permute(1, 0, 2, 3).contiguous()
