"""Pictures that stay for long are listed again and again, as if the video had an even rate.

So whatever goes through the frames of a video (clips, training, the film) gives every second its
due, also in screen recordings, which write a picture only when something changes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LONG_S = 1.0  # shorter stays are what cameras with an uneven rate write
LONG_STEPS = 4.0  # usual distances of two pictures; a slide show is even in its own way
LEAST_STEP_S = 1 / 60


def repeated(
    pts_s: NDArray[np.float64], end_s: float, step_s: float, *, max_frames: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(number of the picture, display time in seconds) of every frame, both [frames].

    `pts_s` float64 [pictures] ascending, `step_s` their usual distance. What stays long is
    repeated every `step_s`, or more rarely if there would be more than `max_frames`.
    """
    stays = np.diff(np.append(pts_s, end_s))
    step = max(step_s, LEAST_STEP_S)
    is_long = stays > max(LONG_S, LONG_STEPS * step)
    room = max(max_frames - len(pts_s), 1)
    step = max(step, float(stays[is_long].sum()) / room)
    counts = np.where(is_long, np.maximum(np.floor(stays / step), 1), 1).astype(np.int64)
    pictures = np.repeat(np.arange(len(pts_s)), counts)
    first = np.cumsum(counts) - counts
    return pictures, pts_s[pictures] + (np.arange(len(pictures)) - first[pictures]) * step
