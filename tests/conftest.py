"""What tests of every part use."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

from app.settings import Settings

# How long an example takes says something about the machine, not about the code.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

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


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of real clips, odd files and reference figures beside the repository."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real clips are not here (../shared/data)")
    return SHARED


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty data folder of the test's own."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    """Default settings over `data_dir`, on a free port."""
    return Settings(data_dir=data_dir, port=0)
