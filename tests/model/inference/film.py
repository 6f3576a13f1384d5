"""Draws small videos whose frames can be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

MILLISECOND = Fraction(1, 1000)


def draw_film(
    path: Path, frames: int = 90, *, fps: int = 30, times_ms: Sequence[int] | None = None
) -> Path:
    """An H.264 video of 96 x 72 in which a bright bar moves; `times_ms` gives each frame's time."""
    generator = np.random.default_rng(0)
    background = generator.integers(0, 120, (72, 96, 3), dtype=np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"bf": "0", "crf": "12"})
        stream.width, stream.height, stream.pix_fmt = 96, 72, "yuv420p"
        if times_ms is not None:
            stream.codec_context.time_base = MILLISECOND
        for number in range(frames):
            picture = background.copy()
            picture[:, (2 * number) % 96 :][:, :8] = 250
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            if times_ms is None:
                frame.pts, frame.time_base = number, Fraction(1, fps)
            else:
                frame.pts, frame.time_base = times_ms[number], MILLISECOND
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
