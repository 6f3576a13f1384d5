"""The family on one picture: accuracy against time, as SVG text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import inf, log10

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 40, 20, 50
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)  # seconds
LINE = 14  # of text, high


@dataclass(frozen=True, slots=True)
class Dot:
    """One network: seconds a clip, and a share in 0..1."""

    name: str
    seconds: float
    share: float


def draw(dots: Sequence[Dot]) -> str:
    """Time to the right, logarithmic from 0.01 to 0.5 s; the share upwards from 0 to 100 %.

    Names stand to the right of their dots, to the left where another name is in the way.
    """
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for percent in range(0, 101, 20):
        y = _y(percent / 100)
        parts.append(_line(LEFT, y, WIDTH - RIGHT, y))
        parts.append(_text(LEFT - 8, y + 4, f"{percent} %", "end"))
    for seconds in TICKS:
        x = _x(seconds)
        parts.append(_line(x, TOP, x, HEIGHT - BOTTOM))
        parts.append(_text(x, HEIGHT - BOTTOM + 18, f"{seconds} s", "middle"))
    parts.append(_text(LEFT, HEIGHT - 12, "Time for a clip; up: the teacher's first among five"))
    taken = [-inf]
    for dot in sorted(dots, key=lambda one: (one.share, one.seconds), reverse=True):
        x, y = _x(dot.seconds), _y(dot.share)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#1b5e9b"/>')
        if y - taken[-1] >= LINE:
            parts.append(_text(x + 8, y + 4, dot.name))
            taken.append(y)
        else:
            parts.append(_text(x - 8, y + 4, dot.name, "end"))
    return "\n".join([*parts, "</svg>", ""])


def _x(seconds: float) -> float:
    least, most = log10(TICKS[0]), log10(TICKS[-1])
    share = (min(max(log10(seconds), least), most) - least) / (most - least)
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="#ddd"/>'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
