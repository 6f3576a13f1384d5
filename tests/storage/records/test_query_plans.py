"""No page reads more than it shows: what SQLite says it will do for each statement."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from storage.engine.database import Database
from storage.exchange import manifest
from storage.records import browsing, decisions, deletions
from storage.records.browsing import ORDERS, Filter, Order
from tests.storage.rows import add_prediction, decide, fill

# A scan of these is the whole history, or all videos. `current_videos` may be walked along an
# index, in the order of the list until its page is full, or to count what is in it.
WHOLE = re.compile(r"SCAN (label_events|predictions|videos|labels|current_opinions)(_\d+)?\b")
UNSORTED = "USE TEMP B-TREE FOR ORDER BY"


@pytest.fixture(scope="module")
def filled(ready_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Filled once: of what `plans` does nothing is kept."""
    path = tmp_path_factory.mktemp("filled") / "second look.db"
    shutil.copy(ready_sqlite, path)
    database = Database.in_file(path)
    with database.write() as session:
        fill(session, 300)
    yield database
    database.close()


def plans(database: Database, work: Callable[[Session], object], *, only: str = "") -> list[str]:
    """What SQLite would do for each statement of `work` with `only` in it, one line a step."""
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH", "DELETE", "UPDATE")):
            sent.append((statement, parameters))

    with database.write() as session:
        connection: Connection = session.connection()
        event.listen(connection, "before_cursor_execute", note)
        work(session)
        event.remove(connection, "before_cursor_execute", note)
        lines = []
        for statement, parameters in (one for one in sent if only in one[0]):
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            lines += [str(step[3]) for step in plan]
        session.rollback()
    return lines


FILTERS = (
    Filter(),
    Filter(state="labelled"),
    Filter(state="corrected"),
    Filter(state="disagree"),
)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("where", FILTERS, ids=lambda where: where.state or "all")
@pytest.mark.parametrize("offset", [0, 250])
def test_a_page_is_read_along_an_index(
    filled: Database, where: Filter, order: Order, offset: int
) -> None:

    def look(session: Session) -> object:
        return browsing.browse(session, where=where, order=order, limit=10, offset=offset)

    assert not [line for line in plans(filled, look) if WHOLE.match(line)]
    (step,) = plans(filled, look, only="OFFSET")
    (count,) = plans(filled, look, only="count(*)")
    if where.state is not None:
        assert step.startswith("SEARCH current_videos USING COVERING INDEX")
        assert count.startswith("SEARCH current_videos USING COVERING INDEX")
    elif order in ("newest", "oldest"):
        assert step == "SCAN current_videos"  # along its key
    else:
        assert step.startswith("SCAN current_videos USING COVERING INDEX")
        assert count.startswith("SCAN current_videos USING COVERING INDEX")


@pytest.mark.parametrize("found", ["vid", "no such name"])
def test_a_text_is_looked_up_in_the_full_text_index(filled: Database, found: str) -> None:
    lines = plans(filled, lambda s: browsing.browse(s, where=Filter(text=found), order="name"))
    assert any("VIRTUAL TABLE INDEX" in line for line in lines)
    assert not [line for line in lines if WHOLE.match(line)]
    assert "SCAN current_videos" not in lines


MANY = (Filter(text="vid", state="labelled"), Filter(annotator="Ann", state="corrected"))


@pytest.mark.parametrize("where", MANY, ids=["text", "person"])
def test_many_are_counted_without_the_index_of_the_states(
    filled: Database, where: Filter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would lead to each row by itself, which takes six times as long."""
    monkeypatch.setattr("storage.records.filters.FEW", 5)
    lines = plans(filled, lambda s: browsing.browse(s, where=where), only="FROM current_videos")
    assert sum("ix_current_videos_state" in line for line in lines) == 1  # the page, not the count


WORK: dict[str, Callable[[Session], object]] = {
    "counts": browsing.states,
    "people": decisions.annotators,
    "opinions": lambda s: decisions.current(s, video_id=7),
    "history": lambda s: decisions.history(s, video_id=7),
    "delete": lambda s: deletions.delete_rows(s, video_id=7, deleted_by="Ann"),
    "save": lambda s: decide(s, 7, label="yoga"),
    "answer": lambda s: add_prediction(s, browsing.browse(s, limit=1).rows[0]),
    "anybody named": lambda s: manifest.newest(s, limit=1),
}


@pytest.mark.parametrize("name", WORK)
def test_no_look_and_no_save_reads_the_whole_history(filled: Database, name: str) -> None:
    lines = plans(filled, WORK[name])
    assert lines
    assert not [line for line in lines if WHOLE.match(line)]


def test_without_its_index_an_order_would_sort_everything(filled: Database) -> None:
    """The control: the plan shows what it should not be."""

    def dropped(session: Session) -> None:
        session.execute(text("DROP INDEX ix_current_videos_name_key_video_id"))
        browsing.browse(session, order="name", limit=10)

    assert UNSORTED in plans(filled, dropped)


@pytest.mark.parametrize(
    ("name", "index"),
    [("save", "ix_label_events_video_id_id"), ("delete", "ix_label_events_prediction_id")],
)
def test_without_its_index_a_change_would_read_the_whole_history(
    sqlite_db: Database, name: str, index: str
) -> None:
    with sqlite_db.write() as session:
        fill(session, 300)
        session.execute(text(f"DROP INDEX {index}"))
    assert [line for line in plans(sqlite_db, WORK[name]) if WHOLE.match(line)]
