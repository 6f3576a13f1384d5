"""What the history says of who took back whose decision."""

from __future__ import annotations

import uuid
from pathlib import Path

import gradio as gr
import pytest
from starlette.requests import Request

from app.components.decision import Undo
from app.pages.look import values as showing
from app.workflow.errors import WrongName
from app.workflow.labels import correct
from app.workflow.services import Services
from app.workflow.videos import ingest
from storage.records.decision import Decision


def by(name: str = "", browser: str = "") -> gr.Request:
    """A request of somebody who is logged in, or of a browser."""
    return gr.Request(Request({"type": "http", "user": name or None, "browser": browser}))


@pytest.fixture
def video_id(services: Services, juggling: Path) -> int:
    return ingest.store(services, ingest.Upload(juggling, juggling.name), lambda *_: None).video.id


def decided(services: Services, video_id: int, annotator: str = "", browser: str = "") -> int:
    decision = Decision(
        op_id=uuid.uuid4().hex,
        video_id=video_id,
        verdict="unsure",
        annotator=annotator,
        browser=browser,
    )
    return correct.decide(services, decision).kept().id


def taken_back(
    services: Services, video_id: int, event_id: int, request: gr.Request, typed: str = ""
) -> tuple[str, str]:
    """Who did it and what the history says, once somebody has taken an event back."""
    undo = Undo(uuid.uuid4().hex, video_id, event_id, typed)
    last = showing.take_back(services, undo, request)["history"][-1]
    return last["annotator"], last["sentence"]


def test_taking_back_ones_own(services: Services, video_id: int) -> None:
    event = decided(services, video_id, "bob")
    said = taken_back(services, video_id, event, by("bob"))
    assert said == ("bob", f"took back #{event}")


def test_taking_back_anothers(services: Services, video_id: int) -> None:
    event = decided(services, video_id, "bob")
    said = taken_back(services, video_id, event, by("alice"))
    assert said == ("alice", f"took back #{event}, a decision of bob")


def test_bringing_it_back(services: Services, video_id: int) -> None:
    event = decided(services, video_id, "bob")
    taken_back(services, video_id, event, by("alice"))
    undo = correct.said(services, video_id).history[-1]
    said = taken_back(services, video_id, undo.id, by("bob"))
    assert said == ("bob", f"brought back #{event}")
    redo = correct.said(services, video_id).history[-1]
    said = taken_back(services, video_id, redo.id, by("alice"))
    assert said == ("alice", f"took back #{event}, a decision of bob")


def test_browsers_without_a_name(services: Services, video_id: int) -> None:
    event = decided(services, video_id, browser="a" * 32)
    said = taken_back(services, video_id, event, by(browser="a" * 32))
    assert said == ("somebody", f"took back #{event}")
    event = decided(services, video_id, browser="a" * 32)
    said = taken_back(services, video_id, event, by(browser="b" * 32))
    assert said == ("somebody", f"took back #{event}, a decision of somebody else")


def test_the_record_keeps_both(services: Services, video_id: int) -> None:
    event = decided(services, video_id, "bob")
    taken_back(services, video_id, event, by("alice"))
    said = correct.said(services, video_id)
    decision = said.decision_of(said.history[-1])
    assert decision is not None
    assert (decision.annotator, said.history[-1].annotator) == ("bob", "alice")


def test_a_name_that_is_not_the_log_in_is_refused(services: Services, video_id: int) -> None:
    event = decided(services, video_id, "bob")
    before = correct.said(services, video_id).history
    with pytest.raises(WrongName, match="You are logged in as alice"):
        taken_back(services, video_id, event, by("alice"), typed="bob")
    assert correct.said(services, video_id).history == before
