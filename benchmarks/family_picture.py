"""The family on one picture: accuracy against time, as SVG text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log10

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 150, 20, 50


@dataclass(frozen=True, slots=True)
class Dot:
    """One network: seconds a clip, and a share in 0..1."""

    name: str
    seconds: float
    share: float


def draw(dots: Sequence[Dot]) -> str:
    """Time to the right, logarithmic from 0.03 to 3 s; the share upwards from 0 to 100 %."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for percent in range(0, 101, 20):
        y = _y(percent / 100)
        parts.append(_line(LEFT, y, WIDTH - RIGHT, y))
        parts.append(_text(LEFT - 8, y + 4, f"{percent} %", "end"))
    for seconds in (0.03, 0.1, 0.3, 1, 3):
        x = _x(seconds)
        parts.append(_line(x, TOP, x, HEIGHT - BOTTOM))
        parts.append(_text(x, HEIGHT - BOTTOM + 18, f"{seconds} s", "middle"))
    parts.append(_text(LEFT, HEIGHT - 12, "Time for a clip; up: the teacher's first among five"))
    for dot in dots:
        x, y = _x(dot.seconds), _y(dot.share)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#1b5e9b"/>')
        parts.append(_text(x + 8, y + 4, dot.name))
    return "\n".join([*parts, "</svg>", ""])


def _x(seconds: float) -> float:
    share = (log10(min(max(seconds, 0.03), 3)) - log10(0.03)) / 2
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="#ddd"/>'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
