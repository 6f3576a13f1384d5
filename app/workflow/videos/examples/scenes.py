"""The example scenes, frame by frame: what moves and where it stands."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.workflow.videos.examples.figure import Clothes, Pose, draw_figure

WIDTH, HEIGHT, FPS = 384, 288, 25
DrawFrame = Callable[[ImageDraw.ImageDraw, float], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """One example: `draw` paints what moves, given the time in seconds."""

    slug: str
    title: str
    duration_s: float
    draw: DrawFrame
    outdoors: bool

    def frames(self) -> Iterator[NDArray[np.uint8]]:
        """RGB pictures uint8 [HEIGHT, WIDTH, 3], `FPS` of them for each second."""
        background = self._background()
        for number in range(round(self.duration_s * FPS)):
            yield np.asarray(self._drawn(background, number / FPS), dtype=np.uint8)

    def still(self) -> Image.Image:
        """A picture of it, from three quarters of its time, RGB `WIDTH` x `HEIGHT`."""
        return self._drawn(self._background(), self.duration_s * 0.74)

    def _background(self) -> Image.Image:
        return _outdoors() if self.outdoors else _gym()

    def _drawn(self, background: Image.Image, t: float) -> Image.Image:
        picture = background.copy()
        self.draw(ImageDraw.Draw(picture), t)
        return picture


def _swing(t: float, period_s: float) -> float:
    """Goes 0, 1, 0 smoothly once a period."""
    return 0.5 - 0.5 * math.cos(2 * math.pi * t / period_s)


def _jumping_jack(draw: ImageDraw.ImageDraw, t: float) -> None:
    open_ = _swing(t, 1.0)
    pose = Pose(
        arm=12 + 148 * open_,
        forearm=12 + 158 * open_,
        leg=3 + 25 * open_,
        shin=3 + 22 * open_,
        lift=0.06 * math.sin(math.pi * open_),
    )
    draw_figure(draw, (WIDTH / 2, 262), 200, pose, Clothes())


def _juggle(draw: ImageDraw.ImageDraw, t: float) -> None:
    bob = 12 * math.sin(2 * math.pi * t / 0.5)
    pose = Pose(arm=22, forearm=70 + bob)
    hands = draw_figure(draw, (WIDTH / 2, 268), 190, pose, Clothes(shirt=(60, 90, 170)))
    for number, colour in enumerate(((230, 70, 60), (240, 200, 50), (70, 190, 90))):
        phase = (t / 1.2 + number / 3) % 1.0
        there, back = hands["left"], hands["right"]
        if int(t / 1.2 + number / 3) % 2:
            there, back = back, there
        x = there[0] + (back[0] - there[0]) * phase
        y = there[1] + (back[1] - there[1]) * phase - 4 * 105 * phase * (1 - phase)
        draw.ellipse((x - 8, y - 8, x + 8, y + 8), fill=colour)


def _kite(draw: ImageDraw.ImageDraw, t: float) -> None:
    draw_figure(draw, (90, 270), 120, Pose(arm=120, forearm=140), Clothes())
    x, y = 250 + 40 * math.sin(1.7 * t), 80 + 25 * math.sin(2.3 * t)
    draw.line((120, 160, x, y), fill=(240, 240, 240))
    draw.polygon([(x, y - 34), (x + 24, y), (x, y + 40), (x - 24, y)], fill=(230, 60, 60))


def _first_then(first: DrawFrame, then: DrawFrame, change_s: float) -> DrawFrame:
    def draw(canvas: ImageDraw.ImageDraw, t: float) -> None:
        (first if t < change_s else then)(canvas, t)

    return draw


def _gym() -> Image.Image:
    picture = _gradient((226, 222, 214), (200, 196, 190))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 222, WIDTH, HEIGHT), fill=(150, 112, 78))
    for x in range(-200, WIDTH + 200, 44):
        draw.line((WIDTH / 2 + (x - WIDTH / 2) * 0.6, 222, x, HEIGHT), fill=(128, 94, 64), width=2)
    draw.rectangle((18, 60, 84, 150), fill=(178, 206, 226), outline=(120, 110, 100), width=4)
    draw.rectangle((300, 60, 366, 150), fill=(178, 206, 226), outline=(120, 110, 100), width=4)
    return picture


def _outdoors() -> Image.Image:
    picture = _gradient((126, 178, 224), (206, 226, 238))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 196, WIDTH, HEIGHT), fill=(92, 146, 72))
    for x, y, r in ((40, 160, 46), (330, 150, 56), (280, 172, 34), (90, 180, 28)):
        draw.rectangle((x - 5, y, x + 5, y + r), fill=(98, 72, 50))
        draw.ellipse((x - r, y - r, x + r, y + r * 0.6), fill=(58, 112, 58))
    return picture


def _gradient(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Image.Image:
    share = np.linspace(0.0, 1.0, HEIGHT)[:, None, None]
    rows = np.asarray(top) * (1 - share) + np.asarray(bottom) * share
    return Image.fromarray(np.broadcast_to(rows, (HEIGHT, WIDTH, 3)).astype(np.uint8))


def scenes() -> tuple[Scene, ...]:
    """All examples, in the order in which the page shows them.

    The embedded default knows the first, tells the two halves of the second apart, and has no class
    for the third: something to be right about, to look into, and to correct.
    """
    return (
        Scene("juggling", "Juggling three balls", 6.0, _juggle, outdoors=True),
        Scene(
            "juggling-then-kite",
            "Juggling, then flying a kite",
            10.0,
            _first_then(_juggle, _kite, 5.0),
            outdoors=True,
        ),
        Scene("jumping-jacks", "Jumping jacks", 6.0, _jumping_jack, outdoors=False),
    )
