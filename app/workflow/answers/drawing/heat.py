"""The heat map over the picture: colours and geometry of `static/viewer/heatmap.js`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.workflow.answers.drawing.moments import mix_at
from app.workflow.answers.drawing.view import View
from model.inference.prediction import Crop

MAP_SIZE = 112  # points of the map a side; enlarged smoothly to the picture
FULL_ALPHA = 0.85  # even the strongest evidence lets the picture through
FOR = ((255, 183, 46), (222, 48, 14))  # from weak to strong
AGAINST = ((72, 196, 240), (24, 68, 214))
SHADES = 255
DASH, DASH_COLOUR = 4, (255, 255, 255, 150)


class HeatPainter:
    """Paints one view over pictures of `size` (width, height), cut to what the network saw."""

    def __init__(self, view: View, crop: Crop, size: tuple[int, int], opacity: float) -> None:
        self._view = view
        left, top = round(crop.x * size[0]), round(crop.y * size[1])
        right, bottom = (crop.x + crop.width) * size[0], (crop.y + crop.height) * size[1]
        self._corner = (left, top)
        self._size = (max(round(right) - left, 1), max(round(bottom) - top, 1))
        _, rows, columns = view.maps.shape
        area = view.area
        self._rows = _lattice(crop.y, crop.height, area.y, area.height, rows)
        self._columns = _lattice(crop.x, crop.width, area.x, area.width, columns)
        self._shades = _shades(opacity)
        self._frame = None if (left, top, self._size) == (0, 0, size) else _dashes(self._size)

    def paint(self, picture: Image.Image, t: float) -> None:
        """Paints the evidence at `t` seconds over an RGB picture, in place."""
        colours = self.colours(t)
        if colours is not None:
            heat = Image.fromarray(colours).resize(self._size, Image.Resampling.BILINEAR)
            picture.paste(heat, self._corner, heat)
        if self._frame is not None:
            picture.paste(self._frame, self._corner, self._frame)

    def colours(self, t: float) -> NDArray[np.uint8] | None:
        """The map at `t`, [MAP_SIZE, MAP_SIZE, 4]: red, green, blue, alpha; None in a gap."""
        mix = mix_at(self._view.seconds, self._view.gaps, t)
        if mix is None:
            return None
        fine = self._rows @ mix.of(self._view.maps) @ self._columns.T
        value = np.clip(fine / self._view.scale.colour, -1, 1)
        return self._shades[np.floor(value * SHADES + 0.5).astype(np.intp) + SHADES]


def _lattice(
    start: float, size: float, area_start: float, area_size: float, cells: int
) -> NDArray[np.float32]:
    """[MAP_SIZE, cells]: how much of each cell makes up each point across start..start + size."""
    places = start + (np.arange(MAP_SIZE) + 0.5) / MAP_SIZE * size
    cell = np.clip((places - area_start) / area_size * cells - 0.5, 0, cells - 1)
    apart = np.abs(cell[:, None] - np.arange(cells))
    parts: NDArray[np.float32] = np.maximum(1 - apart, 0).astype(np.float32)
    return parts


def _shades(opacity: float) -> NDArray[np.uint8]:
    """[2 * SHADES + 1, 4]: red, green, blue, alpha for evidence -1..1."""
    strength = np.abs(np.arange(-SHADES, SHADES + 1))[:, None] / SHADES
    ends = [np.array(colours, np.float64) for colours in (AGAINST, FOR)]
    mixed = [weak + (strong - weak) * strength for weak, strong in ends]
    colours = np.where(np.arange(-SHADES, SHADES + 1)[:, None] > 0, mixed[1], mixed[0])
    alpha = 255 * FULL_ALPHA * opacity * strength
    return np.round(np.hstack([colours, alpha])).astype(np.uint8)


def _dashes(size: tuple[int, int]) -> Image.Image:
    """A dashed frame around the part of the picture that was looked at."""
    width, height = size
    frame = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(frame)
    for x in range(0, width, 2 * DASH):
        for y in (0, height - 1):
            draw.line([(x, y), (x + DASH - 1, y)], fill=DASH_COLOUR)
    for y in range(0, height, 2 * DASH):
        for x in (0, width - 1):
            draw.line([(x, y), (x, y + DASH - 1)], fill=DASH_COLOUR)
    return frame
