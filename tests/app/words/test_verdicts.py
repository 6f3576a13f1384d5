"""One table of verdicts: complete, and the same as what storage keeps and the list shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint

from app.words.verdicts import (
    OF_VERDICT,
    ON_PAGES,
    STATES,
    VERDICTS,
    StateWords,
    what_they_did,
    what_they_said,
)
from storage.records import browsing, decision
from storage.tables import LabelEvent, Table
from tests.conftest import ROOT

KEYS = {one.key for one in VERDICTS}


def named_in(constraint: str) -> set[str]:
    """The verdicts that a CHECK of the table of events lists."""
    (text,) = (
        str(one.sqltext)
        for one in Table.metadata.tables[LabelEvent.__tablename__].constraints
        if isinstance(one, CheckConstraint) and str(one.name).endswith(constraint)
    )
    return set(re.findall(r"'(\w+)'", text))


def test_it_has_the_verdicts_of_the_database() -> None:
    assert KEYS == set(decision.VERDICTS) == named_in("known_verdict")
    assert {one.key for one in VERDICTS if one.way != "alone"} == set(decision.NAMED)
    assert set(decision.NAMED) == named_in("label_when_named")


def test_it_has_the_states_of_the_list() -> None:
    assert {one.key for one in STATES} == set(browsing.STATES)
    assert set(browsing.STATES) == KEYS - {"skipped"} | {"unlabelled", "labelled", "disagree"}


def test_nothing_can_be_mixed_up() -> None:
    shortcuts = [one.shortcut for one in VERDICTS if one.shortcut]
    assert len(set(shortcuts)) == len(shortcuts) == 3
    assert all(one.shortcut and one.help for one in ON_PAGES if one.button)
    marks = [one.mark for one in STATES if one.mark]
    assert len(set(marks)) == len(marks)
    assert len({one.words for one in STATES}) == len(STATES)


def test_what_somebody_did_and_said() -> None:
    assert what_they_did("confirmed", "archery") == "agreed: archery"
    assert what_they_did("corrected", None) == "said it is something else"
    assert what_they_did("skipped", None) == "skipped it"
    assert what_they_said("corrected", "yoga") == "yoga"
    assert what_they_said("unusable", None) == "unusable"
    assert what_they_said(None, None) == "undone"


def test_what_the_page_gets() -> None:
    assert OF_VERDICT["unusable"].to_page() == {
        "key": "unusable",
        "way": "alone",
        "button": "Unusable video",
        "save": "unusable video",
        "shortcut": "B",
        "help": "bad video, cannot be used",
    }


@pytest.mark.parametrize("state", [one for one in STATES if one.tone != "neutral"])
def test_each_tone_has_a_colour(state: StateWords) -> None:
    css = (ROOT / "static/gallery/gallery.css").read_text("utf-8")
    assert f".sl-tone-{state.tone} " in css


LISTED_ELSEWHERE = re.compile(r"""['"](corrected|unusable|unsure)['"]""")
MAY_NAME = {  # where one verdict is meant, not a list of them
    "app/words/verdicts.py",
    "app/words/queue.py",  # an order of that name
    "app/workflow/bringing/labelling.py",
    "app/workflow/exchange/package.py",
    "app/workflow/exchange/share.py",
    "app/workflow/review/orders.py",
    "app/pages/api.py",
    "storage/exchange/statement.py",
    "storage/records/review.py",
    "storage/tables.py",
    "storage/records/decision.py",
    "storage/records/filters.py",
}


def files() -> list[Path]:
    python = [p for room in ("app", "model", "storage") for p in (ROOT / room).rglob("*.py")]
    scripts = [p for p in (ROOT / "static").rglob("*.js") if not p.name.endswith(".test.js")]
    return [p for p in python + scripts if "migrations" not in p.parts]


def test_no_second_list_of_verdicts() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in files()
        if len(set(LISTED_ELSEWHERE.findall(path.read_text("utf-8")))) > 0
    }
    assert "app/words/verdicts.py" in found, "the search would not notice"
    assert found <= MAY_NAME


def test_a_state_within_a_sentence_begins_small() -> None:
    insides = [one.inside for one in STATES]
    assert "people disagree" in insides
    assert all(inside[0].islower() for inside in insides)
    assert [inside.casefold() for inside in insides] == [one.words.casefold() for one in STATES]
