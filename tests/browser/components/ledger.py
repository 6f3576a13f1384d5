"""A receiver of decisions for the tests: keeps each once, and can fail as servers and wires do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import gradio as gr
from fastapi import HTTPException

from app.components.correction import saved_reply, undone_reply
from app.components.decision import Entry, Undo
from app.pages.person import person_of
from app.words.verdicts import what_they_did
from app.workflow.errors import BadDecision
from storage.errors import BusyError
from storage.records.decision import Decision

FIRST_NUMBER = 418


class Ledger:
    """Decisions in order; the current label of a video is all that was not taken back.

    `fail_before` and `fail_after` count requests that break before and after the decision was
    kept; `refuse` is a sentence to answer with instead, `busy` one that asks to come again.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forgets everything: one ledger serves all tests of a module."""
        self.lock = threading.Lock()
        self.decisions: dict[str, tuple[int, Decision]] = {}
        self.undone: dict[str, int] = {}
        self.requests: list[str] = []
        self.users: list[str | None] = []
        self.busy = ""
        self.fail_before = 0
        self.fail_after = 0
        self.refuse = ""
        self.held = threading.Event()
        self.held.set()

    def save(self, decision: Decision, request: gr.Request) -> dict[str, Any]:
        """As a page's `save`."""
        self.users.append(person_of(request).name or None)
        return self._once(decision.op_id, lambda: self._save(decision))

    def undo(self, undo: Undo, request: gr.Request) -> dict[str, Any]:
        """As a page's `undo`."""
        self.users.append(person_of(request).name or None)
        return self._once(undo.op_id, lambda: self._undo(undo))

    def entries(self, video_id: int, *, all_of_them: bool) -> list[Entry]:
        """The history or, without what was taken back, the current labels."""
        entries = [
            Entry(
                event_id=number,
                annotator=decision.annotator,
                sentence=what_they_did(decision.verdict, decision.label),
                at=datetime(2026, 7, 1, 12, 3, 5, tzinfo=UTC),
                note=decision.note,
                undone=number in self.undone.values(),
                can_undo=True,
                part=_part(decision),
                label=decision.label,
            )
            for number, decision in self.decisions.values()
            if decision.video_id == video_id
        ]
        return [entry for entry in entries if all_of_them or not entry.undone]

    def _once(self, op_id: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        self.held.wait(20)
        with self.lock:
            self.requests.append(op_id)
            if self.busy:
                raise BusyError(self.busy)
            if self.refuse:
                raise BadDecision(self.refuse)
            if self.fail_before:
                self.fail_before -= 1
                raise HTTPException(503, "broken before it was kept")
            answer = work()
            if self.fail_after:
                self.fail_after -= 1
                raise HTTPException(503, "broken after it was kept")
            return answer

    def _save(self, decision: Decision) -> dict[str, Any]:
        number = FIRST_NUMBER + len(self.decisions)
        number, kept = self.decisions.setdefault(decision.op_id, (number, decision))
        return saved_reply(
            op_id=decision.op_id,
            event_id=number,
            what=kept.label or kept.verdict,
            at=datetime(2026, 7, 1, 12, 3, 5, tzinfo=UTC),
            current=self.entries(kept.video_id, all_of_them=False),
            history=self.entries(kept.video_id, all_of_them=True),
        )

    def _undo(self, undo: Undo) -> dict[str, Any]:
        self.undone[undo.op_id] = undo.event_id
        return undone_reply(
            op_id=undo.op_id,
            event_id=undo.event_id,
            at=datetime(2026, 7, 1, 12, 3, 9, tzinfo=UTC),
            current=self.entries(undo.video_id, all_of_them=False),
            history=self.entries(undo.video_id, all_of_them=True),
        )


def _part(decision: Decision) -> tuple[float, float] | None:
    if decision.start_s is None or decision.end_s is None:
        return None
    return decision.start_s, decision.end_s
