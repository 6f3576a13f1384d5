"""What a file says of one video, before anybody knows whether that video is here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from storage.exchange.names import hash_in
from storage.records.decision import NAMED, VERDICTS, Verdict


@dataclass(frozen=True, slots=True)
class Statement:
    """One decision. `place` says where it stands in its file, such as "line 3".

    `path` is what the file calls the video, `sha256` its hash or the first digits of it, if the
    file knows. `annotator` is None where it does not say who; `decided_at` where it does not say
    when. With `is_trimmed` the span may be all of the video: the format cannot tell.
    """

    place: str
    path: str
    label: str | None
    verdict: Verdict = "corrected"
    sha256: str = ""
    annotator: str | None = None
    browser: str = ""
    note: str = ""
    decided_at: datetime | None = None
    start_s: float | None = None
    end_s: float | None = None
    segment: str | None = None
    settles: bool = False
    is_trimmed: bool = False

    @property
    def digits(self) -> str:
        """The hash, or the first digits of it, from wherever the file has them; else ""."""
        return self.sha256.lower() or hash_in(self.path)


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of a file that says nothing that can be kept: where, and why."""

    place: str
    why: str


Found = Statement | Fault


def found(place: str, fields: Mapping[str, Any]) -> Found:
    """The statement of fields as people and programs wrote them, each as text, number or None.

    Whoever names no verdict but a label corrects.
    """
    label = text_of(fields.get("label")) or None
    verdict = text_of(fields.get("verdict")) or ("corrected" if label else "")
    path, sha256 = text_of(fields.get("path")), text_of(fields.get("sha256"))
    if not path and not sha256:
        return Fault(place, "names no video")
    if not verdict:
        return Fault(place, "has no label")
    if verdict not in VERDICTS:
        return Fault(place, f"has the verdict “{verdict[:40]}”, which is not known")
    if verdict == "skipped":
        return Fault(place, "says that somebody skipped the video, which says nothing about it")
    if verdict in NAMED and label is None:
        return Fault(place, "has no label")
    try:
        start_s, end_s = number_of(fields.get("start_s")), number_of(fields.get("end_s"))
        decided_at = moment_of(fields.get("decided_at"))
    except ValueError as error:
        return Fault(place, str(error))
    who = fields.get("annotator")
    return Statement(
        place=place,
        path=path,
        label=label if verdict in NAMED else None,
        verdict=verdict,
        sha256=sha256,
        annotator=None if who is None else text_of(who),
        browser=text_of(fields.get("browser")),
        note=text_of(fields.get("note")),
        decided_at=decided_at,
        start_s=start_s,
        end_s=end_s,
        segment=text_of(fields.get("segment")) or None,
        settles=fields.get("settles") in (True, "yes", "true", "True", "1"),
        is_trimmed=bool(fields.get("is_trimmed")),
    )


def text_of(value: Any) -> str:
    """`value` as text without spaces around it; "" for what is none."""
    return "" if value is None else str(value).strip()


def number_of(value: Any) -> float | None:
    """A number of seconds; None for nothing. Raises `ValueError` with the end of a sentence."""
    text = text_of(value)
    if not text:
        return None
    try:
        return float(text if text.count(",") != 1 or "." in text else text.replace(",", "."))
    except ValueError as error:
        raise ValueError(f"has the time “{text[:40]}”, which is no number of seconds") from error


def moment_of(value: Any) -> datetime | None:
    """A moment in ISO 8601, in UTC unless it says otherwise; None for nothing.

    Raises `ValueError` with the end of a sentence.
    """
    text = text_of(value)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"has the moment “{text[:40]}”, which is none") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
