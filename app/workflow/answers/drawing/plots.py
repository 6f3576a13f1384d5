"""The rows of the strip: each a curve over the same seconds, as in `static/viewer/rows.js`."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import ImageDraw

from app.workflow.answers.drawing.letters import font
from app.workflow.answers.drawing.moments import pieces
from app.workflow.answers.drawing.view import View
from model.inference.prediction import Span, Timeline

Colour = tuple[int, int, int]
PAPER: Colour = (255, 255, 255)
SUNKEN: Colour = (238, 241, 243)
INK: Colour = (24, 33, 43)
MUTED: Colour = (84, 96, 109)
LINE: Colour = (124, 136, 148)
ACCENT, ACCENT_SOFT = (11, 107, 99), (155, 193, 192)
FOR_SOFT, AGAINST_SOFT = (224, 171, 149), (144, 167, 229)  # 45 % of the colours on SUNKEN
HEADROOM = 0.94  # share of half the height that the end of the scale reaches


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """As PIL takes it."""
        return self.left, self.top, self.right, self.bottom

    def x(self, share: float) -> float:
        """How far right a share 0..1 of the video lies."""
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


def steps(draw: ImageDraw.ImageDraw, box: Box, timeline: Timeline, row: int, end_s: float) -> None:
    """The probability of one class, step by step; where nobody looked it stays empty."""
    draw.rectangle(box.corners, fill=SUNKEN)
    edges = [box.x(float(edge) / end_s) for edge in timeline.edges]
    before: float | None = None
    for i, probability in enumerate(timeline.probabilities[row].tolist()):
        if not math.isfinite(probability):
            before = None
            continue
        y = box.bottom - probability * (box.bottom - box.top)
        draw.rectangle((edges[i], y, edges[i + 1], box.bottom), fill=ACCENT_SOFT)
        draw.line([(edges[i], y), (edges[i + 1], y)], fill=ACCENT, width=2)
        if before is not None:
            draw.line([(edges[i], before), (edges[i], y)], fill=ACCENT, width=2)
        before = y


def signed(draw: ImageDraw.ImageDraw, box: Box, view: View, end_s: float) -> None:
    """The evidence around its zero line, on the scale that all classes share."""
    draw.rectangle(box.corners, fill=SUNKEN)
    middle, half = (box.top + box.bottom) / 2, (box.bottom - box.top) / 2
    for piece in pieces(view.seconds, view.curve, view.gaps, end_s):
        heights = [min(max(v / view.scale.curve, -1.0), 1.0) * half * HEADROOM for _, v in piece]
        places = [box.x(t / end_s) for t, _ in piece]
        for colour, keep in ((FOR_SOFT, max), (AGAINST_SOFT, min)):
            area = _crossing(places, heights)
            ends = [(area[0][0], middle), *((x, middle - keep(h, 0.0)) for x, h in area),
                    (area[-1][0], middle)]  # fmt: skip
            draw.polygon(ends, fill=colour)
        line = [(x, middle - h) for x, h in zip(places, heights, strict=True)]
        draw.line(line, fill=INK, width=2, joint="curve")
    for x in range(round(box.left), round(box.right), 7):
        draw.line([(x, middle), (min(x + 3, box.right), middle)], fill=LINE)


def hatch(draw: ImageDraw.ImageDraw, box: Box, gap: Span, end_s: float) -> None:
    """Crosses out a stretch in which no clip looked."""
    left, right = round(box.x(gap.start_s / end_s)), round(box.x(gap.end_s / end_s))
    if right <= left:
        return
    draw.rectangle((left, box.top, right, box.bottom), fill=PAPER)
    height = round(box.bottom - box.top)
    for start in range(left - height, right, 9):
        from_x, to_x = max(start, left), min(start + height, right)
        if from_x < to_x:
            line = [(x, box.bottom - (x - start)) for x in (from_x, to_x)]
            draw.line(line, fill=LINE)


def marks(draw: ImageDraw.ImageDraw, box: Box, y: float, end_s: float, letters: int) -> None:
    """Round seconds under the rows."""
    wanted = max((box.right - box.left) / (letters * 5), 1)
    step = _round_step(end_s / wanted)
    for number in range(int(end_s / step + 1e-6) + 1):
        second = number * step
        text = f"{second:.{0 if step >= 1 else 1 if step >= 0.1 else 2}f}"
        anchor = "la" if not number else "ra" if second > 0.97 * end_s else "ma"
        x = box.x(second / end_s)
        draw.line([(x, box.bottom), (x, box.bottom + 3)], fill=LINE)
        draw.text((x, y + 2), text, fill=MUTED, font=font(letters), anchor=anchor)


def _crossing(places: list[float], heights: list[float]) -> list[tuple[float, float]]:
    """The points with those added where the line between two of them crosses zero."""
    points = [(places[0], heights[0])]
    for x, height in zip(places[1:], heights[1:], strict=True):
        last_x, last = points[-1]
        if last * height < 0:
            points.append((last_x + (x - last_x) * last / (last - height), 0.0))
        points.append((x, height))
    return points


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(max(rough, 0.01)))
    sizes = [factor * power for factor in (1, 2, 5, 10)]
    sizes += [30.0, 60.0, 120.0, 300.0, 600.0] if rough > 10 else []
    return min((size for size in sizes if size >= rough), default=rough)
