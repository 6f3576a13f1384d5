"""Two answers as one value: who said what, what is known of each class, what is not made up."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from app.components.compare import NOT_SAID, comparison_value
from app.workflow.answers.explain import Answer
from app.workflow.comparing.links import way
from app.workflow.comparing.side_by_side import Pair, Side
from storage.records.decision import Verdict
from storage.records.decisions import LabelEventRecord
from storage.records.versions import VersionRecord
from storage.records.videos import VideoRecord
from tests.browser.components.stage import LABELS, PROBABILITIES, example_prediction

NOW = datetime(2026, 1, 2, tzinfo=UTC)
VIDEO = VideoRecord(
    id=7,
    sha256="a" * 64,
    uri="aa/" + "a" * 64,
    size=1,
    proxy_uri=None,
    name="clip.mp4",
    duration_s=4.0,
    fps=25.0,
    width=320,
    height=240,
    pts_offset_s=0.0,
    details={},
    uploaded_by="",
    created_at=NOW,
)


def version(number: int, name: str, labels: tuple[str, ...], **given: Any) -> VersionRecord:
    values: dict[str, Any] = {
        "id": number,
        "name": name,
        "weights_uri": "",
        "sha256": str(number) * 64,
        "spec": {"labels": list(labels)},
        "origin": {},
        "parent_id": None,
        "manifest_sha256": None,
        "metrics": {},
        "created_at": NOW,
        "promoted_at": None,
    }
    return VersionRecord(**values | given)


def side(number: int, name: str, labels: tuple[str, ...] = LABELS, *, best: int = 0) -> Side:
    """The example answer with class `best` put first."""
    found = example_prediction()
    order = [best, *(row for row in range(len(LABELS)) if row != best)]
    top = tuple(
        dataclasses.replace(found.top[row], probability=PROBABILITIES[place])
        for place, row in enumerate(order)
    )
    probabilities = np.full(len(labels), 0.002, np.float32)
    probabilities[[score.index for score in top]] = [score.probability for score in top]
    prediction = dataclasses.replace(found, top=top, probabilities=probabilities)
    return Side(version(number, name, labels), Answer(number, VIDEO, prediction))


def said(label: str | None, verdict: Verdict = "corrected", by: str = "Ada") -> LabelEventRecord:
    return LabelEventRecord(
        id=1,
        op_id="1",
        video_id=7,
        prediction_id=None,
        verdict=verdict,
        label_id=None,
        label=label,
        label_index=None,
        annotator=by,
        note="",
        start_s=None,
        end_s=None,
        segment_id=None,
        seen_saliency=None,
        time_taken_s=None,
        undo_of=None,
        decision_id=None,
        created_at=NOW,
        undone=False,
    )


BEFORE = side(1, "default")
AFTER = side(2, "taught", best=1)


def test_the_classes_that_matter_are_named_once_with_what_they_are() -> None:
    value = comparison_value(Pair(VIDEO, BEFORE, AFTER, said("javelin throw")), None)
    assert value["said"] == "Ada said: javelin throw."
    assert value["classes"] == [
        {"label": "javelin throw", "roles": ["what people said", "what taught said"]},
        {"label": "archery", "roles": ["what default said"]},
    ]
    before, after = value["sides"]
    assert (before["title"], before["verdict"]) == ("Before: default", "wrong")
    assert (after["title"], after["verdict"]) == ("After: taught", "right")
    assert before["answer"]["headline"] == "Archery (62\u00a0%)"
    assert [row["row"] for row in before["rows"]] == [1, 0]
    assert [row["row"] for row in after["rows"]] == [0, 1]
    assert before["rows"][0]["probability"] == pytest.approx(0.21)
    assert before["rows"][0]["summary"].startswith("Evidence for javelin throw")
    assert after["address"] == "/?video=7&version=222222222222"


def test_a_class_that_a_version_does_not_know_has_no_number() -> None:
    new = side(2, "taught", (*LABELS, "star jump"))
    value = comparison_value(Pair(VIDEO, BEFORE, new, said("star jump")), None, working=True)
    unknown, lacking = (one["rows"][0] for one in value["sides"])
    assert unknown == {"known": False, "row": None, "probability": None, "words": "", "summary": ""}
    # Known, but not among the first five: how much over the whole video, and no curve.
    assert (lacking["known"], lacking["row"]) == (True, None)
    assert lacking["probability"] == pytest.approx(0.002)
    assert value["working"] is True


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (None, NOT_SAID),
        (said(None, "unsure"), "People were not sure about this video."),
        (said(None, "unusable"), "Called unusable."),
        (said("archery", by=""), "Somebody said: archery."),
    ],
)
def test_what_people_said(event: LabelEventRecord | None, sentence: str) -> None:
    value = comparison_value(Pair(VIDEO, BEFORE, AFTER, event), None)
    assert value["said"] == sentence
    if event is None or event.label is None:
        assert [one["verdict"] for one in value["sides"]] == ["", ""]


def test_a_missing_answer_is_said_and_not_made_up() -> None:
    none = Side(AFTER.version, None)
    value = comparison_value(Pair(VIDEO, BEFORE, none, said("archery")), None)
    missing = value["sides"][1]
    assert missing["answer"] is None
    assert missing["missing"] == "taught has not looked at this video yet."
    assert missing["verdict"] == ""
    assert [row["row"] for row in missing["rows"]] == [None]


def test_the_neighbours_in_the_lists() -> None:
    lines = [
        {"video_id": number, "before_version": "1" * 64, "after_version": "2" * 64}
        for number in (7, 8)
    ]
    listed = Side(version(2, "taught", LABELS, metrics={"fixed": lines}), AFTER.answer)
    pair = Pair(VIDEO, BEFORE, listed, None)
    value = comparison_value(pair, way(pair))
    address = "/compare?video=8&before=111111111111&after=222222222222"
    assert value["way"] == {
        "list": "fixed",
        "place": 1,
        "many": 2,
        "previous": None,
        "next": address,
    }
