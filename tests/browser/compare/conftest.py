"""The whole app with two real versions, and videos that they answered differently, or not yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.workflow.answers import explain
from app.workflow.comparing.links import compare_address
from app.workflow.services import Services
from app.workflow.videos import ingest
from storage.records import versions
from storage.records.videos import VideoRecord
from tests.app.workflow.lessons import JUGGLING, JUMPING, renamed, say, short
from tests.browser.whole_app import WholeApp, whole_app

NEW = "star jump"


@dataclass(frozen=True, slots=True)
class Lists:
    """A running app. People call `broken` what neither version says; `half` has one answer."""

    url: str
    before: str
    after: str
    fixed: VideoRecord
    broken: VideoRecord
    half: VideoRecord

    def address(self, video: VideoRecord) -> str:
        return self.url + compare_address(video.id, before=self.before, after=self.after)


@pytest.fixture(scope="package")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lists]:
    # In PyTorch: converting the version of this folder takes longer than its answers.
    with whole_app(tmp_path_factory.mktemp("data"), engine="torch") as app:
        yield _filled(app, tmp_path_factory.mktemp("clips"))


def _filled(app: WholeApp, clips: Path) -> Lists:
    services = app.services
    fixed = _store(services, short(JUMPING, clips, 2.0))
    broken = _store(services, short(JUGGLING, clips))
    half = _store(services, short(JUGGLING, clips, 0.7))
    old = [explain.explain(services, video, _quietly) for video in (fixed, broken, half)]
    said = old[0].prediction.top[0].label
    taught = app.settings.models_dir / "taught.safetensors"
    after = renamed(taught, old=said, new=NEW)
    for video in (fixed, broken):
        explain.explain(services, video, _quietly, model=str(taught))
    say(services, fixed, NEW)
    say(services, broken, "archery")
    before = old[0].prediction.version
    _list(services, after, {"fixed": [(fixed, said, NEW)], "broken": [(broken, "x", "y")]}, before)
    return Lists(app.url, before, after, fixed, broken, half)


def _list(
    services: Services,
    after: str,
    lists: dict[str, list[tuple[VideoRecord, str, str]]],
    before: str,
) -> None:
    """Puts videos on the lists of a version, as the check after teaching does."""
    result = {
        name: [
            {
                "video_id": video.id,
                "name": video.name,
                "label": new,
                "before": old,
                "after": new,
                "before_version": before,
                "after_version": after,
            }
            for video, old, new in lines
        ]
        for name, lines in lists.items()
    }
    with services.database.write() as session:
        version = versions.find(session, sha256=after)
        assert version is not None
        metrics = {"videos": 0, "sentence": "2 of 2 changed"} | result
        versions.set_metrics(session, version_id=version.id, metrics=metrics)


def _store(services: Services, path: Path) -> VideoRecord:
    return ingest.store(services, ingest.Upload(path, path.name), _quietly).video


def _quietly(*_: object) -> None:
    """Says nothing."""
