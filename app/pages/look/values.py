"""A stored answer as the values of the viewer and the correction panel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr

from app.components.correction import (
    correction_value,
    saved_reply,
    unanswered_correction,
    undone_reply,
)
from app.components.decision import Claim, Entry, Undo
from app.components.recalled import recalled_value
from app.components.viewer import unanswered_value, viewer_value
from app.pages.person import person_of
from app.words.moments import when
from app.words.verdicts import what_they_did, what_they_said
from app.workflow.answers.explain import Answer
from app.workflow.comparing.links import comparable
from app.workflow.labels import correct
from app.workflow.services import Services
from app.workflow.similarity.recall import Recalled
from app.workflow.videos.playing import is_playable
from model.inference.prediction import Span
from storage.records import agreement
from storage.records.decision import Decision
from storage.records.decisions import LabelEventRecord
from storage.records.videos import VideoRecord

UNNAMED = "somebody"


def viewer_of(
    services: Services, answer: Answer, *, start_at: float | None = None
) -> dict[str, Any]:
    """What the viewer shows for an answer, with links to compare it with other versions'."""
    return viewer_value(
        answer.prediction,
        video_id=answer.video.id,
        name=answer.video.name,
        src=f"/media/{answer.video.id}/play",
        start_at=start_at,
        links=[(f"Compare with {name}", to) for name, to in comparable(services, answer)],
    )


def correction_of(services: Services, answer: Answer) -> dict[str, Any]:
    """What the correction panel shows for an answer, with what people said so far."""
    said = correct.said(services, answer.video.id)
    return correction_value(
        answer.prediction,
        video_id=answer.video.id,
        video_name=answer.video.name,
        prediction_id=answer.id,
        labels=correct.label_choices(services, answer),
        current=_current(said),
        history=_history(said),
        dispute=_dispute(said),
    )


def viewer_of_unanswered(video: VideoRecord) -> dict[str, Any]:
    """What the viewer shows of a video that has no answer."""
    return unanswered_value(
        video_id=video.id,
        name=video.name,
        src=f"/media/{video.id}/play",
        duration_s=video.duration_s,
        fps=video.fps,
        size=(video.width, video.height),
        playable=is_playable(video),
    )


def correction_of_unanswered(services: Services, video: VideoRecord) -> dict[str, Any]:
    """What the correction panel shows for a video that has no answer."""
    said = correct.said(services, video.id)
    return unanswered_correction(
        video_id=video.id,
        video_name=video.name,
        labels=correct.all_labels(services),
        current=_current(said),
        history=_history(said),
        dispute=_dispute(said),
    )


def recalled_of(found: Recalled, label: str) -> dict[str, Any]:
    """What the panel "learned already" shows beside an answer that says `label`."""
    return recalled_value(
        found.label,
        known=found.known,
        same=found.label == label,
        like=[(video.id, video.name, f"/?video={video.id}") for video in found.like],
    )


def save(services: Services, decision: Decision, request: gr.Request) -> dict[str, Any]:
    """Keeps a decision that the panel sent, and answers it."""
    person = person_of(request)
    named = replace(decision, annotator=person.named(decision.annotator), browser=person.browser)
    said = correct.decide(services, named)
    event = said.kept()
    return saved_reply(
        op_id=decision.op_id,
        event_id=event.id,
        what=_what(event),
        at=event.created_at,
        current=_current(said),
        history=_history(said),
        dispute=_dispute(said),
    )


def take_back(services: Services, undo: Undo, request: gr.Request) -> dict[str, Any]:
    """Undoes a decision for the panel, and answers it."""
    person = person_of(request)
    said = correct.take_back(
        services,
        op_id=undo.op_id,
        event_id=undo.event_id,
        annotator=person.named(undo.annotator),
        browser=person.browser,
    )
    return undone_reply(
        op_id=undo.op_id,
        event_id=undo.event_id,
        at=said.kept().created_at,
        current=_current(said),
        history=_history(said),
        dispute=_dispute(said),
    )


def part_of(event: LabelEventRecord) -> tuple[float, float] | None:
    """(start, end) in seconds of a decision about a part of the video."""
    if event.start_s is None or event.end_s is None:
        return None
    return event.start_s, event.end_s


def _what(event: LabelEventRecord) -> str:
    said = what_they_said(event.verdict, event.label)
    part = part_of(event)
    return f"{said}, {when(Span(*part))}" if part else said


def _dispute(said: correct.Said) -> list[Claim]:
    """Who says what, where people disagree; else nothing."""
    if not said.disagree:
        return []
    about_all = agreement.whole(said.current)
    return [Claim(event.annotator or UNNAMED, _what(event), event.label) for event in about_all]


def _current(said: correct.Said) -> list[Entry]:
    return [_entry(said, event, can_undo=True) for event in said.current]


def _history(said: correct.Said) -> list[Entry]:
    return [_entry(said, event, can_undo=False) for event in said.history]


def _entry(said: correct.Said, event: LabelEventRecord, *, can_undo: bool) -> Entry:
    return Entry(
        event_id=event.id,
        annotator=event.annotator or UNNAMED,
        sentence=_sentence(said, event),
        at=event.decided_at,
        note=event.note,
        undone=event.undone,
        can_undo=can_undo,
        part=part_of(event),
        label=event.label,
    )


def _sentence(said: correct.Said, event: LabelEventRecord) -> str:
    if event.verdict is None:
        return f"{'brought' if said.brings_back(event) else 'took'} back {_whose(said, event)}"
    did = what_they_did(event.verdict, event.label)
    part = part_of(event)
    return f"{did}, {when(Span(*part))}" if part else did


def _whose(said: correct.Said, event: LabelEventRecord) -> str:
    """The decision that an undo is about, and whose it was if it was another person's."""
    decision = said.decision_of(event)
    if decision is None or decision.person == event.person:
        return f"#{event.decision_id}"
    return f"#{decision.id}, a decision of {decision.annotator or 'somebody else'}"
