"""When a video ends: as late as a player stops, as far as the file can be believed."""

from __future__ import annotations

from dataclasses import dataclass

LONG_FRAME = 10  # usual distances of two frames; a last one that stays longer needs a witness
SLACK_S = 1.0  # by which the parts of a file may disagree on its end
SAYS_WHOLE_LENGTH = {"mp4", "webm", "mkv"}  # others estimate it, or leave it out


@dataclass(frozen=True, slots=True)
class Ending:
    """What the file says of its end. All in seconds from the first picture; 0 if unknown.

    `last_s` is how long the last picture is said to stay, `sound_s` the end of the last piece of
    sound, `file_s` the end of the longest track as the file states it. `cut_off`: parts of the file
    are missing.
    """

    last_s: float
    sound_s: float
    file_s: float
    cut_off: bool


def end_s(last_s: float, step_s: float, ending: Ending, container: str, *, max_s: float) -> float:
    """The end of the video; its last picture appears at `last_s`, `step_s` is the usual distance.

    The last picture stays until the sound ends, or as long as file and packet agree, which is what
    players do. Only what pictures themselves fill may be more than `max_s`.
    """
    usual = 0 < ending.last_s <= LONG_FRAME * step_s
    shown_s = last_s + (ending.last_s if usual else step_s)
    witnesses = _witnesses(last_s, shown_s, ending, container)
    return max((value for value in witnesses if shown_s < value <= max_s), default=shown_s)


def _witnesses(last_s: float, shown_s: float, ending: Ending, container: str) -> list[float]:
    """The ends that can be believed."""
    found = []
    if last_s + ending.last_s <= ending.file_s + SLACK_S:
        found.append(last_s + ending.last_s)
    if ending.file_s <= 0 or ending.sound_s <= max(ending.file_s, shown_s) + SLACK_S:
        found.append(ending.sound_s)
    if container in SAYS_WHOLE_LENGTH and not ending.cut_off:
        found.append(ending.file_s)
    return found
