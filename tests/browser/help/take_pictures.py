"""Takes the pictures of the Help page and of the README anew, from the app with its own examples.

    .venv/bin/python -m tests.browser.help.take_pictures [FOLDER]

Look at each of them before you keep it. FOLDER keeps the videos and their answers, so that a
second round need not compute them again.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, sync_playwright

from app.components.assets import STATIC
from app.workflow.answers import explain
from app.workflow.services import Services
from app.workflow.videos import ingest
from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from storage.records.videos import VideoRecord
from tests.app.workflow.lessons import say, short
from tests.browser.conftest import ARGUMENTS
from tests.browser.whole_app import whole_app

PICTURES = STATIC / "help" / "pictures"
LABELS = ("juggling balls", "", "jumping jacks")
MORE = 6  # further short videos for each label
SHARPNESS = 1.5  # pixels of a picture for one of the page
QUALITY = 80
MARGIN = 8  # of the page around a part
SEEK = "'secondlook:seek', {detail: {t: 7.6}}"  # where most speaks for the kite
PARTS = {
    "answers": ".sl-guesses",
    "curve": ".sl-time",
    "heat": ".sl-stage",
    "say": "#correction .sl-form",
}


def fill(services: Services, folder: Path) -> None:
    """Stores and answers the examples, and labels two of them."""
    for scene, label in zip(scenes(), LABELS, strict=True):
        path = folder / f"{scene.title}.mp4"
        render(scene, path)
        video = bring(services, path, path.name, label=label)
        explain.explain(services, video, _quietly)


def label_more(services: Services, folder: Path) -> None:
    """Stores and labels videos that differ from the examples, to learn from."""
    for scene, label in zip(scenes(), LABELS, strict=True):
        for number in range(MORE if label else 0):
            path = short(scene, folder, number=number)
            bring(services, path, f"{scene.title} {number + 2}.mp4", label=label)


def bring(services: Services, path: Path, name: str, *, label: str) -> VideoRecord:
    """Stores a video and, unless it is "", what a person says it shows."""
    video = ingest.store(services, ingest.Upload(path, name), _quietly).video
    if label:
        say(services, video, label)
    return video


def take_most(page: Page, url: str) -> None:
    """The pictures of an answered video and of the list. `url` is where the app is."""
    page.goto(url)
    page.locator("#upload .sl-area").wait_for()  # its module comes after the page
    keep("bring", page, page.locator("#bring"))
    page.goto(f"{url}/?video=2")
    page.locator(".sl-guess").first.wait_for()
    page.wait_for_function("document.querySelector('video').readyState >= 2")
    page.evaluate(f"document.dispatchEvent(new CustomEvent({SEEK}))")
    page.wait_for_timeout(3000)
    keep("look", page)
    for name, place in PARTS.items():
        keep(name, page, page.locator(place))
    page.goto(f"{url}/videos")
    row = page.get_by_role("row").filter(has_text=f"{scenes()[0].title}.mp4")
    row.wait_for()
    page.wait_for_timeout(3000)
    keep("videos", page, until=row)


def take_teaching(page: Page, url: str) -> None:
    """What there is to learn from."""
    page.goto(f"{url}/teach")
    page.locator("#teach-readiness table").wait_for()
    keep("teach", page, page.locator("#teach-readiness"))


def keep(name: str, page: Page, part: Locator | None = None, until: Locator | None = None) -> None:
    """Writes what is seen of the page, or a part of it, or all down to a part, as a WebP file."""
    page.evaluate("scrollTo(0, 0)")
    size = page.viewport_size
    assert size is not None
    clip: FloatRect = {"x": 0, "y": 0, "width": size["width"], "height": size["height"]}
    if part is not None:
        box = part.bounding_box()
        assert box is not None
        clip["x"], clip["y"] = box["x"] - MARGIN, box["y"] - MARGIN
        clip["width"], clip["height"] = box["width"] + 2 * MARGIN, box["height"] + 2 * MARGIN
    if until is not None:
        box = until.bounding_box()
        assert box is not None
        clip["height"] = box["y"] + box["height"] + 3 * MARGIN
    shot = page.screenshot(animations="disabled", full_page=True, clip=clip)
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    picture.save(PICTURES / f"{name}.webp", quality=QUALITY, method=6)


def main(folder: Path) -> None:
    """Serves the app over `folder` and takes all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    clips = folder / "clips"
    with whole_app(folder, engine="auto") as app, sync_playwright() as playwright:
        if not clips.exists():
            clips.mkdir()
            fill(app.services, clips)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = browser.new_page(
            viewport={"width": 1180, "height": 800},
            device_scale_factor=SHARPNESS,
            color_scheme="light",
            locale="en-GB",
        )
        page.set_default_timeout(120_000)
        take_most(page, app.url)
        label_more(app.services, clips)
        take_teaching(page, app.url)
        browser.close()


def _quietly(*_: object) -> None:
    """Says nothing."""


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(Path(folder))
