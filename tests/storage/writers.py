"""Processes that write, run apart from the tests so that they can be killed or watched.

python -m tests.storage.writers FILE acks         prints a number after each commit, for ever
python -m tests.storage.writers FILE acks N       the same, N times
python -m tests.storage.writers FILE hasty N      the same without waiting for the disk
python -m tests.storage.writers FILE count N WAY  two threads read and then write N times each;
                                                  prints how often that failed
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from sqlite3 import Connection

from sqlalchemy import Engine, event, func, insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from storage.engine import sqlite
from storage.engine.database import Database
from storage.errors import BusyError
from storage.tables import Label, utc_now
from tests.storage.rows import add_prediction, add_video, decide


def acknowledge(path: Path, *, until: int | None = None, hasty: bool = False) -> None:
    """Adds a video, an answer and a decision in one transaction, then says so."""
    database = Database.in_file(path)
    if hasty:
        event.listen(database._writer, "connect", _without_waiting)
    number = 0
    while until is None or number < until:
        with database.write() as session:
            video = add_video(session, f"{path.name} {number}")
            answer = add_prediction(session, video)
            decide(session, video.id, verdict="unsure", prediction_id=answer.id)
        print(video.id, flush=True)  # noqa: T201
        number += 1


def _without_waiting(connection: Connection, _entry: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")


def read_then_write(session: Session) -> None:
    """What loses the race unless the lock is taken first: the new row depends on what was read."""
    number = session.scalars(select(func.count(Label.id))).one()
    row = {"index": number, "name": f"{number}", "key": f"{number}", "added_at": utc_now()}
    session.execute(insert(Label).values(**row))


def count_with_database(path: Path, times: int) -> int:
    """How often our own way of writing failed."""
    database, failures = Database.in_file(path), 0
    for _ in range(times):
        try:
            with database.write() as session:
                read_then_write(session)
        except BusyError:
            failures += 1
    return failures


def count_with_plain_begin(path: Path, times: int) -> int:
    """How often the usual way of writing failed."""
    engine: Engine = sqlite.writer(Database.in_file(path).url, begin="BEGIN")
    failures = 0
    for _ in range(times):
        try:
            with Session(engine) as session:
                read_then_write(session)
                session.commit()
        except OperationalError:
            failures += 1
    return failures


if __name__ == "__main__":
    file, task, *rest = sys.argv[1:]
    if task in ("acks", "hasty"):
        acknowledge(Path(file), until=int(rest[0]) if rest else None, hasty=task == "hasty")
    else:
        way = {"ours": count_with_database, "plain": count_with_plain_begin}[rest[1]]
        with ThreadPoolExecutor(2) as pool:
            print(sum(pool.map(way, [Path(file)] * 2, [int(rest[0])] * 2)))  # noqa: T201
