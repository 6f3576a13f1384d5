"""One decision of a person about a video, as it travels from where it arrives to the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from storage.errors import InvalidError

Verdict = Literal["confirmed", "corrected", "unusable", "unsure", "skipped"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
NAMED: tuple[Verdict, ...] = ("confirmed", "corrected")
LONGEST_OP_ID = 64


@dataclass(frozen=True, slots=True)
class Imported:
    """That a decision was made elsewhere: who brought it here, and when it was made, if known."""

    by: str
    decided_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.decided_at is not None and self.decided_at.tzinfo is None:
            raise InvalidError("A moment needs a time zone, for example 2026-01-31T12:00:00Z.")


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person decided. Raises `InvalidError` if it makes no sense.

    `label` belongs to the verdicts in `NAMED`, and only to them; `new_label` asks to add it. The
    same `op_id` is kept once, however often it arrives. `browser` is the random id of the browser,
    which stands for the person where `annotator` is "". A decision that `settles` counts for the
    video though others said something else before. `start_s` and `end_s` (seconds) and `segment_id`
    are for a decision about a part. `time_taken_s` runs from the moment that the video was shown;
    `seen_saliency` says whether the person looked at the evidence.
    """

    op_id: str
    video_id: int
    verdict: Verdict
    label: str | None = None
    new_label: bool = False
    prediction_id: int | None = None
    annotator: str = ""
    browser: str = ""
    settles: bool = False
    note: str = ""
    start_s: float | None = None
    end_s: float | None = None
    segment_id: str | None = None
    seen_saliency: bool | None = None
    time_taken_s: float | None = None
    imported: Imported | None = None

    def __post_init__(self) -> None:
        check_op_id(self.op_id)
        if self.verdict not in VERDICTS:
            raise InvalidError(
                f"Unknown decision: {self.verdict}. Possible: {', '.join(VERDICTS)}."
            )
        if (self.verdict in NAMED) != (self.label is not None):
            wanted = "needs a label" if self.verdict in NAMED else "has no label"
            raise InvalidError(f"The decision “{self.verdict}” {wanted}.")
        if self.settles and (self.verdict == "skipped" or self.segment_id is not None):
            raise InvalidError("Only a decision about the whole video can settle what it shows.")
        self._check_span()

    def _check_span(self) -> None:
        if (self.start_s is None) != (self.end_s is None):
            raise InvalidError("A time range needs a start and an end.")
        if self.start_s is None or self.end_s is None or 0 <= self.start_s < self.end_s:
            return
        raise InvalidError("A time range must start at 0 or later and end after its start.")


def check_op_id(op_id: str) -> None:
    """Raises `InvalidError`."""
    if not 1 <= len(op_id) <= LONGEST_OP_ID:
        raise InvalidError(f"An operation needs an id of 1 to {LONGEST_OP_ID} characters.")
