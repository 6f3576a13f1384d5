"""What tests of every part use."""

from __future__ import annotations

import importlib.metadata
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import hypothesis
import pytest

from app.settings import Settings

# How long an example takes says something about the machine, not about the code.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
PAGES = str(ROOT / "app" / "pages")
CALL_ENDS_S = 60

DataAt = Callable[[Path], Path]

# Gradio 6.31 counts its queue in a way that pandas 3 calls outdated. Set as marks, because marks
# also win over `-W error` on the command line.
NOT_OURS = (
    "ignore:'future.no_silent_downcasting' is deprecated",
    "ignore:The copy keyword is deprecated and will be removed in a future version",
    # Of a parameter in a route of Gradio's; pydantic says it only when it builds that type anew.
    "ignore:The 'alias' attribute with value 'component_id' was provided",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lets the known warnings of a library pass in every test."""
    for item in items:
        for warning in NOT_OURS:
            item.add_marker(pytest.mark.filterwarnings(warning))


def pytest_sessionfinish() -> None:
    """Lets requests end that nobody waits for: Python's end inside torch aborts the process."""
    for _ in range(CALL_ENDS_S):
        if not any(_is_in_a_call(frame) for frame in sys._current_frames().values()):
            return
        time.sleep(1)


def _is_in_a_call(frame: FrameType | None) -> bool:
    """Whether a thread is inside one of the pages."""
    while frame is not None:
        if frame.f_code.co_filename.startswith(PAGES):
            return True
        frame = frame.f_back
    return False


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of real clips, odd files and reference figures beside the repository."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real clips are not here (../shared/data)")
    return SHARED


@pytest.fixture(scope="session")
def data_at(tmp_path_factory: pytest.TempPathFactory) -> DataAt:
    """Makes data folders that share the networks which OpenVINO converted in this run.

    A converted network answers four times as fast as PyTorch.
    """
    base = tmp_path_factory.getbasetemp()
    converted = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "converted"
    converted.mkdir(exist_ok=True)
    name = f"openvino-{importlib.metadata.version('openvino')}"

    def make(folder: Path) -> Path:
        (folder / "cache").mkdir(parents=True)
        (folder / "cache" / name).symlink_to(converted, target_is_directory=True)
        return folder

    return make


@pytest.fixture
def data_dir(tmp_path: Path, data_at: DataAt) -> Path:
    """A data folder of the test's own, empty but for those networks."""
    return data_at(tmp_path / "data")


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    """Default settings over `data_dir`, on a free port."""
    return Settings(data_dir=data_dir, port=0)
