"""Checking a stored answer by looking again, with the version that gave it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from app.workflow.answers import explain
from app.workflow.answers.explain import Answer
from app.workflow.errors import UnknownModel
from app.workflow.faithfulness import freeze_check
from app.workflow.services import Services
from app.workflow.videos import ingest
from model.errors import Cancelled
from model.evidence.freeze_check import Examination
from storage.media import side_uri
from tests.app.workflow.lessons import JUGGLING, renamed, short

NEW = "tossing"


@pytest.fixture(scope="module")
def taught(services: Services) -> Path:
    """A version that is not the one in use."""
    weights = services.models.folder / "taught.safetensors"
    renamed(weights, old="juggling balls", new=NEW)
    return weights


@pytest.fixture(scope="module")
def answer(services: Services, taught: Path, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """By that version, while another one answers."""
    path = short(JUGGLING, tmp_path_factory.mktemp("clips"))
    video = ingest.store(services, ingest.Upload(path, path.name), quietly).video
    return explain.explain(services, video, quietly, model=str(taught))


@pytest.fixture(scope="module")
def found(services: Services, answer: Answer) -> Examination:
    shares: list[float] = []
    assert freeze_check.kept(services, answer) is None
    found = freeze_check.check(services, answer, lambda _, share: shares.append(share))
    assert found is not None
    assert shares == sorted(shares)
    assert len(set(shares)) > 6
    return found


def quietly(*_: object) -> None:
    """Says nothing."""


def test_the_version_that_answered_looks_again(answer: Answer, found: Examination) -> None:
    first = answer.prediction.top[0]
    assert first.label == NEW  # which the version in use does not know
    assert found.check.before == first.probability
    assert 0 <= found.check.after <= 1
    assert found.check.frozen


def test_what_was_found_is_there_the_next_time(
    services: Services, answer: Answer, found: Examination
) -> None:
    again = explain.find(services, answer.id)
    assert repr(freeze_check.kept(services, again)) == repr(found)  # NaN is not equal to itself


def test_a_check_of_another_answer_does_not_count(
    services: Services, answer: Answer, found: Examination
) -> None:
    first, *rest = answer.prediction.top
    for changed in (
        dataclasses.replace(first, probability=first.probability / 2),
        dataclasses.replace(first, index=first.index + 1),
    ):
        other = dataclasses.replace(answer.prediction, top=(changed, *rest))
        assert freeze_check.kept(services, dataclasses.replace(answer, prediction=other)) is None
    evidence = answer.prediction.evidence
    fewer = dataclasses.replace(evidence, seconds=evidence.seconds[:-1])
    other = dataclasses.replace(answer.prediction, evidence=fewer)
    assert freeze_check.kept(services, dataclasses.replace(answer, prediction=other)) is None
    assert found is not None


def test_an_older_way_of_keeping_it_does_not_count(
    services: Services, answer: Answer, found: Examination
) -> None:
    del found
    name = f"{answer.prediction.version[:16]}.auto.check.json"
    path = services.media.local_path(side_uri(answer.video.sha256, name))
    text = path.read_text()
    try:
        path.write_text(json.dumps(json.loads(text) | {"format": 0}))
        assert freeze_check.kept(services, answer) is None
    finally:
        path.write_text(text)
    assert freeze_check.kept(services, answer) is not None


def test_what_0_2_0_kept_is_found(services: Services, answer: Answer, found: Examination) -> None:
    first, steps = answer.prediction.top[0], len(answer.prediction.evidence.seconds)
    name = f"{answer.prediction.version[:16]}.auto.check.json"
    path = services.media.local_path(side_uri(answer.video.sha256, name))
    text = path.read_text()
    about = [first.index, first.probability, steps]
    try:
        path.write_text(json.dumps(json.loads(text)["value"] | {"format": 1, "about": about}))
        assert repr(freeze_check.kept(services, answer)) == repr(found)
    finally:
        path.write_text(text)


def test_an_answer_without_a_picture_has_nothing_to_check(
    services: Services, answer: Answer
) -> None:
    evidence = dataclasses.replace(answer.prediction.evidence, logits=())
    bare = dataclasses.replace(answer.prediction, evidence=evidence)
    assert not freeze_check.can_check(bare)
    assert freeze_check.check(services, dataclasses.replace(answer, prediction=bare), never) is None
    report = freeze_check.check_report(bare, None)
    assert report["looked_again"] is None
    assert [one["code"] for one in report["findings"]] == ["nothing_shown"]


def never(*_: object) -> None:
    pytest.fail("nothing is to be done")


def test_programs_get_it_as_json(answer: Answer, found: Examination) -> None:
    report = json.loads(json.dumps(freeze_check.check_report(answer.prediction, found)))
    again = report["looked_again"]
    assert set(again) == {
        *("row", "frozen", "before", "after", "others", "passed"),
        *("mirrored", "shifted", "noise", "still"),
    }
    assert all(start < end for start, end in again["frozen"])
    assert all(one["text"].endswith((".", "?")) for one in report["findings"])


def test_it_can_be_stopped_and_then_keeps_nothing(
    services: Services, taught: Path, tmp_path: Path
) -> None:
    path = short(JUGGLING, tmp_path, 0.7)
    video = ingest.store(services, ingest.Upload(path, path.name), quietly).video
    answer = explain.explain(services, video, quietly, model=str(taught))

    def stop_soon(stage: str, share: float) -> None:
        if share > 0.02:
            raise Cancelled(stage)

    with pytest.raises(Cancelled):
        freeze_check.check(services, answer, stop_soon)
    assert freeze_check.kept(services, answer) is None
    kept = taught.read_bytes()
    taught.unlink()
    try:
        with pytest.raises(UnknownModel, match=r"its file is gone.*taught\.safetensors"):
            freeze_check.check(services, answer, quietly)
    finally:
        taught.write_bytes(kept)
