"""Display times that can be trusted, from the timestamps that a file claims."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.video.wire import NO_PTS

Seconds = NDArray[np.float64]

FALLBACK_FPS = 25.0  # where a file says nothing about time at all
REORDER_DEPTH = 16  # frames; the most that a codec may hold back
SAME_TIME = 1e-3  # usual distances of two frames; anything nearer is the same time
DROPPED_SHARE = 0.05  # of a constant-rate video's time; more and its frames are not even


def display_times(
    ticks: NDArray[np.int64], tick_s: float, rate_hz: float, *, max_gap_s: float
) -> tuple[Seconds, bool]:
    """(seconds float64 [frames] from 0, strictly ascending; whether they had to be repaired).

    `ticks` int64 [frames] in display order, NO_PTS where unknown; `rate_hz` is the stated frame
    rate or 0. Good timestamps pass unchanged but for the start. Jumps back (joined recordings),
    jumps of more than `max_gap_s` (wild values), missing and double times are repaired with the
    usual distance of two frames.
    """
    known = ticks != NO_PTS
    if not known.any() or not tick_s > 0:
        return _even(len(ticks), _usual_step(np.empty(0), rate_hz)), True
    seconds: Seconds = _relative(ticks, known) * tick_s
    steps = np.diff(seconds)
    if known.all() and ((steps > 0) & (steps <= max_gap_s)).all():
        return seconds, False
    return _repaired(seconds, _usual_step(steps, rate_hz), max_gap_s), True


def constant_rate_times(ticks: NDArray[np.int64], tick_s: float, rate_hz: float) -> Seconds | None:
    """Even times for a container that has a rate instead of timestamps (AVI).

    Its numbers are in decoding order and wrong wherever frames are reordered. None if they span
    clearly more time than the frames fill: then frames were left out, and the numbers say where.
    """
    known = ticks != NO_PTS
    if not 0 < rate_hz < 1000 or not known.any():
        return None
    span_s = (float(ticks[known].max()) - float(ticks[known].min())) * tick_s
    frames = len(ticks)
    if span_s > (frames + 1) / rate_hz * (1 + DROPPED_SHARE):
        return None
    return _even(frames, 1 / rate_hz)


def frame_step(seconds: Seconds, rate_hz: float) -> float:
    """The usual distance of two frames in seconds."""
    return _usual_step(np.diff(seconds), rate_hz)


def _even(frames: int, step: float) -> Seconds:
    return np.arange(frames, dtype=np.float64) * np.float64(step)


def _relative(ticks: NDArray[np.int64], known: NDArray[np.bool_]) -> Seconds:
    """Ticks from the first known one, NaN where unknown; exact while they are sane."""
    origin = int(ticks[known][0])
    wild: Seconds = np.where(known, ticks.astype(np.float64) - float(origin), np.nan)
    sane = known & (np.abs(wild) < 2.0**52)  # a float cannot hold 2^62 and its neighbour
    wild[sane] = (ticks[sane] - origin).astype(np.float64)
    return wild


def _usual_step(steps: Seconds, rate_hz: float) -> float:
    forward = steps[np.isfinite(steps) & (steps > 0)]
    if len(forward):
        return float(np.median(forward))
    return 1.0 / rate_hz if 0 < rate_hz < 1000 else 1.0 / FALLBACK_FPS


def _repaired(seconds: Seconds, step: float, max_gap_s: float) -> Seconds:
    """Strictly ascending times: unknown ones filled, jumps closed, small disorder sorted."""
    known = np.isfinite(seconds)
    index = np.arange(len(seconds))
    times: Seconds = np.interp(index, index[known], seconds[known])
    first, last = index[known][[0, -1]]
    times[:first] -= (first - index[:first]) * step
    times[last + 1 :] += (index[last + 1 :] - last) * step
    steps = np.diff(times)
    jumps = (steps < -REORDER_DEPTH * step) | (steps > max_gap_s)
    times[1:] = times[0] + np.cumsum(np.where(jumps, step, steps))
    times = _spread(np.sort(times), step)
    times -= times[0]
    return times


def _spread(times: Seconds, step: float) -> Seconds:
    """Double times share the time up to the next one, so that nothing after them moves."""
    is_new = np.concatenate([[True], np.diff(times) > step * SAME_TIME])
    starts = np.flatnonzero(is_new)
    counts = np.diff(np.append(starts, len(times)))
    until_next = np.append(np.diff(times[starts]), np.inf)
    share = np.minimum(until_next / counts, step)
    group = np.cumsum(is_new) - 1
    spread: Seconds = times[starts][group] + (np.arange(len(times)) - starts[group]) * share[group]
    return spread
