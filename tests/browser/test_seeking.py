"""A browser plays and seeks a video that our own route serves in ranges."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Page, Request

from app.server.media import Kind, MediaFile
from app.settings import Settings
from tests.serving import Site, site

FPS = 10
SECONDS = 30


def noisy_video(path: Path) -> None:
    """Half a minute of noise: large enough that no browser fetches it all before it plays."""
    random = np.random.default_rng(0)
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as video:
        stream = video.add_stream("libx264", FPS, {"preset": "ultrafast", "crf": "18", "g": "10"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.time_base = Fraction(1, FPS)
        for _ in range(FPS * SECONDS):
            noise = random.integers(0, 255, (240, 320, 3), np.uint8)
            video.mux(stream.encode(av.VideoFrame.from_ndarray(noise, "rgb24")))
        video.mux(stream.encode())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("data")
    noisy_video(folder / "noise")
    assert (folder / "noise").stat().st_size > 5_000_000

    def find(video_id: int, kind: Kind, user: str | None) -> MediaFile:
        del video_id, kind, user
        return MediaFile(folder / "noise", "video/mp4", "noise.mp4")

    with site(Settings(data_dir=folder), find_media=find) as running:
        yield running


def test_seeking_loads_only_what_is_shown(served: Site, page: Page) -> None:
    starts: list[int] = []

    def note(request: Request) -> None:
        asked = request.headers.get("range", "")
        if asked.startswith("bytes="):
            starts.append(int(asked.removeprefix("bytes=").partition("-")[0]))

    page.on("request", note)
    page.goto(served.url)
    page.evaluate(
        """() => new Promise((resolve, reject) => {
            const video = document.createElement("video");
            video.id = "clip";
            video.muted = true;
            video.onerror = () => reject(video.error.message);
            video.onloadeddata = () => resolve();
            video.src = "/media/1/play";
            document.body.append(video);
        })"""
    )
    reached = page.evaluate(
        """() => new Promise((resolve) => {
            const video = document.getElementById("clip");
            video.onseeked = () => resolve([video.duration, video.currentTime]);
            video.currentTime = 25.05;
        })"""
    )
    assert reached == pytest.approx([SECONDS, 25.05], abs=0.05)
    assert max(starts) > 1_000_000


def test_opened_alone_it_plays(served: Site, page: Page) -> None:
    page.goto(f"{served.url}/media/1/play")
    page.wait_for_function("document.querySelector('video').readyState >= 2")


def test_it_is_saved_under_its_name(served: Site, page: Page) -> None:
    page.goto(served.url)
    with page.expect_download() as download:
        page.evaluate("location.href = '/media/1/original?download=1'")
    assert download.value.suggested_filename == "noise.mp4"
