"""Learned already: what people called similar videos, with real videos and the real default."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from app.jobs.kinds import ALL_KINDS
from app.jobs.worker import Worker
from app.workflow.services import Services
from app.workflow.similarity import recall
from app.workflow.similarity.likeness import Likeness
from app.workflow.similarity.recall import Recall
from app.workflow.videos import ingest
from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import Scene
from storage.records import jobs
from storage.records.videos import VideoRecord
from tests.app.workflow.lessons import JUGGLING, JUMPING, bring, say
from tests.model.learning.films import draw


@pytest.fixture(scope="module")
def corrected(services: Services, tmp_path_factory: pytest.TempPathFactory) -> list[VideoRecord]:
    folder = tmp_path_factory.mktemp("videos")
    bring(services, JUGGLING, "juggling balls", folder, learn=1, check=0)
    return bring(services, JUMPING, "star jump", folder, learn=1, check=1)


def recalling(services: Services) -> Recall:
    return Recall(services, Likeness(services))


def stored(services: Services, scene: Scene, folder: Path) -> VideoRecord:
    path = folder / f"another-{scene.slug}.mp4"
    render(dataclasses.replace(scene, duration_s=3.5), path)
    return ingest.store(services, ingest.Upload(path, path.name), lambda *_: None).video


def pattern(services: Services, folder: Path, seed: int) -> VideoRecord:
    """A bright square that moves across: like no scene of the examples."""
    path = draw(folder / f"square-{seed}.mp4", 0, seed=seed, frames=40)
    return ingest.store(services, ingest.Upload(path, path.name), lambda *_: None).video


def waiting(services: Services) -> list[jobs.JobRecord]:
    with services.database.read() as session:
        return list(jobs.all_jobs(session, kinds=(recall.KIND,)))


def test_nothing_is_said_before_anybody_said_anything(services: Services, tmp_path: Path) -> None:
    assert recalling(services).suggest(stored(services, JUMPING, tmp_path)) is None


def test_a_correction_speaks_for_the_next_video_like_it_and_no_other(
    services: Services, corrected: list[VideoRecord], tmp_path: Path
) -> None:
    remembering = recalling(services)
    found = remembering.suggest(stored(services, JUMPING, tmp_path))
    assert found is not None
    assert (found.label, found.known) == ("star jump", 2)
    assert {video.id for video in found.like} == {video.id for video in corrected}
    assert remembering.suggest(pattern(services, tmp_path, 1)) is None
    assert waiting(services) == []


def test_a_video_does_not_remind_of_itself(
    services: Services, corrected: list[VideoRecord]
) -> None:
    found = recalling(services).suggest(corrected[0])
    assert found is not None
    assert [video.id for video in found.like] == [corrected[1].id]


def test_many_new_corrections_are_left_to_the_worker(
    services: Services,
    corrected: list[VideoRecord],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for seed in (2, 3):
        say(services, pattern(services, tmp_path, seed), "moving square")
    monkeypatch.setattr(recall, "AT_ONCE", 0)
    again = pattern(services, tmp_path, 4)
    assert corrected
    remembering = recalling(services)
    assert remembering.suggest(again) is None
    assert remembering.suggest(again) is None
    assert len(waiting(services)) == 1
    assert Worker(services, ALL_KINDS).once()
    assert [(job.state, job.message) for job in waiting(services)] == [
        ("done", "5 named videos are remembered.")
    ]
    found = remembering.suggest(again)
    assert found is not None
    assert found.label == "moving square"
