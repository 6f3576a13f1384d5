"""Which answer a decision is about when nobody says so."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from app.wiring import build
from app.workflow.answers import explain
from app.workflow.answers.explain import Answer
from app.workflow.errors import BadDecision, UnknownVideo
from app.workflow.labels import correct
from app.workflow.labels.correct import Said
from app.workflow.library import Models
from app.workflow.services import Services
from app.workflow.videos import ingest
from storage.records.decision import Decision
from storage.records.decisions import LabelEventRecord
from tests.app.workflow.lessons import JUGGLING, short, sibling


def ignore(stage: str, share: float) -> None:
    del stage, share


@pytest.fixture(scope="module")
def answer(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """Of the version in use; another version has answered for the same video since."""
    folder = tmp_path_factory.mktemp("film")
    sibling(folder / "sibling.safetensors", ["waving"])
    upload = ingest.Upload(short(JUGGLING, folder), "juggling.mp4")
    in_use = explain.explain_upload(services, upload, ignore)
    other = str(folder / "sibling.safetensors")
    newer = explain.explain(services, in_use.video, ignore, model=other)
    assert newer.id > in_use.id
    return in_use


def with_models(services: Services, *, chosen: str | None = None) -> Services:
    """The same services with no model loaded; `chosen` is the one in use."""
    known = services.models
    models = Models(
        folder=known.folder,
        database=known.database,
        preferences=known.preferences,
        chosen=chosen,
    )
    return replace(services, models=models)


def decided(services: Services, answer: Answer, **given: Any) -> LabelEventRecord:
    decision = Decision(correct.new_op_id(), answer.video.id, "corrected", "archery", **given)
    return correct.decide(services, decision).kept()


def test_it_is_the_newest_of_the_version_in_use(services: Services, answer: Answer) -> None:
    assert services.models.active_version() is not None
    assert decided(services, answer).prediction_id == answer.id


def test_no_model_has_to_be_loaded_for_that(services: Services, answer: Answer) -> None:
    assert decided(with_models(services), answer).prediction_id == answer.id


def test_the_answer_that_is_named_wins(services: Services, answer: Answer) -> None:
    assert decided(services, answer, prediction_id=answer.id + 1).prediction_id == answer.id + 1


def test_a_version_in_use_that_never_answered_is_not_credited(
    services: Services, answer: Answer, tmp_path: Path
) -> None:
    never = tmp_path / "never.safetensors"
    sibling(never, ["bending"])
    in_use = with_models(services, chosen=str(never))
    assert decided(in_use, answer).prediction_id is None
    never.unlink()  # a label is kept although the model is gone
    assert decided(in_use, answer).prediction_id is None


@pytest.fixture
def video_id(services: Services, tmp_path_factory: pytest.TempPathFactory) -> int:
    """A video that nobody asked about, each time another one."""
    folder = tmp_path_factory.mktemp("another")
    path = short(JUGGLING, folder)
    path.write_bytes(path.read_bytes() + b"\0\0\0\x18free" + uuid.uuid4().bytes)
    return ingest.store(services, ingest.Upload(path, "another.mp4"), ignore).video.id


def say(services: Services, video_id: int, label: str, by: str = "Ann") -> Said:
    op_id = correct.new_op_id()
    return correct.decide(
        services, Decision(op_id, video_id, "corrected", label, new_label=True, annotator=by)
    )


def back(services: Services, event_id: int) -> Said:
    op_id = correct.new_op_id()
    return correct.take_back(services, op_id=op_id, event_id=event_id, annotator="Ann")


def test_people_disagree_until_one_takes_it_back(services: Services, video_id: int) -> None:
    first = say(services, video_id, "yoga", "Ann")
    assert not first.disagree
    assert say(services, video_id, "archery", "Bob").disagree
    assert not back(services, first.kept().id).disagree
    assert [event.label for event in correct.said(services, video_id).current] == ["archery"]


def test_an_undo_knows_what_it_is_about_and_whether_it_brings_back(
    services: Services, video_id: int
) -> None:
    decision = say(services, video_id, "yoga").kept()
    undo = back(services, decision.id).kept()
    redo = back(services, undo.id).kept()
    told = correct.said(services, video_id)
    assert told.event is None
    assert told.decision_of(decision) is None
    assert told.decision_of(undo) == told.decision_of(redo) == told.history[0]
    assert [told.brings_back(one) for one in told.history] == [False, False, True]
    with pytest.raises(BadDecision, match="Nothing was kept"):
        told.kept()


def test_what_cannot_be_kept_is_said(services: Services, video_id: int) -> None:
    with pytest.raises(UnknownVideo):
        say(services, 10**6, "yoga")
    with pytest.raises(UnknownVideo, match="no video number 1000000"):
        correct.said(services, 10**6)
    unknown = Decision(correct.new_op_id(), video_id, "corrected", "never heard of")
    with pytest.raises(BadDecision, match="no label called never heard of"):
        correct.decide(services, unknown)
    with pytest.raises(BadDecision, match="not here"):
        back(services, 10**6)
    assert correct.said(services, video_id).history == ()


def test_labels_to_choose_from_begin_with_those_of_the_model(
    services: Services, answer: Answer, video_id: int
) -> None:
    say(services, video_id, "my own label")
    choices = correct.label_choices(services, answer)
    assert len(set(choices)) == len(choices)
    assert choices.index("archery") < choices.index("my own label")
    assert set(correct.all_labels(services)) == set(choices)
    unknown = replace(answer, prediction=replace(answer.prediction, version="0" * 64))
    assert set(correct.label_choices(services, unknown)) == set(choices)


def test_where_nothing_was_answered_the_labels_of_the_model_are_there(tmp_path: Path) -> None:
    fresh = build(Settings(data_dir=tmp_path / "data", engine="torch", min_free_bytes=0))
    assert "archery" in correct.all_labels(fresh)


def test_verdicts_are_known_by_name() -> None:
    assert correct.known_verdict("unsure") == "unsure"
    with pytest.raises(BadDecision, match="no verdict called perhaps; choose one of confirmed"):
        correct.known_verdict("perhaps")


def test_without_a_model_in_use_a_decision_is_about_no_answer(
    services: Services, answer: Answer, tmp_path: Path
) -> None:
    gone = with_models(services, chosen=str(tmp_path / "gone.safetensors"))
    assert decided(gone, answer).prediction_id is None
