"""The shape of pixels: how wide a stored picture is shown."""

from __future__ import annotations

from collections.abc import Sequence

ASPECTS = (0.1, 10.0)  # width of a pixel by its height; anything beyond is damage
SAME = 1.01  # ratio of two shapes; containers round


def pixel_aspect(stated: Sequence[float]) -> float:
    """The first of the `stated` shapes that makes sense, width by height; 1 if none does.

    Players ask the container first and the codec second.
    """
    return next((value for value in stated if _is_sane(value)), 1.0)


def is_disputed(stated: Sequence[float]) -> bool:
    """Whether players may differ: a shape that makes no sense, or two. 0 stands for none."""
    known = [value for value in stated if value]
    return not all(map(_is_sane, known)) or max(known, default=1) > SAME * min(known, default=1)


def _is_sane(aspect: float) -> bool:
    return ASPECTS[0] <= aspect <= ASPECTS[1]


def shown_width(width: int, aspect: float) -> int:
    """How many square pixels wide a picture of `width` stored pixels is shown."""
    return max(round(width * aspect), 1)
