"""What a statement adds to what people have said here: something new, nothing, or a contradiction.

It is compared with what stands, not with what the same file says elsewhere: two people who disagree
in a file disagree here as well. Only one person who says two things of one video contradicts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.words.verdicts import OF_VERDICT
from app.workflow.exchange.matching import Match
from storage.errors import InvalidError
from storage.exchange.statement import Statement
from storage.records.decision import Decision, Imported, Verdict
from storage.records.decisions import LabelEventRecord
from storage.text import search_key, storable

Kind = Literal["new", "same", "conflict"]
SLACK_S = 0.05  # that times in lists are rounded by
NOBODY = "Somebody"


@dataclass(frozen=True, slots=True)
class Importer:
    """Who brings the labels: the name, or "" and the browser. Unsigned labels become theirs."""

    name: str = ""
    browser: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A statement as the decision that it would become. `here` says what it contradicts, if so."""

    match: Match
    decision: Decision
    kind: Kind
    here: str = ""


def weigh(
    matches: Sequence[Match],
    standing: Mapping[int, Sequence[LabelEventRecord]],
    operations: Collection[str],
    importer: Importer,
) -> tuple[Weighed, ...]:
    """Compares statements with what stands of their videos; all of one video must come at once.

    `operations` are the ids of those that were stored before. Raises nothing: what makes no sense
    has been refused by `decision_of`, which made the matches' decisions.
    """
    planned: dict[tuple[object, ...], Decision] = {}
    weighed = []
    kind: Kind
    for one in matches:
        decision = decision_of(one, importer)
        key = (decision.video_id, _person(decision), decision.segment_id)
        earlier = planned.setdefault(key, decision)
        is_unsigned = one.statement.annotator is None
        if decision.op_id in operations or (earlier is not decision and _agree(earlier, decision)):
            kind, here = "same", ""
        elif earlier is not decision:
            kind, here = "conflict", f"The file also says {_said(earlier.verdict, earlier.label)}"
        else:
            kind, here = _against(decision, standing.get(one.video.id, ()), is_unsigned)
        weighed.append(Weighed(one, decision, kind, here))
    return tuple(weighed)


def decision_of(match: Match, importer: Importer) -> Decision:
    """The decision that a statement would become. Raises `InvalidError` if it makes no sense."""
    said = match.statement
    start_s, end_s, segment = _span(match)
    signed = said.annotator is not None
    return Decision(
        op_id=_operation(match, (start_s, end_s, segment)),
        video_id=match.video.id,
        verdict=said.verdict,
        label=said.label,
        annotator=_name(said.annotator or "") if signed else importer.name,
        browser=said.browser if signed else importer.browser,
        note=said.note,
        start_s=start_s,
        end_s=end_s,
        segment_id=segment,
        settles=said.settles,
        imported=Imported(importer.name, said.decided_at),
    )


def _against(
    decision: Decision, standing: Sequence[LabelEventRecord], is_unsigned: bool
) -> tuple[Kind, str]:
    about = [one for one in standing if _same_part(one, decision)]
    mine = [one for one in about if one.person == _person(decision)]
    if is_unsigned and any(_agree(one, decision) for one in about):
        return "same", ""
    for one in mine:
        return ("same", "") if _agree(one, decision) else ("conflict", _sentence(one))
    others = [one for one in about if decision.segment_id is None and not _agree(one, decision)]
    return ("conflict", _sentence(others[-1])) if others else ("new", "")


def _same_part(one: LabelEventRecord, decision: Decision) -> bool:
    """Whether both are about the whole video, or about the same part of it."""
    if one.segment_id == decision.segment_id:
        return True
    if one.segment_id is None or decision.segment_id is None:
        return False
    return (one.start_s, one.end_s) == (decision.start_s, decision.end_s) and _agree(one, decision)


def _agree(one: LabelEventRecord | Decision, other: Decision) -> bool:
    keys = [search_key(label) if label else None for label in (one.label, other.label)]
    return keys[0] == keys[1] and (keys[0] is not None or one.verdict == other.verdict)


def _span(match: Match) -> tuple[float | None, float | None, str | None]:
    """The times and the name of the part; none for the whole video."""
    said, duration_s = match.statement, match.video.duration_s
    if not said.is_trimmed or said.start_s is None or said.end_s is None:
        return said.start_s, said.end_s, said.segment
    is_all = said.start_s <= SLACK_S and said.end_s >= duration_s - SLACK_S
    if match.is_clip or is_all:
        return None, None, None
    if said.end_s > duration_s + SLACK_S:
        raise InvalidError("The time range ends after the video.")
    name = f"{said.start_s!r}-{said.end_s!r}-{search_key(said.label or '')}"
    return said.start_s, said.end_s, hashlib.sha256(name.encode()).hexdigest()[:32]


def _operation(match: Match, span: tuple[float | None, float | None, str | None]) -> str:
    """The same statement of the same video always has the same id, whoever brings it."""
    said = match.statement
    parts = (
        match.video.sha256,
        _signature(said),
        said.verdict,
        search_key(said.label or ""),
        *span,
        said.settles,
        said.decided_at and said.decided_at.timestamp(),
        said.note,
    )
    return f"import-{hashlib.sha256(repr(parts).encode()).hexdigest()[:48]}"


def _signature(said: Statement) -> tuple[str, str] | None:
    return None if said.annotator is None else (_name(said.annotator), said.browser)


def _person(decision: Decision) -> tuple[str, str]:
    return (decision.annotator, "") if decision.annotator else ("", decision.browser)


def _name(text: str) -> str:
    """A name as it is stored."""
    return " ".join(storable(text).split())


def _sentence(one: LabelEventRecord) -> str:
    return f"{one.annotator or NOBODY} says {_said(one.verdict, one.label)}"


def _said(verdict: Verdict | None, label: str | None) -> str:
    return label or ("" if verdict is None else OF_VERDICT[verdict].short)
