"""Views: what a clip may be made of. Drawn first, as plain numbers, then made into pictures.

Beyer et al., "Knowledge distillation: a good teacher is patient and consistent", CVPR 2022: both
networks see the very same view, however wild it is. Asano and Saeed, arXiv 2112.00725: even a
single large picture, cropped and moved, tells a lot. Every choice depends on the seed and the
number of the view alone, so that a resumed run sees what an undisturbed one would have seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from model.learning.augment import generator
from model.learning.distil.material import Film

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Wildness:
    """How views differ from the films that they are cut from.

    `area` and `aspect` of what is cut out; every how many-th frame (`speeds`), one of these;
    `flip`, `cut` and `mix` are shares of views: mirrored, with a cut to another film, mixed with
    another view (Zhang et al., "mixup", ICLR 2018). `drift` is how far a camera may move over a
    video, as a share of the picture.
    """

    area: tuple[float, float] = (0.3, 1.0)
    aspect: tuple[float, float] = (3 / 4, 4 / 3)
    speeds: tuple[int, ...] = (1, 2, 2, 3)
    flip: float = 0.5
    cut: float = 0.15
    mix: float = 0.15
    drift: float = 0.05


@dataclass(frozen=True, slots=True)
class Shot:
    """One film, seen by one camera.

    `frames` int64 [T]. `boxes` [T, 4]: middle (x, y) and half size (x, y) of what is cut out of
    each frame, where the picture reaches from -1 to 1; a negative half width mirrors.
    """

    film: int
    frames: NDArray[np.int64]
    boxes: Floats


@dataclass(frozen=True, slots=True)
class View:
    """One shot, or two: from step `cut` on the second one, or `mix` of the second in all steps."""

    first: Shot
    second: Shot | None = None
    cut: int = 0
    mix: float = 0.0


def draw_view(
    films: Sequence[Film], steps: int, seed: int, number: int, how: Wildness | None = None
) -> View:
    """The view of that number: the same for the same seed, films and steps."""
    how = how or Wildness()
    draw = generator(seed, number, "view")
    first = _shot(films, steps, draw, how)
    kind = draw.random()
    if kind < how.cut and steps > 1:
        second = _shot(films, steps, draw, how)
        return View(first, second, cut=int(draw.integers(1, steps)))
    if kind < how.cut + how.mix:
        second = _shot(films, steps, draw, how)
        return View(first, second, mix=float(draw.uniform(0.1, 0.5)))
    return View(first)


def render(view: View, films: Sequence[Film], size: int) -> Tensor:
    """The view as float32 [3, T, size, size] on 0..255, where its films lie."""
    clip = _render_shot(view.first, films, size)
    if view.second is None:
        return clip
    other = _render_shot(view.second, films, size)
    if view.cut:
        return torch.cat([clip[:, : view.cut], other[:, view.cut :]], dim=1)
    return torch.lerp(clip, other, view.mix)


def _shot(films: Sequence[Film], steps: int, draw: np.random.Generator, how: Wildness) -> Shot:
    number = int(draw.integers(len(films)))
    length, _, height, width = films[number].frames.shape
    if length == 1:
        frames = np.zeros(steps, np.int64)
        boxes = _camera_path(width, height, steps, draw, how)
    else:
        frames = _moment(length, steps, draw, how)
        boxes = _drifting(width, height, steps, draw, how)
    if draw.random() < how.flip:
        boxes = boxes * np.array([1, 1, -1, 1])
    return Shot(number, frames, boxes)


def _moment(length: int, steps: int, draw: np.random.Generator, how: Wildness) -> NDArray[np.int64]:
    """Frame numbers from somewhere in the film; a film that is too short begins again."""
    speed = int(draw.choice(how.speeds))
    start = int(draw.integers(max(length - (steps - 1) * speed, 1)))
    return (start + np.arange(steps, dtype=np.int64) * speed) % length


def _drifting(
    width: int, height: int, steps: int, draw: np.random.Generator, how: Wildness
) -> Floats:
    """One box whose middle moves a little and evenly over the clip."""
    half = _half_size(width, height, draw.uniform(*how.area), draw, how)
    free = 1 - half
    middle = draw.uniform(-free, free)
    way = draw.uniform(-1, 1, 2) * how.drift
    along = np.linspace(-1, 1, steps)[:, None]
    middles = np.clip(middle + along * way, -free, free)
    return np.concatenate([middles, np.broadcast_to(half, (steps, 2))], axis=1)


def _camera_path(
    width: int, height: int, steps: int, draw: np.random.Generator, how: Wildness
) -> Floats:
    """From one box through another to a third, without a jerk: panning and zooming."""
    low = how.area[0] / 4  # a large picture holds many
    stops = []
    for share in np.exp(draw.uniform(np.log(low), np.log(how.area[1]), 3)):
        half = _half_size(width, height, share, draw, how)
        stops.append(np.concatenate([draw.uniform(half - 1, 1 - half), half]))
    along = np.linspace(0, 1, steps)[:, None]
    weights = ((1 - along) ** 2, 2 * along * (1 - along), along**2)  # a curve of Bezier's
    return np.asarray(sum(w * stop for w, stop in zip(weights, stops, strict=True)))


def _half_size(
    width: int, height: int, share: float, draw: np.random.Generator, how: Wildness
) -> Floats:
    """Half width and height of a box of that share of the picture, at most the picture's own."""
    ratio = float(np.exp(draw.uniform(*np.log(how.aspect))))
    side = (share * min(width, height) ** 2) ** 0.5
    pixels = np.array([side * ratio**0.5, side / ratio**0.5])
    return np.minimum(pixels / (width, height), 1.0)


def _render_shot(shot: Shot, films: Sequence[Film], size: int) -> Tensor:
    """Bilinear; what is larger than the view is averaged first, so that nothing flickers."""
    film = films[shot.film].frames
    device = film.device
    boxes = torch.from_numpy(shot.boxes).float().to(device)
    pixels = float(np.abs(shot.boxes[:, 2:]).max(axis=0) @ (film.shape[3], film.shape[2])) / 2
    factor = max(int(pixels / size), 1)
    if film.shape[0] == 1:
        pictures = _smaller(film.float(), factor).expand(len(boxes), -1, -1, -1)
    else:
        chosen = torch.from_numpy(shot.frames).to(device)
        pictures = _smaller(film[chosen].float(), factor)
    line = (torch.arange(size, device=device) + 0.5) * 2 / size - 1
    x = boxes[:, 0, None] + boxes[:, 2, None] * line  # [T, size]
    y = boxes[:, 1, None] + boxes[:, 3, None] * line
    grid = torch.stack(
        [x[:, None, :].expand(-1, size, -1), y[:, :, None].expand(-1, -1, size)], dim=-1
    )
    cut = F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
    return cut.permute(1, 0, 2, 3).contiguous()


def _smaller(pictures: Tensor, factor: int) -> Tensor:
    return F.avg_pool2d(pictures, factor) if factor > 1 else pictures
