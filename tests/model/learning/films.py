"""Videos of a few kilobytes in three classes that a tiny network can learn, and that network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np

from model.learning.examples import Example
from model.weights.spec import SIGNED_UNIT, ModelSpec

LABELS = ("across", "down", "blinking")
SPEC = ModelSpec(
    name="tiny",
    arch="ircsn-r26",
    labels=LABELS,
    normalisation=SIGNED_UNIT,
    options={"width": 10},
    short_side=36,
    crop=32,
    clip_len=8,
    interval=2,
)


def draw(path: Path, label: int, *, seed: int = 0, frames: int = 20) -> Path:
    """A bright square of 48 x 40 that moves across, moves down, or blinks; the seed shifts it."""
    chance = np.random.default_rng(seed)
    ground = chance.integers(0, 60, 3)
    place = chance.integers(0, 24)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = 48, 40, "yuv420p"
        for number in range(frames):
            picture = np.full((40, 48, 3), ground, np.uint8)
            moved = 2 * number % 32
            left, top = ((moved, place), (place, moved), (place, place))[label]
            if label != 2 or number % 4 < 2:
                picture[top : top + 12, left : left + 12] = 240
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def draw_set(folder: Path, each: int, classes: Sequence[int] = (0, 1)) -> tuple[Example, ...]:
    """`each` videos of every class, one group each."""
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(
        Example(draw(folder / f"{LABELS[c]} {n}.mp4", c, seed=10 * n + c), c, group=f"{c}-{n}")
        for n in range(each)
        for c in classes
    )
