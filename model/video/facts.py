"""What is known about a video before its frames are decoded, and the limits it must keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Processor seconds of a decoder: to start, for every thousand million pixels, and for every
# picture. 4K at 10 bits took 8 s a thousand million; slower machines get three times as much.
START_S, GIGAPIXEL_S, PICTURE_S = 10.0, 25.0, 0.05


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """What a file may cost. Times are seconds of processor time, but for `stall_s`."""

    max_bytes: int = 2 << 30
    max_duration_s: float = 1800.0
    max_pixels: int = 4096 * 2304  # one frame
    max_frames: int = 120_000
    inspect_s: float = 30.0  # until the facts are known
    decode_s: float = 3600.0  # for all frames; less for most videos (`decode_budget_s`)
    patience: float = 1.0  # what all processor time is multiplied with
    stall_s: float = 30.0  # on the clock, in which the decoding process does nothing at all
    memory: int = 1 << 30  # bytes of address space of the decoding process

    def __post_init__(self) -> None:
        if min(self.max_bytes, self.max_pixels, self.max_frames, self.memory) <= 0:
            raise ValueError("limits must be positive")
        if (
            min(self.max_duration_s, self.inspect_s, self.decode_s, self.stall_s, self.patience)
            <= 0
        ):
            raise ValueError("limits must be positive")

    def decode_budget_s(self, pixels: int, pictures: int) -> float:
        """Seconds of processor time allowed for so many pictures of so many pixels each."""
        grown_s = pixels * pictures / 1e9 * GIGAPIXEL_S + pictures * PICTURE_S
        return min(self.decode_s, START_S + grown_s) * self.patience

    @property
    def inspect_budget_s(self) -> float:
        """Seconds of processor time allowed until the facts are known."""
        return self.inspect_s * self.patience


@dataclass(frozen=True, slots=True)
class Orientation:
    """One of the eight upright turns: swap the axes, then mirror. See `upright`."""

    swap: bool = False
    flip_x: bool = False
    flip_y: bool = False

    @property
    def degrees(self) -> int:
        """Clockwise turn 0, 90, 180 or 270 that makes the stored picture upright."""
        if self.swap:
            return 90 if self.flip_x else 270
        return 180 if self.flip_x and self.flip_y else 0

    @property
    def mirrored(self) -> bool:
        """Whether a mirror image is part of it."""
        return self.swap == (self.flip_x == self.flip_y)

    def upright(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Turns a stored picture uint8 [H, W, 3] into the one to show."""
        if self.swap:
            image = image.swapaxes(0, 1)
        if self.flip_y:
            image = image[::-1]
        if self.flip_x:
            image = image[:, ::-1]
        return np.ascontiguousarray(image)


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What was found in the file; nothing in it is taken from metadata that can lie.

    `pts_s` float64 [frames]: display times, ascending from 0.0. `pictures` int64 [frames]: which
    decoded picture is shown then; one that stays for long is listed again and again
    (`repeats.py`). `duration_s` reaches as far as a player plays. `start_s` is the file's own time
    of the first frame. `width` and `height` are as displayed: turned upright, and with the shape
    of the pixels applied. `stored_width` and `stored_height` are the upright picture in stored
    pixels: what networks were trained on and measured by, without regard to the shape.
    """

    pts_s: NDArray[np.float64]
    duration_s: float
    fps: float
    width: int
    height: int
    stored_width: int
    stored_height: int
    rotation: int  # degrees clockwise that were needed to make it upright
    start_s: float
    codec: str
    pixel_format: str
    container: str  # mp4 (also MOV), webm, mkv, avi or gif
    browser_safe: bool
    notes: tuple[str, ...]
    pictures: NDArray[np.int64]

    def shape(self, *, as_shown: bool) -> tuple[int, int]:
        """(width, height) as people see the picture, or else in stored pixels; upright."""
        return (self.width, self.height) if as_shown else (self.stored_width, self.stored_height)

    @property
    def frames(self) -> int:
        """How many frames are shown, repeated ones included."""
        return len(self.pts_s)

    @property
    def changes(self) -> NDArray[np.int64]:
        """int64 [pictures]: the frame with which each decoded picture appears."""
        return np.flatnonzero(np.diff(self.pictures, prepend=-1))


def orientation_of(matrix: tuple[float, float, float, float]) -> Orientation | None:
    """The upright turn of a display matrix (a, b, c, d); None if it is none of the eight.

    A matrix that would shrink the picture to nothing is damage, and counts as no turn.
    """
    if matrix[0] * matrix[3] == matrix[1] * matrix[2]:
        return Orientation()
    a, b, c, d = (round(value) for value in matrix)
    exact = all(abs(value - round(value)) < 1e-3 for value in matrix)
    if not exact or (abs(a), abs(b), abs(c), abs(d)) not in {(1, 0, 0, 1), (0, 1, 1, 0)}:
        return None
    if a == 0:
        return Orientation(swap=True, flip_x=c < 0, flip_y=b < 0)
    return Orientation(flip_x=a < 0, flip_y=d < 0)
