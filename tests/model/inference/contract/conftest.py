"""The predictors that must keep the contract: in this process, and over HTTP to the real app."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.server.start import make_server
from app.settings import Settings
from app.wiring import build
from app.workflow.library import USUAL
from model.inference.predictor import LocalPredictor
from model.inference.remote import RemotePredictor
from model.inference.seam import Predictor
from model.weights import checkpoint
from model.weights.spec import Calibration
from tests.model.inference.film import draw_film
from tests.model.weights.tiny import TINY, lively_state

LABELS = ("ant", "bee", "cat", "dog", "eel", "fox", "größer")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def weights(data_dir: Path) -> Path:
    """A tiny model of seven classes, calibrated so that a calibration must travel, too."""
    measured = Calibration(1.34, least_probability=0.48, least_energy=16.0, sure_right=0.9)
    spec = replace(TINY, labels=LABELS, calibration=measured)
    path = data_dir / "tiny.safetensors"
    checkpoint.save(path, spec, lively_state(spec))
    return path


@pytest.fixture(scope="module")
def here(data_dir: Path, weights: Path) -> LocalPredictor:
    """Opened as the server's is."""
    cache = data_dir / "cache of its own"
    return LocalPredictor(weights, cache_dir=cache, engine="torch", opened=USUAL)


@pytest.fixture(scope="module")
def over_http(data_dir: Path, weights: Path) -> RemotePredictor:
    """The whole application with all its doors, by ASGI."""
    settings = Settings(data_dir=data_dir, engine="torch", min_free_bytes=0, model=str(weights))

    async def made() -> TestClient:  # inside a loop, or Gradio leaves one open
        app = make_server(settings, build(settings))
        return TestClient(app, base_url="http://127.0.0.1")

    return RemotePredictor(asyncio.run(made()))


@pytest.fixture(scope="module", params=["here", "over_http"])
def predictor(request: pytest.FixtureRequest) -> Predictor:
    found: Predictor = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bar that moves for a second."""
    return draw_film(tmp_path_factory.mktemp("clip") / "bar.mp4", frames=30)
