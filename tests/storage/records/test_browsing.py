from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from storage.engine.database import Database
from storage.errors import InvalidError
from storage.exchange.rows import labelled_videos
from storage.records import browsing
from storage.records.browsing import Filter
from tests.storage.rows import add_prediction, add_video, decide, fill, undo


@pytest.fixture(scope="module")
def gallery(db_to_read: Database) -> Database:
    """Seven videos in all states."""
    db = db_to_read
    lengths = {"plain": 60.0, "right": 0.5}
    with db.write() as session:
        named = {
            name: add_video(session, name, duration_s=lengths.get(name, 10.0))
            for name in ("plain", "right", "WRONG_1", "bad", "unsure", "torn")
        }
        bare = add_video(session, "Zoë 100%")
        for place, video in enumerate(named.values()):
            add_prediction(session, video, top="yoga")
            add_prediction(session, video, top="Bogenschießen", probability=0.5 + place / 10)
        decide(session, named["right"].id, verdict="confirmed", label="archery", annotator="Ann")
        decide(session, named["WRONG_1"].id, verdict="corrected", label="yoga", annotator="Ann")
        decide(session, named["WRONG_1"].id, label="zumba", annotator="Bob", settles=True)
        decide(session, named["bad"].id, verdict="unusable", annotator="Bob")
        decide(session, named["unsure"].id, verdict="unsure", annotator="")
        decide(session, named["torn"].id, label="abseiling", annotator="Cy")
        decide(session, named["torn"].id, label="juggling balls", annotator="Di")
        undo(session, decide(session, bare.id, label="yoga", annotator="Eve").id)
        decide(session, named["plain"].id, verdict="skipped", annotator="Ann")
    return db


def names(database: Database, **filters: Any) -> list[str]:
    with database.read() as session:
        page = browsing.browse(session, where=Filter(**filters), order="oldest")
    assert page.total == len(page.rows)
    return [row.name for row in page.rows]


