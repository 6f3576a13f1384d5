"""Real services over a data folder of the test's own, with the embedded default."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import Settings
from app.wiring import build
from app.workflow.services import Services
from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from tests.conftest import DataAt


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Services:
    """Services that share one folder within a test file."""
    folder = data_at(tmp_path_factory.mktemp("data"))
    return build(Settings(data_dir=folder, engine="openvino", min_free_bytes=0))


@pytest.fixture(scope="session")
def juggling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video that the embedded default is sure about."""
    path = tmp_path_factory.mktemp("examples") / "juggling.mp4"
    render(scenes()[0], path)
    return path
