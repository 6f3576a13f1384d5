"""What junk videos are drawn of: scenes, rooms, windows, text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 320, 240
TEXT = "the of and to in is that for with this file name open value list next line data page"


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that comes with the drawing library."""
    return ImageFont.load_default(size)


def sentence(rng: np.random.Generator, words: int) -> str:
    """Words without a meaning."""
    return " ".join(rng.choice(TEXT.split(), words))


def soft(rng: np.random.Generator, coarse: int) -> NDArray[np.float64]:
    """A picture [H, W, 3], 0..255, of soft noise; `coarse` patches a side."""
    small = Image.fromarray(rng.integers(0, 256, (coarse, coarse, 3), dtype=np.uint8))
    grown = small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    return np.asarray(grown, dtype=np.float64)


def scene(rng: np.random.Generator) -> Image.Image:
    """Sky, hills, a house or a sun, trees."""
    top, bottom = rng.integers(60, 256, (2, 3))
    rows = np.linspace(0, 1, HEIGHT)[:, None, None]
    sky = np.broadcast_to(top * (1 - rows) + bottom * rows, (HEIGHT, WIDTH, 3))
    image = Image.fromarray(sky.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    x = np.arange(0, WIDTH + 8, 8)
    for layer in range(3):
        ridge = 110 + 40 * layer + 25 * np.sin(x / rng.uniform(20, 70) + rng.uniform(0, 6))
        ground = tuple(map(int, rng.integers(20, 160, 3)))
        corners = [*map(tuple, np.stack((x, ridge), axis=1)), (WIDTH, HEIGHT), (0, HEIGHT)]
        draw.polygon(corners, ground)
    for tree in rng.integers(10, WIDTH - 10, 5):
        draw.rectangle((tree, 170, tree + 4, 205), (90, 60, 30))
        draw.ellipse((tree - 12, 145, tree + 16, 178), tuple(map(int, rng.integers(20, 140, 3))))
    return image


def title(rng: np.random.Generator) -> Image.Image:
    """A slide with a title and four points."""
    image = Image.new("RGB", (WIDTH, HEIGHT), tuple(map(int, rng.integers(180, 256, 3))))
    draw = ImageDraw.Draw(image)
    draw.text((30, 40), sentence(rng, 3), "black", font(24))
    for line in range(4):
        draw.text((40, 90 + 30 * line), f"- {sentence(rng, 5)}", (60, 60, 60), font(14))
    return image


def desktop_picture(rng: np.random.Generator) -> Image.Image:
    """A desktop with one to three windows."""
    image = Image.new("RGB", (WIDTH, HEIGHT), tuple(map(int, rng.integers(0, 160, 3))))
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(1, 4))):
        left, top = rng.integers(0, (150, 100))
        window(
            draw,
            (int(left), int(top), 160, 120),
            sentence(rng, 2),
            [sentence(rng, 4) for _ in range(7)],
        )
    draw.rectangle((0, HEIGHT - 18, WIDTH, HEIGHT), (40, 40, 48))
    return image


def window(
    draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], title: str, lines: Sequence[str]
) -> None:
    """A window at `box` (left, top, width, height)."""
    left, top, width, height = box
    draw.rectangle((left, top, left + width, top + height), (240, 240, 240), (90, 90, 90))
    draw.rectangle((left, top, left + width, top + 14), (70, 110, 180))
    draw.text((left + 4, top + 1), title, "white", font(10))
    for number, line in enumerate(lines):
        draw.text((left + 6, top + 20 + 13 * number), line, (40, 40, 40), font(10))


def room(rng: np.random.Generator) -> Image.Image:
    """Wall, floor, window or door, a table or a cupboard."""
    image = Image.new("RGB", (WIDTH, HEIGHT), tuple(map(int, rng.integers(120, 230, 3))))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 170, WIDTH, HEIGHT), tuple(map(int, rng.integers(60, 150, 3))))
    left = int(rng.integers(20, 200))
    draw.rectangle((left, 30, left + 80, 110), (200, 220, 240), (90, 70, 50), width=4)
    draw.line((left + 40, 30, left + 40, 110), (90, 70, 50), width=3)
    desk = int(rng.integers(10, 180))
    wood = tuple(map(int, rng.integers(60, 140, 3)))
    draw.rectangle((desk, 140, desk + 120, 150), wood)
    for leg in (desk + 4, desk + 108):
        draw.rectangle((leg, 150, leg + 8, 210), wood)
    return image