def test_a_row_says_what_the_model_and_the_people_said(gallery: Database) -> None:
    with gallery.read() as session:
        rows = {row.name: row for row in browsing.browse(session).rows}
    wrong = rows["WRONG_1"]
    assert wrong.prediction is not None
    assert wrong.decision is not None
    assert (wrong.prediction.label, wrong.prediction.probability) == ("Bogenschießen", 0.7)
    assert wrong.prediction.model_name == "small"
    assert (wrong.decision.label, wrong.decision.annotator) == ("zumba", "Bob")
    assert [(o.annotator, o.label) for o in wrong.opinions] == [("Ann", "yoga"), ("Bob", "zumba")]
    assert rows["Zoë 100%"].prediction is None
    assert {name: row.state for name, row in rows.items()} == {
        "plain": "unlabelled",
        "right": "confirmed",
        "WRONG_1": "corrected",
        "bad": "unusable",
        "unsure": "unsure",
        "torn": "disagree",
        "Zoë 100%": "unlabelled",
    }


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["plain", "right", "WRONG_1", "bad", "unsure", "torn", "Zoë 100%"]),
        ({"state": "unlabelled"}, ["plain", "Zoë 100%"]),
        ({"state": "labelled"}, ["right", "WRONG_1"]),
        ({"state": "corrected"}, ["WRONG_1"]),
        ({"state": "confirmed"}, ["right"]),
        ({"state": "unusable"}, ["bad"]),
        ({"state": "unsure"}, ["unsure"]),
        ({"state": "disagree"}, ["torn"]),
        ({"annotator": "Ann"}, ["right", "WRONG_1"]),
        ({"annotator": "Eve"}, []),
        ({"annotator": ""}, ["unsure"]),
        ({"annotator": "Bob", "state": "labelled"}, ["WRONG_1"]),
        ({"text": "wrong"}, ["WRONG_1"]),
        ({"text": " ZOË "}, ["Zoë 100%"]),
        ({"text": "%"}, ["Zoë 100%"]),
        ({"text": "_"}, ["WRONG_1"]),
        ({"text": "\\"}, []),
        ({"text": "zumba"}, ["WRONG_1"]),
        ({"text": "BOGENSCHIESSEN"}, ["plain", "right", "WRONG_1", "bad", "unsure", "torn"]),
        ({"text": "juggling"}, ["torn"]),
        ({"text": "abseil", "annotator": "Cy", "state": "disagree"}, ["torn"]),
        ({"text": "yoga"}, []),
        ({"text": 'wro"ng'}, []),
        ({"text": "archery"}, ["right"]),
        ({"text": "\ud800\0"}, []),
    ],
)
def test_filters(
    gallery: Database,
    filters: dict[str, object],
    expected: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whether the few that fit are looked up one by one or the many are walked and counted."""
    assert names(gallery, **filters) == expected
    monkeypatch.setattr("storage.records.filters.FEW", 0)
    assert names(gallery, **filters) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("newest", "Zoë 100%, torn, unsure, bad, WRONG_1, right, plain"),
        ("oldest", "plain, right, WRONG_1, bad, unsure, torn, Zoë 100%"),
        ("name", "bad, plain, right, torn, unsure, WRONG_1, Zoë 100%"),
        ("name_desc", "Zoë 100%, WRONG_1, unsure, torn, right, plain, bad"),
        ("least_sure", "plain, right, WRONG_1, bad, unsure, torn, Zoë 100%"),
        ("most_sure", "torn, unsure, bad, WRONG_1, right, plain, Zoë 100%"),
        ("label", "right, plain, bad, unsure, torn, WRONG_1, Zoë 100%"),
        ("label_desc", "WRONG_1, torn, unsure, bad, plain, right, Zoë 100%"),
        ("decided", "torn, unsure, bad, WRONG_1, right, Zoë 100%, plain"),
        ("decided_oldest", "right, WRONG_1, bad, unsure, torn, plain, Zoë 100%"),
        ("duration", "right, WRONG_1, bad, unsure, torn, Zoë 100%, plain"),
        ("duration_desc", "plain, Zoë 100%, torn, unsure, bad, WRONG_1, right"),
    ],
)
def test_orders(gallery: Database, order: browsing.Order, expected: str) -> None:
    with gallery.read() as session:
        pages = [
            browsing.browse(session, order=order, limit=2, offset=start)
            for start in (0, 2, 4, 6, 8)
        ]
    assert [row.name for page in pages for row in page.rows] == expected.split(", ")
    assert {page.total for page in pages} == {7}


def test_every_order_was_tried() -> None:
    marks: list[pytest.Mark] = vars(test_orders)["pytestmark"]
    tried = {case[0] for mark in marks for case in mark.args[1]}
    assert tried == set(browsing.ORDERS)


def test_states_are_counted(gallery: Database) -> None:
    with gallery.read() as session:
        found = browsing.states(session)
    assert found == {
        "unlabelled": 2, "labelled": 2, "corrected": 1, "confirmed": 1, "unusable": 1, "unsure": 1,
        "disagree": 1,
    }  # fmt: skip


def test_the_numbers_of_a_list_stand_in_its_order(gallery: Database) -> None:
    with gallery.read() as session:
        for order in browsing.ORDERS:
            listed = [row.id for row in browsing.browse(session, order=order).rows]
            for limit in (100, 3):
                found = browsing.ids(session, where=Filter(), order=order, limit=limit)
                assert list(found) == listed[:limit]
        where = Filter(state="unlabelled")
        few = browsing.browse(session, where=where, order="oldest").rows
        assert [row.id for row in few] == list(
            browsing.ids(session, where=where, order="oldest", limit=9)
        )
        with pytest.raises(InvalidError, match="order"):
            browsing.ids(session, where=where, order="random", limit=9)  # type: ignore[arg-type]


def test_what_cannot_be_shown_is_refused(sqlite_db: Database) -> None:
    with pytest.raises(InvalidError, match="state"):
        Filter(state="lost")  # type: ignore[arg-type]
    with sqlite_db.read() as session:
        for wrong in ({"order": "random"}, {"limit": 0}, {"limit": 1001}, {"offset": -1}):
            with pytest.raises(InvalidError):
                browsing.browse(session, **wrong)


@pytest.mark.parametrize("number", [10, 300])
def test_a_page_takes_a_few_statements(sqlite_db: Database, number: int) -> None:
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    with sqlite_db.write() as session:
        fill(session, number)
    event.listen(sqlite_db._reader, "before_cursor_execute", note)
    with sqlite_db.read() as session:
        browsing.browse(session, where=Filter(text="vid", annotator="Ann"), limit=100)
    assert len([statement for statement in sent if "SELECT" in statement]) == 5


STEP = 1000  # of SQLite's virtual machine: its own measure of work, the same on every machine


def work(database: Database, where: Filter) -> int:
    """How many thousand steps a page, the counts and an export take."""
    steps = []
    with database.read() as session:
        connection = session.connection().connection.dbapi_connection
        assert connection is not None
        connection.set_progress_handler(lambda: steps.append(1), STEP)
        browsing.browse(session, where=where, order="least_sure")
        browsing.states(session)
        assert all(row.usable for row in labelled_videos(session))
        connection.set_progress_handler(None, STEP)
    return len(steps)


@pytest.fixture
def growth(ready_sqlite: Path, tmp_path: Path) -> Callable[..., float]:
    """How the work grows from 150 to 1,500 videos, after a change of the tables."""

    def measured(change: str = "SELECT 1", where: Filter = Filter()) -> float:  # noqa: B008
        done = []
        for number in (150, 1_500):
            path = tmp_path / f"{number}.db"
            shutil.copy(ready_sqlite, path)
            database = Database.in_file(path)
            with database.write() as session:
                session.execute(text(change))
                fill(session, number)
            done.append(work(database, where))
            database.close()
        return done[1] / done[0]

    return measured


@pytest.mark.parametrize("where", [Filter(), Filter(text="1", state="labelled", annotator="Ann")])
def test_ten_times_the_videos_are_about_ten_times_the_work(
    growth: Callable[..., float], where: Filter
) -> None:
    assert growth(where=where) < 15
