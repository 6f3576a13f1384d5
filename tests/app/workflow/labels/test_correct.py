"""Which answer a decision is about when nobody says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.workflow.answers import explain
from app.workflow.answers.explain import Answer
from app.workflow.labels import correct
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
