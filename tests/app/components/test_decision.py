"""What a browser sends is checked field by field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.components.decision import Entry, Undo, received_decision
from app.words.verdicts import what_they_did
from app.workflow.errors import BadDecision

GOOD = {
    "op_id": "0b3e4a52-6f0e-4a0a-9d8f-0123456789ab",
    "video_id": 4,
    "prediction_id": 7,
    "verdict": "corrected",
    "label": "  high   jump ",
    "new_label": False,
    "note": " seen twice\n",
    "annotator": "Ada",
    "time_taken_s": 3.5,
    "class_shown": "archery",
}


def test_a_good_decision_is_tidied() -> None:
    decision = received_decision(GOOD)
    assert decision.label == "high jump"
    assert decision.note == "seen twice"
    assert (decision.video_id, decision.prediction_id) == (4, 7)
    assert decision.time_taken_s == 3.5
    assert decision.seen_saliency is True
    assert received_decision({**GOOD, "class_shown": None}).seen_saliency is False


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("op_id", None),
        ("op_id", "short"),
        ("op_id", "x" * 65),
        ("op_id", "../../etc/passwd-1234"),
        ("video_id", "4"),
        ("video_id", 0),
        ("video_id", True),
        ("video_id", 2**63),
        ("video_id", None),
        ("prediction_id", "7"),
        ("verdict", "skipped"),
        ("verdict", None),
        ("verdict", ["confirmed"]),
        ("label", None),
        ("label", "   "),
        ("label", "x" * 101),
        ("label", {"a": 1}),
        ("label", "half \ud800"),
        ("note", "x" * 2001),
        ("note", "nul \0"),
        ("annotator", 7),
    ],
)
def test_a_bad_field_is_refused_in_plain_words(field: str, value: Any) -> None:
    with pytest.raises(BadDecision) as refused:
        received_decision({**GOOD, field: value})
    assert str(refused.value).endswith(".")
    assert "Error" not in str(refused.value)


@pytest.mark.parametrize("verdict", ["unsure", "unusable"])
def test_no_label_without_a_label_verdict(verdict: str) -> None:
    decision = received_decision({**GOOD, "verdict": verdict, "new_label": True})
    assert decision.label is None
    assert decision.new_label is False


@pytest.mark.parametrize(
    ("given_s", "kept_s"),
    [(-1, 0.0), ("x", 0.0), (None, 0.0), (float("nan"), 0.0), (1e12, 604800.0), (True, 0.0)],
)
def test_a_strange_time_never_costs_the_decision(given_s: Any, kept_s: float) -> None:
    assert received_decision({**GOOD, "time_taken_s": given_s}).time_taken_s == kept_s


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), json_like) | json_like)
def test_anything_is_either_a_decision_or_refused(data: Any) -> None:
    mixed = {**GOOD, **data} if isinstance(data, dict) else data
    for receive in (received_decision, Undo.received):
        try:
            received = receive(mixed)
        except BadDecision:
            continue
        assert received.video_id > 0


def test_an_entry_says_what_somebody_did() -> None:
    entry = Entry(
        5, "Ada", what_they_did("corrected", "high jump"), datetime(2026, 7, 1, tzinfo=UTC)
    )
    assert entry.as_json()["sentence"] == "said it is high jump"
    assert entry.as_json()["at"] == "2026-07-01T00:00:00+00:00"
    assert what_they_did("confirmed", "archery") == "agreed: archery"
    assert what_they_did("unsure", None) == "was not sure"


PART = {"start_s": 1.2, "end_s": 3, "segment_id": "5e60f4a5-6f0e-4a0a-9d8f-0123456789ab"}


def test_a_decision_may_be_about_a_part() -> None:
    decision = received_decision(GOOD | PART)
    assert (decision.start_s, decision.end_s) == (1.2, 3.0)
    assert decision.segment_id == PART["segment_id"]
    whole = received_decision(GOOD | {"segment_id": PART["segment_id"]})
    assert (whole.start_s, whole.end_s, whole.segment_id) == (None, None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"start_s": 3.0},
        {"start_s": -0.1},
        {"start_s": 4},
        {"start_s": None},
        {"end_s": None},
        {"end_s": float("inf")},
        {"end_s": float("nan")},
        {"end_s": "3"},
        {"end_s": True},
        {"segment_id": None},
        {"segment_id": "../../../etc/passwd"},
    ],
)
def test_a_part_ends_after_it_begins_and_has_a_number(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadDecision, match="part"):
        received_decision(GOOD | PART | wrong)
