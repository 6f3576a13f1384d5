"""What the correction panel sends and shows: checked on the way in, sentences on the way out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from app.words.verdicts import ON_PAGES
from app.workflow.errors import BadDecision
from storage.records.decision import NAMED, Decision, Verdict

MOST_LABEL = 100  # characters
MOST_NAME = 80
MOST_NOTE = 2000
MOST_SECONDS = 7 * 24 * 3600.0  # a page left open longer says nothing about the decision
OP_ID = re.compile(r"[0-9A-Za-z-]{16,64}")

ALLOWED: Mapping[str, Verdict] = {one.key: one.key for one in ON_PAGES}


def received_decision(data: Any) -> Decision:
    """The decision that a browser sent, every field checked. Raises `BadDecision`.

    Who decided is as it was typed; whoever knows better says so. Looking at the evidence of a class
    counts as having seen it.
    """
    fields = _fields(data)
    verdict = ALLOWED.get(str(fields.get("verdict")))
    if verdict is None:
        raise BadDecision("This decision is of a kind that is not known. Reload the page.")
    has_label = verdict in NAMED
    label = _line(fields, "label", MOST_LABEL) if has_label else ""
    if has_label and not label:
        raise BadDecision("Choose a label first.")
    prediction_id = fields.get("prediction_id")
    start_s, end_s = _part(fields)
    return Decision(
        op_id=_op_id(fields),
        video_id=_number(fields, "video_id"),
        prediction_id=None if prediction_id is None else _number(fields, "prediction_id"),
        verdict=verdict,
        label=label or None,
        new_label=has_label and fields.get("new_label") is True,
        note=_text(fields, "note", MOST_NOTE).strip(),
        annotator=_line(fields, "annotator", MOST_NAME),
        time_taken_s=_seconds(fields.get("time_taken_s")),
        seen_saliency=_line(fields, "class_shown", MOST_LABEL) != "",
        settles=fields.get("settles") is True,
        start_s=start_s,
        end_s=end_s,
        segment_id=None if start_s is None else _part_id(fields),
    )


@dataclass(frozen=True, slots=True)
class Undo:
    """The wish to take back one decision."""

    op_id: str
    video_id: int
    event_id: int
    annotator: str

    @classmethod
    def received(cls, data: Any) -> Self:
        """Checks what a browser sent. Raises `BadDecision`."""
        fields = _fields(data)
        return cls(
            op_id=_op_id(fields),
            video_id=_number(fields, "video_id"),
            event_id=_number(fields, "event_id"),
            annotator=_line(fields, "annotator", MOST_NAME),
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the current labels or of the history. `at` has a time zone.

    `part` is (start, end) in seconds where it is about a part of the video, `label` what it says.
    """

    event_id: int
    annotator: str
    sentence: str
    at: datetime
    note: str = ""
    undone: bool = False
    can_undo: bool = False
    part: tuple[float, float] | None = None
    label: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As the panel expects it."""
        return {
            "event_id": self.event_id,
            "annotator": self.annotator,
            "sentence": self.sentence,
            "at": self.at.isoformat(),
            "note": self.note,
            "undone": self.undone,
            "can_undo": self.can_undo,
            "part": self.part,
            "label": self.label,
        }


@dataclass(frozen=True, slots=True)
class Claim:
    """What one of several people who disagree says. `label` is None where they named none."""

    who: str
    said: str
    label: str | None


def _fields(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise BadDecision("The decision arrived damaged. Reload the page and try again.")
    return data


def _op_id(fields: Mapping[str, Any]) -> str:
    op_id = fields.get("op_id")
    if not isinstance(op_id, str) or not OP_ID.fullmatch(op_id):
        raise BadDecision("The decision arrived without its number. Reload the page and try again.")
    return op_id


def _number(fields: Mapping[str, Any], name: str) -> int:
    value = fields.get(name)
    # bool is an int to Python, and SQLite's integers end at 2^63.
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise BadDecision("The decision does not say which video it is for. Reload the page.")
    return value


def _text(fields: Mapping[str, Any], name: str, most: int) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadDecision("The decision arrived damaged. Reload the page and try again.")
    if len(value) > most:
        raise BadDecision(f"This text is too long: at most {most} characters can be kept.")
    # Half of a surrogate pair cannot be written to a file or a database.
    if any(0xD800 <= ord(letter) <= 0xDFFF or letter == "\0" for letter in value):
        raise BadDecision("The text holds a character that cannot be kept. Please type it again.")
    return value


def _line(fields: Mapping[str, Any], name: str, most: int) -> str:
    """One line with single spaces."""
    return " ".join(_text(fields, name, most).split())


def _part(fields: Mapping[str, Any]) -> tuple[float, float] | tuple[None, None]:
    """Start and end in seconds, or neither."""
    edges = [fields.get("start_s"), fields.get("end_s")]
    if edges == [None, None]:
        return None, None
    numbers = [
        round(float(edge), 4)
        for edge in edges
        if isinstance(edge, int | float) and not isinstance(edge, bool) and math.isfinite(edge)
    ]
    if len(numbers) != 2 or not 0 <= numbers[0] < numbers[1]:
        raise BadDecision("The part must end after it begins. Set its beginning and end again.")
    return numbers[0], numbers[1]


def _part_id(fields: Mapping[str, Any]) -> str:
    value = fields.get("segment_id")
    if not isinstance(value, str) or not OP_ID.fullmatch(value):
        raise BadDecision("The part arrived without its number. Reload the page and try again.")
    return value


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0.0
    return min(max(float(value), 0.0), MOST_SECONDS)
