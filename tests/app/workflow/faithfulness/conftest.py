"""Real services in which the quick model answers: each of these looks at a video many times."""

from __future__ import annotations

import pytest

from app.settings import Settings
from app.wiring import build
from app.workflow.services import Services
from tests.app.quick import answer_quickly
from tests.conftest import DataAt


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Services:
    """Services that share one folder within a test file."""
    folder = data_at(tmp_path_factory.mktemp("data"))
    return answer_quickly(build(Settings(data_dir=folder, engine="openvino", min_free_bytes=0)))
