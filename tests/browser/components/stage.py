"""What the component tests stand on: a counted video, a prediction, a server on a free port."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import av
import gradio as gr
import numpy as np
import uvicorn
from fastapi import FastAPI
from fastapi.responses import FileResponse
from numpy.typing import NDArray
from playwright.sync_api import Page
from starlette.types import ASGIApp, Receive, Scope, Send

from app.components.assets import SCRIPTS_PATH, modules
from app.components.theme import css_paths, theme
from app.server.scripts import script_routes
from model.inference.prediction import Crop, Evidence, Prediction, Score, Span, Timeline, VideoFacts
from model.weights.spec import Calibration

FPS = 25
FRAMES = 100
DURATION = FRAMES / FPS
WIDTH, HEIGHT = 320, 240
BITS = 8
LABELS = (
    "archery",
    "javelin throw",
    "playing ukulele",
    "golf driving",
    "<img src=x onerror=hurt()>",
)
PROBABILITIES = (0.62, 0.21, 0.08, 0.04, 0.004)
MEASURED = Calibration(
    temperature=1.0,
    least_probability=0.5,
    least_energy=0.0,
    sure_right=0.93,
    likely_probability=0.3,
    likely_energy=0.0,
    likely_right=0.72,
    guess_right=0.4,
)
STEPS = 8
CELLS = 7


def write_counted_video(path: Path) -> None:
    """H.264 in which frame n shows n as `BITS` stripes, white for 1, the lowest bit at the left."""
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"g": "25", "crf": "12"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(FRAMES):
            bits = np.array([(number >> bit) & 1 for bit in range(BITS)], dtype=np.uint8)
            row = np.repeat(40 + 170 * bits, WIDTH // BITS)
            pixels = np.broadcast_to(row[None, :, None], (HEIGHT, WIDTH, 3))
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def example_volume() -> NDArray[np.float16]:
    """[5, STEPS, CELLS, CELLS]: class 0 speaks late at the left, class 1 early at the right."""
    volume = np.zeros((len(LABELS), STEPS, CELLS, CELLS), np.float16)
    volume[0, 5:7, 2:5, 0:3] = 12.0
    volume[0, 0:2] = -1.5
    volume[1, 1:3, 2:5, 4:7] = 8.0
    volume[2] = 0.5
    volume[3] = -0.8
    return volume


def example_prediction(
    *, gap: Span | None = None, scores: tuple[float, ...] = PROBABILITIES
) -> Prediction:
    """Four seconds in eight steps; the fifth label is an attack by whoever named it."""
    logits = (9.0, 8.0, 7.0, 6.0, 4.0)
    probabilities = np.tile(np.array(scores, np.float32)[:, None], (1, STEPS))
    probabilities[0, 5:7] = 0.95
    edges = np.linspace(0.0, DURATION, STEPS + 1)
    centres = (edges[:-1] + edges[1:]) / 2
    kept = np.ones(STEPS, bool)
    if gap:
        kept = (centres < gap.start_s) | (centres > gap.end_s)
        probabilities[:, ~kept] = np.nan
    return Prediction(
        version="5ec0d" * 12 + "abcd",
        model="separated-i3d-b8",
        protocol="auto",
        video=VideoFacts(DURATION, float(FPS), FRAMES, WIDTH, HEIGHT, True),
        top=tuple(
            Score(index, label, probability, logit)
            for index, (label, probability, logit) in enumerate(
                zip(LABELS, scores, logits, strict=True)
            )
        ),
        logits=np.array(logits, np.float32),
        probabilities=np.array(scores, np.float32),
        clips=(Span(0.0, 2.5), Span(1.5, DURATION)),
        frame_inds=np.zeros((2, 32), np.int64),
        timeline=Timeline(edges, probabilities),
        evidence=Evidence(
            seconds=centres[kept],
            volume=example_volume()[:, kept],
            gaps=(gap,) if gap else (),
            area=Crop(0.125, 0.0, 0.75, 1.0),
        ),
        crop=Crop(0.125, 0.0, 0.75, 1.0),
        notes=("The video has no sound.",),
        calibration=MEASURED,
    )


def reasoned_prediction() -> Prediction:
    """The same, with evidence that adds up to the scores, so that it can be taken apart."""
    prediction = example_prediction()
    found = prediction.evidence
    weights = np.array([1, 2, 2, 2, 2, 2, 2, 1], np.float64) / 14
    biases = (0.5, 1.0, -0.25, 0.0, 0.25)
    logits = found.curves.astype(np.float64) @ weights + biases
    evidence = replace(found, biases=biases, weights=weights, logits=tuple(map(float, logits)))
    return replace(prediction, evidence=evidence)


class LoggedIn:
    """Puts a name where the log-in of the real app puts it, if a cookie asks for one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        if scope["type"] == "http" and b"as=grace" in dict(scope["headers"]).get(b"cookie", b""):
            scope["user"] = "grace"
        await self.app(scope, receive, send)


@contextmanager
def served(build: Callable[[], gr.Blocks], video: Path | None = None) -> Iterator[str]:
    """Serves the page, and `video` as /video.mp4, on 127.0.0.1; yields the address."""
    with _serving(lambda: _app(build(), video)) as url:
        yield url


@contextmanager
def modules_served() -> Iterator[str]:
    """Serves the modules of `static/` and nothing else; yields the address of their folder."""

    def app() -> FastAPI:
        app = FastAPI()
        app.include_router(script_routes(modules()))
        return app

    with _serving(app) as url:
        yield f"{url}{SCRIPTS_PATH}/{modules().version}"


def load_modules(page: Page, folder: str, *files: str) -> None:
    """Makes all that these modules export global in `page`, for `evaluate`."""
    page.goto(f"{folder}/{files[0]}")  # any page of their origin may import them
    page.evaluate(
        "async (urls) => { for (const url of urls) Object.assign(window, await import(url)); }",
        [f"{folder}/{file}" for file in files],
    )


@contextmanager
def _serving(make: Callable[[], FastAPI]) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(FastAPI(), log_level="error"))

    async def serve(listener: socket.socket) -> None:
        # Gradio makes event loops that it never closes, unless it is built within one.
        server.config.app = make()
        await server.serve(sockets=[listener])

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=lambda: asyncio.run(serve(listener)))
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _app(blocks: gr.Blocks, video: Path | None) -> FastAPI:
    app = FastAPI()
    app.include_router(script_routes(modules()))
    if video:

        @app.get("/video.mp4")
        def video_file() -> FileResponse:
            return FileResponse(video, media_type="video/mp4")

    gr.mount_gradio_app(app, blocks, path="/", theme=theme(), css_paths=css_paths())
    blocks.has_launched = True  # as the real app does: else Gradio takes any path for an upload
    app.add_middleware(LoggedIn)
    return app
