"""The film is painted with the very colours, places and times of the viewer in the browser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from app.components.evidence import packed
from app.workflow.answers.drawing.heat import HeatPainter
from app.workflow.answers.drawing.view import Asked, view_of
from model.inference.prediction import Crop, Span
from tests.app.workflow.film_answers import answer
from tests.browser.components.stage import load_modules

pytestmark = pytest.mark.browser

AREA, CROP = Crop(0.05, -0.1, 0.8, 1.2), Crop(0.1, 0.05, 0.7, 0.9)
SECONDS = np.array([0.2, 0.5, 1.3, 2.6, 3.1])
GAP = Span(1.6, 2.2)
MOMENTS = (0.0, 0.2, 0.33, 1.0, 1.5, 1.9, 2.3, 2.7, 9.0)
PAINT = """([raw, crop, c, moments]) => {
  const evidence = decodeEvidence(raw, 2);
  const heat = new HeatMap();
  heat.place(evidence, crop);
  return moments.map((t) => {
    const field = fieldAt(evidence, c, t);
    heat.paint(field);
    return field && [...heat.image.data];
  });
}"""


def painted_in_the_browser(
    page: Page, modules_url: str, told: Any, row: int
) -> list[list[int] | None]:
    load_modules(page, modules_url, "viewer/values.js", "viewer/heatmap.js")
    crop = {"x": CROP.x, "y": CROP.y, "width": CROP.width, "height": CROP.height}
    found: list[list[int] | None] = page.evaluate(
        PAINT, [packed(told.evidence), crop, row, list(MOMENTS)]
    )
    return found


@pytest.mark.parametrize("late_s", [0.0, 0.3])
def test_the_same_colours_at_the_same_places_and_times(
    page: Page, modules_url: str, late_s: float
) -> None:
    volume = np.random.default_rng(5).normal(scale=4, size=(2, 5, 5, 7)).astype(np.float16)
    told = answer(volume, SECONDS, gaps=(GAP,), area=AREA, crop=CROP)
    view = view_of(told, Asked(1, "nothing"))
    assert view is not None
    painter = HeatPainter(view, CROP, (640, 480), 1.0)
    worst = 0
    painted = painted_in_the_browser(page, modules_url, told, 1)
    for t, theirs in zip(MOMENTS, painted, strict=True):
        ours = painter.colours(t)
        assert (theirs is None) == (ours is None) == (GAP.start_s < t < GAP.end_s)
        # What the film would look like if it were a little late must be noticed.
        shifted = painter.colours(t - late_s)
        if theirs is not None and shifted is not None:
            worst = max(worst, int(np.abs(shifted.reshape(-1).astype(int) - theirs).max()))
    # One of the 255 shades more or less changes a number by 1 at most.
    assert (worst > 3) == bool(late_s)
