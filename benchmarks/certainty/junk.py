"""Videos in which nobody does anything: noise, test pictures, screens, empty rooms, drawn shapes.

Each kind is a function from a random generator to frames uint8 [T, 240, 320, 3].
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.certainty.drawing import (
    HEIGHT,
    WIDTH,
    desktop_picture,
    font,
    room,
    scene,
    sentence,
    soft,
    title,
    window,
)

Frames = Iterator[NDArray[np.uint8]]
Kind = Callable[[np.random.Generator], Frames]

RATE, LENGTH = 25, 60  # little more than one look of the model


def noise(rng: np.random.Generator) -> Frames:
    """Independent grains in every frame, grey or coloured, fine or coarse."""
    grain, channels = int(rng.choice([1, 2, 8])), int(rng.choice([1, 3]))
    for _ in range(LENGTH):
        grains = rng.integers(0, 256, (HEIGHT // grain, WIDTH // grain, channels), dtype=np.uint8)
        yield np.repeat(grains, 3 // channels, axis=2).repeat(grain, axis=0).repeat(grain, axis=1)


def clouds(rng: np.random.Generator) -> Frames:
    """Soft noise that drifts."""
    first, second = (soft(rng, 12) for _ in range(2))
    step = int(rng.integers(1, 5))
    for number in range(LENGTH):
        moved = np.roll(first, number * step, axis=1)
        share = 0.5 + 0.5 * np.sin(number / 15)
        yield (moved * share + second * (1 - share)).astype(np.uint8)


def plain(rng: np.random.Generator) -> Frames:
    """One colour, black and white among them; half of them slowly change."""
    colours = [(0, 0, 0), (255, 255, 255), *map(tuple, rng.integers(0, 256, (2, 3)))]
    begin = np.array(colours[rng.integers(4)], dtype=np.float64)
    end = rng.integers(0, 256, 3) if rng.random() < 0.5 else begin
    for number in range(LENGTH):
        colour = begin + (end - begin) * number / LENGTH
        yield np.broadcast_to(colour.astype(np.uint8), (HEIGHT, WIDTH, 3)).copy()


def bars(rng: np.random.Generator) -> Frames:
    """Colour bars, upright or lying, with a running number."""
    colours = rng.permutation(
        [
            [235] * 3,
            [235, 235, 0],
            [0, 235, 235],
            [0, 235, 0],
            [235, 0, 235],
            [235, 0, 0],
            [0, 0, 235],
        ]
    ).astype(np.uint8)
    lying = rng.random() < 0.3
    along = HEIGHT if lying else WIDTH
    lines = colours[np.arange(along) * len(colours) // along]
    picture = np.broadcast_to(lines[:, None] if lying else lines[None], (HEIGHT, WIDTH, 3))
    for number in range(LENGTH):
        image = Image.fromarray(np.ascontiguousarray(picture))
        ImageDraw.Draw(image).text((130, 100), f"{number:03d}", "white", font(36))
        yield np.asarray(image)


def still_scene(rng: np.random.Generator) -> Frames:
    """One drawn scene, frozen."""
    picture = np.asarray(scene(rng))
    for _ in range(LENGTH):
        yield picture


def slides(rng: np.random.Generator) -> Frames:
    """A slide show of drawn scenes and titles, a picture a second or faster."""
    each = int(rng.choice([12, 25, 40]))
    picture = np.asarray(scene(rng))
    for number in range(LENGTH):
        if number % each == 0:
            picture = np.asarray(scene(rng) if rng.random() < 0.6 else title(rng))
        yield picture


def scrolling(rng: np.random.Generator) -> Frames:
    """A screen full of text that scrolls."""
    light = rng.random() < 0.5
    paper, ink = ((250, 250, 250), (20, 20, 20)) if light else ((20, 22, 28), (190, 230, 190))
    page = Image.new("RGB", (WIDTH, 900), paper)
    draw, size = ImageDraw.Draw(page), int(rng.integers(10, 15))
    for y in range(0, 900, size + 4):
        draw.text((8 + 12 * int(rng.integers(3)), y), sentence(rng, 12), ink, font(size))
    speed = int(rng.integers(1, 7))
    for number in range(LENGTH):
        yield np.asarray(page.crop((0, number * speed, WIDTH, number * speed + HEIGHT)))


def desktop(rng: np.random.Generator) -> Frames:
    """Windows, a window that is dragged, typing, and a cursor that wanders."""
    screen = desktop_picture(rng)
    stops = rng.integers(10, (WIDTH - 30, HEIGHT - 30), (6, 2))
    dragged = rng.random() < 0.5
    typed = sentence(rng, 14)
    for number in range(LENGTH):
        image = screen.copy()
        draw = ImageDraw.Draw(image)
        at = number / LENGTH * 5
        x, y = stops[int(at)] + (stops[int(at) + 1] - stops[int(at)]) * (at % 1)
        if dragged:
            window(draw, (int(x) - 60, int(y) - 8, 120, 80), "Notes", ())
        draw.text((30, 200), typed[: number // 2], "black", font(12))
        draw.polygon([(x, y), (x, y + 14), (x + 4, y + 10), (x + 9, y + 10)], "white", "black")
        yield np.asarray(image)


def shapes(rng: np.random.Generator) -> Frames:
    """A cartoon: flat shapes that fly, bounce and turn before a flat background."""
    count = int(rng.integers(2, 9))
    place = rng.uniform(30, (WIDTH - 30, HEIGHT - 30), (count, 2))
    speed = rng.uniform(-4, 4, (count, 2))
    sizes, colours = rng.integers(8, 40, count), rng.integers(0, 256, (count, 3))
    sides = rng.integers(3, 9, count)
    paper = tuple(map(int, rng.integers(120, 256, 3)))
    for number in range(LENGTH):
        image = Image.new("RGB", (WIDTH, HEIGHT), paper)
        draw = ImageDraw.Draw(image)
        speed = np.where((place < 10) | (place > (WIDTH - 10, HEIGHT - 10)), -speed, speed)
        place = place + speed
        for (x, y), size, colour, side in zip(place, sizes, colours, sides, strict=True):
            draw.regular_polygon((x, y, int(size)), int(side), 3 * number, tuple(map(int, colour)))
        yield np.asarray(image)


def empty_room(rng: np.random.Generator) -> Frames:
    """A room that a fixed camera sees: its noise, flickering light, nobody."""
    walls = np.asarray(room(rng).filter(ImageFilter.GaussianBlur(1)), dtype=np.float64)
    grain = float(rng.uniform(2, 10))
    for _ in range(LENGTH):
        seen = walls * rng.uniform(0.97, 1.03) + rng.normal(0, grain, walls.shape)
        yield np.clip(seen, 0, 255).astype(np.uint8)


def landscape(rng: np.random.Generator) -> Frames:
    """A drawn landscape that a camera pans over."""
    wide = Image.new("RGB", (WIDTH * 2, HEIGHT))
    wide.paste(scene(rng).resize((WIDTH * 2, HEIGHT)))
    step = float(rng.uniform(0.5, 3))
    for number in range(LENGTH):
        left = int(number * step)
        yield np.asarray(wide.crop((left, 0, left + WIDTH, HEIGHT)))


KINDS: Mapping[str, Kind] = {
    "noise": noise,
    "clouds": clouds,
    "plain": plain,
    "colour bars": bars,
    "frozen drawing": still_scene,
    "slide show of drawings": slides,
    "scrolling text": scrolling,
    "desktop": desktop,
    "moving shapes": shapes,
    "empty room": empty_room,
    "landscape": landscape,
}


def write(path: Path, frames: Frames) -> Path:
    """Writes frames uint8 [T, 240, 320, 3] as H.264 at 25 a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"crf": "20", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number, picture in enumerate(frames):
            shown = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            shown.pts, shown.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(shown))
        container.mux(stream.encode(None))
    return path
