"""What files say about the split is what a version learned from, whatever the hashes would say."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.jobs.kinds import ALL_KINDS
from app.jobs.worker import Worker
from app.settings import Settings
from app.wiring import build
from app.workflow.exchange import share
from app.workflow.exchange.formats import known_format
from app.workflow.exchange.package import ExportOrder
from app.workflow.services import Services
from app.workflow.similarity.likeness import Likeness
from app.workflow.teaching import compare, teach
from app.workflow.teaching.compare import check_both
from app.workflow.videos import deletion, ingest
from model.learning.examples import Example
from model.learning.finetune import finetune
from model.learning.finetune_config import FinetuneConfig, Tell
from model.learning.split import side_of
from storage.records import versions
from storage.records.versions import VersionRecord
from storage.records.videos import VideoRecord
from tests.app.quick import answer_quickly
from tests.app.workflow.lessons import JUGGLING, JUMPING, bring, say, short

Used = dict[str, set[str]]


def copy_for_checking(services: Services, video: VideoRecord, folder: Path) -> VideoRecord:
    """The same film in other bytes, whose hash alone would keep it for checking."""
    content = services.media.local_path(video.uri).read_bytes()
    for number in range(200):
        path = folder / f"copy-{number}.mp4"
        path.write_bytes(content + (12).to_bytes(4, "big") + b"free" + number.to_bytes(4, "big"))
        copy = ingest.store(services, ingest.Upload(path, path.name), lambda *_: None).video
        if side_of(copy.sha256) == "val":
            return copy
        deletion.delete(services, copy.id)
    raise AssertionError("no hash for checking among 200")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """The quick model answers and is taught: a third of the work.

    In PyTorch, because to convert what was taught takes longer than its two answers.
    """
    folder = tmp_path_factory.mktemp("data")
    return answer_quickly(build(Settings(data_dir=folder, engine="torch", min_free_bytes=0)))


@pytest.fixture(scope="module")
def twins(
    services: Services, tmp_path_factory: pytest.TempPathFactory
) -> tuple[VideoRecord, VideoRecord]:
    """Labelled videos; of one that is learned from, a copy that is not checked on therefore."""
    folder = tmp_path_factory.mktemp("videos")
    bring(services, JUGGLING, "juggling balls", folder, learn=2, check=1)
    first, *_ = (
        video
        for video in bring(services, JUMPING, "star jump", folder, learn=2, check=1)
        if side_of(video.sha256) == "train"
    )
    copy = copy_for_checking(services, first, folder)
    say(services, copy, "star jump")
    return first, copy


@pytest.fixture(scope="module")
def used(services: Services, twins: tuple[VideoRecord, VideoRecord]) -> Used:
    """What really went into learning and into checking, seen where they begin."""
    del twins
    seen: Used = {}

    def learning(config: FinetuneConfig, tell: Tell) -> Any:
        seen["train"] = {example.sha256 for example in config.learn}
        return finetune(config, tell)

    def checking(services: Services, examples: tuple[Example, ...], *rest: Any) -> Any:
        seen["val"] = {example.sha256 for example in examples}
        return check_both(services, examples, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("model.learning.finetune.finetune", learning)
        patch.setattr(compare, "check_both", checking)
        teach.start(services, teach.Ask("teach", by="Ada"))
        assert Worker(services, ALL_KINDS).once()
    return seen


@pytest.fixture(scope="module")
def version(services: Services, used: Used) -> VersionRecord:
    del used
    job = teach.newest(services)
    assert job is not None
    assert job.state == "done", job.message
    with services.database.read() as session:
        return versions.get(session, version_id=job.result_version_id or 0)


@pytest.fixture(scope="module")
def exported(
    services: Services, version: VersionRecord, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    del version
    folder = tmp_path_factory.mktemp("export") / "all"
    share.export_labels(services, ExportOrder(known_format("all")), folder)
    return folder


def sides(rows: list[dict[str, str]]) -> Used:
    return {
        side: {row["sha256"] for row in rows if row["split"] == side} for side in ("train", "val")
    }


def test_every_format_says_what_the_version_learned_from(
    exported: Path, used: Used, twins: tuple[VideoRecord, VideoRecord]
) -> None:
    assert {len(used["train"]), len(used["val"])} == {5, 2}
    with (exported / "labels.csv").open(newline="") as file:
        assert sides(list(csv.DictReader(file))) == used
    for name in ("labels.jsonl", "manifest.jsonl"):
        assert sides([json.loads(x) for x in (exported / name).read_text().splitlines()]) == used
    for side, hashes in used.items():
        lines = (exported / f"mmaction2_{side}.txt").read_text().splitlines()
        assert {line.partition(" ")[0].rpartition("/")[2] for line in lines} == hashes
    first, copy = twins
    by_hash = {sha256 for sha256 in used["train"] | used["val"] if side_of(sha256) == "val"}
    assert by_hash - used["val"] == {copy.sha256}, "the hash alone would have said the same"
    assert first.sha256 in used["train"]


def test_the_export_is_the_list_of_the_version(
    services: Services, exported: Path, version: VersionRecord
) -> None:
    content = (exported / "manifest.jsonl").read_bytes()
    assert version.manifest_sha256 is not None
    assert teach.manifest_path(services, version.manifest_sha256).read_bytes() == content
    assert (exported / "manifest.sha256").read_text().startswith(version.manifest_sha256)


def test_what_shows_the_same_has_the_same_group(
    exported: Path, twins: tuple[VideoRecord, VideoRecord]
) -> None:
    rows = [json.loads(x) for x in (exported / "labels.jsonl").read_text().splitlines()]
    groups = {row["sha256"]: row["group"] for row in rows}
    first, copy = twins
    assert groups[first.sha256] == groups[copy.sha256] != ""
    assert len(set(groups.values())) == len(rows) - 1


def test_a_video_labelled_since_is_in_no_split(
    services: Services, exported: Path, tmp_path: Path
) -> None:
    del exported
    path = short(JUMPING, tmp_path, number=90)
    late = ingest.store(services, ingest.Upload(path, path.name), lambda *_: None).video
    say(services, late, "star jump")
    with zipfile.ZipFile(
        share.export_to_fetch(services, ExportOrder(known_format("mmaction2"))).files[0]
    ) as packed:
        texts = {name: packed.read(name).decode() for name in packed.namelist()}
    assert {name for name, text in texts.items() if late.sha256 in text} == {"mmaction2.txt"}


def test_what_was_learned_from_is_not_checked_on_later(
    services: Services, exported: Path, twins: tuple[VideoRecord, VideoRecord]
) -> None:
    """Though the video that it looks like is gone, and its own hash would keep it for checking."""
    del exported
    first, copy = twins
    deletion.delete(services, first.id)
    found = teach.outlook(services, Likeness(services)).found
    assert copy.sha256 in {example.sha256 for example in found.learn}
