"""What works on this machine, in sentences: the folder, the database, decoding, the model."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from app.workflow.errors import AppError
from app.workflow.services import Services
from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from model.errors import ModelError
from model.inference.engines.openvino_engine import openvino_installed
from model.kernels.choosing import choose_kernels
from model.video.reader import VideoReader


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. The app works without those that are not `needed`."""

    subject: str
    ok: bool
    sentence: str
    needed: bool = True

    def as_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return asdict(self)


def examine(services: Services) -> list[Finding]:
    """Tries everything once, on a video that it draws itself."""
    with tempfile.TemporaryDirectory(dir=services.scratch) as folder:
        example = Path(folder) / "example.mp4"
        render(scenes()[0], example)
        return [*_kept(services), *_decoding(services, example), *_computing(services, example)]


def _kept(services: Services) -> Iterator[Finding]:
    free = services.media.free_bytes()
    yield Finding(
        "data folder",
        free > 0,
        f"{services.scratch.parent}, {max(free, 0) / 1e9:.1f} GB may still be used.",
    )
    for verdict in services.database.health():
        yield Finding(
            verdict.name, verdict.level == "ok", verdict.sentence, verdict.level == "error"
        )
    wrong = len(services.database.verify())
    sentence = "What the lists show is what the history of labels says."
    if wrong:
        sentence = f"The lists show {wrong} videos wrongly. Run: python -m app migrate"
    yield Finding("lists", not wrong, sentence)


def _decoding(services: Services, example: Path) -> Iterator[Finding]:
    try:
        with VideoReader(example, services.limits) as reader:
            level, reason = reader.isolation.level, reader.isolation.reason
            count = sum(1 for _ in reader.frames(range(reader.info.frames), short_side=64))
    except ModelError as error:
        yield Finding("decoding", False, str(error))
        return
    yield Finding("decoding", True, f"{count} pictures of a test video were decoded.")
    sentence = f"Videos are decoded in a separate process; isolation: {level}. {reason}".strip()
    yield Finding("isolation", not reason, sentence, needed=False)


def _computing(services: Services, example: Path) -> Iterator[Finding]:
    cuda = torch.cuda.is_available()
    name = torch.cuda.get_device_name(0) if cuda else "none; the processor does the work"
    yield Finding("graphics card", True, f"{name}.", needed=False)
    if cuda:
        yield _fast_kernels(choose_kernels(torch.device("cuda")).reason)
    found = "installed." if openvino_installed() else "missing; answers take about 4 times longer."
    yield Finding("OpenVINO", openvino_installed(), found, needed=False)
    try:
        predictor = services.models.predictor()
        predictor.warm_up()
        started = time.monotonic()
        prediction = predictor.predict(example)
    except (ModelError, AppError) as error:
        yield Finding("model", False, str(error))
        return
    seconds = time.monotonic() - started
    yield Finding(
        "model",
        True,
        f"{prediction.model} answered for {prediction.video.duration_s:.0f} s of video in"
        f" {seconds:.1f} s: {prediction.top[0].label}.",
    )


def _fast_kernels(reason: str) -> Finding:
    """`reason`: why they are not used, "" if they are."""
    sentence = (
        f"Not used: {reason}. PyTorch computes instead, more slowly." if reason else "In use."
    )
    return Finding("fast kernels", not reason, sentence, needed=False)
