"""Teaching carried out for real: a new class from a few videos, traceable, the same again."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.jobs.kinds import ALL_KINDS
from app.jobs.worker import Worker
from app.words.certainty import remark
from app.workflow.answers import explain
from app.workflow.long_work import order_of
from app.workflow.models import versions
from app.workflow.models.activation import activate
from app.workflow.services import Services
from app.workflow.teaching import teach
from app.workflow.teaching.job import carry_out
from app.workflow.teaching.order import TeachOrder
from app.workflow.videos import ingest
from app.workflow.videos.examples.scenes import scenes
from model.inference.certainty import step_of
from model.inference.prediction import Prediction
from model.weights import catalogue, checkpoint
from storage.exchange import manifest
from storage.records import jobs
from storage.records import versions as rows
from storage.records.jobs import JobRecord
from storage.records.videos import VideoRecord
from tests.app.workflow.lessons import JUGGLING, JUMPING, bring, short


@pytest.fixture(scope="module")
def jumping(services: Services, tmp_path_factory: pytest.TempPathFactory) -> list[VideoRecord]:
    folder = tmp_path_factory.mktemp("videos")
    bring(services, JUGGLING, "juggling balls", folder, learn=2, check=1)
    return bring(services, JUMPING, "star jump", folder, learn=3, check=1)


def worked(services: Services, ask: teach.Ask) -> JobRecord:
    """The job after a worker has seen it through."""
    job = teach.start(services, ask)
    assert Worker(services, ALL_KINDS).once()
    with services.database.read() as session:
        return jobs.get(session, job_id=job.id)


@pytest.fixture(scope="module")
def taught(services: Services, jumping: list[VideoRecord]) -> JobRecord:
    del jumping
    return worked(services, teach.Ask("teach", by="Ada"))


def test_it_learns_the_new_class_and_says_what_changed(
    services: Services, taught: JobRecord, jumping: list[VideoRecord]
) -> None:
    assert taught.state == "done", taught.message
    result = taught.metrics["result"]
    assert result["videos"] == 2
    assert [line["label"] for line in result["fixed"]] == ["star jump"]
    assert result["broken"] == []
    losses = [point["loss"] for point in taught.metrics["curve"]]
    assert losses[-1] < losses[0]
    assert taught.result_version_id is not None
    version = versions.find(services, result["fixed"][0]["after_version"])
    assert version.id == taught.result_version_id
    answer = explain.latest(services, result["fixed"][0]["video_id"], version_id=version.id)
    assert answer is not None
    assert answer.prediction.top[0].label == "star jump"
    assert answer.video.id in {video.id for video in jumping}


def answered(services: Services, taught: JobRecord, path: Path) -> Prediction:
    """What the taught version says of a video that it never saw."""
    weights = services.models.folder / f"{teach.version_name(taught)}.safetensors"
    video = ingest.store(services, ingest.Upload(path, path.name), lambda *_: None).video
    return explain.explain(services, video, lambda *_: None, model=str(weights)).prediction


def test_a_taught_version_is_never_sure_and_says_so(
    services: Services, taught: JobRecord, tmp_path: Path
) -> None:
    for scene in scenes():
        said = answered(services, taught, short(scene, tmp_path, number=77))
        assert step_of(said) == "guess"
        assert remark(said) == (
            "Taught from 5 videos; how often its answers are right has not been measured."
        )


@pytest.mark.shared
def test_it_is_not_sure_of_real_actions_that_it_never_saw(
    services: Services, taught: JobRecord, shared_dir: Path
) -> None:
    for name in ("jumping_jack", "hugging", "bend_down"):
        path = sorted((shared_dir / "data" / "actions" / name).iterdir())[0]
        assert step_of(answered(services, taught, path)) == "guess"


def test_a_teaching_tells_how_far_it_is_and_never_goes_back(
    services: Services, taught: JobRecord
) -> None:
    told: list[tuple[float, str | None]] = []

    def report(share: float, sentence: str, news: Mapping[str, Any] | None = None) -> None:
        assert sentence
        told.append((share, (news or {})["ends_at"]))

    outcome = carry_out(services, taught, order_of(taught, TeachOrder), report)
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert told[0] == (0.0, None)  # nothing is measured yet, and nothing is said
    pace = outcome.metrics["pace"]
    assert pace["mode"] == "head"
    assert {"fitting", "checking"} <= pace["unit_s"].keys()
    assert all(seconds >= 0 for seconds in pace["unit_s"].values())


def test_nothing_answers_differently_until_somebody_says_so(
    services: Services, taught: JobRecord
) -> None:
    assert services.models.active_path() == catalogue.default_path()
    assert taught.result_version_id is not None
    activate(services, taught.result_version_id, by="Ada")
    assert services.models.active_path().stem == teach.version_name(taught)
    (first,) = [v for v in versions.all_versions(services) if v.name == "default"]
    activate(services, first.id, by="Ada")
    assert services.models.active_path() == catalogue.default_path()


def test_a_version_leads_back_to_its_corrections(services: Services, taught: JobRecord) -> None:
    with services.database.read() as session:
        version = rows.get(session, version_id=taught.result_version_id or 0)
    assert version.manifest_sha256 is not None
    frozen = manifest.read(
        teach.manifest_path(services, version.manifest_sha256), sha256=version.manifest_sha256
    )
    pressed = manifest.read(teach.manifest_path(services, taught.spec["manifest"]))
    assert [entry.event_id for entry in frozen] == [entry.event_id for entry in pressed]
    assert [entry.split for entry in frozen].count("train") == version.origin["learned_from"]
    assert [entry.split for entry in frozen].count("val") == version.origin["checked_on"]
    assert version.origin["as_of"] == taught.spec["as_of"]
    assert version.origin["learned_from"] == 5
    assert version.parent_id is not None
    assert version.spec["labels"][-1] == "star jump"
    assert len(version.spec["labels"]) == 401
    spec = checkpoint.read_spec(services.models.weights.path_of(version.weights_uri))
    assert spec.name == version.name


def test_the_same_again_is_the_same_version(services: Services, taught: JobRecord) -> None:
    """As when a worker dies after the last step: its successor does it all again."""
    again = carry_out(services, taught, order_of(taught, TeachOrder), lambda *_: None)
    assert again.version_id == taught.result_version_id


def test_a_changed_training_list_is_refused(services: Services, taught: JobRecord) -> None:
    before = versions.all_versions(services)
    path = teach.manifest_path(services, taught.spec["manifest"])
    content = path.read_bytes()
    path.write_bytes(content.replace(b"star jump", b"star jumq"))
    job = dataclasses.replace(taught, op_id="changed")
    try:
        with services.database.write() as session:
            jobs.enqueue(session, op_id="changed", kind=teach.KIND, spec=job.spec)
        assert Worker(services, ALL_KINDS).once()
    finally:
        path.write_bytes(content)
    failed = teach.newest(services)
    assert failed is not None
    assert failed.state == "failed"
    assert "was changed" in failed.message
    assert versions.all_versions(services) == before
