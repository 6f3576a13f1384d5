from __future__ import annotations

import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import ExceptionContext, event, select, text
from sqlalchemy.orm import Session

from storage.engine import sqlite
from storage.engine.database import Database
from storage.engine.turns import Turns
from storage.errors import BusyError, ConflictError, StorageError
from storage.tables import Label
from tests.storage.rows import add_video
from tests.storage.writers import read_then_write

ROOT = Path(__file__).parents[3]
WRITER = (sys.executable, "-m", "tests.storage.writers")
WRITERS = 8
TIMES = 25


def file_of(database: Database) -> Path:
    return sqlite.file_of(database.url)


def failures_of_eight(path: Path, way: str) -> int:
    """Four processes with two connections each read and write; how many transactions failed."""
    command = (*WRITER, path, "count", str(TIMES), way)
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(WRITERS // 2)
    ]
    return sum(int(process.communicate(timeout=120)[0]) for process in running)


def test_eight_writers_all_get_their_turn(sqlite_db: Database) -> None:
    assert failures_of_eight(file_of(sqlite_db), "ours") == 0
    with sqlite_db.read() as session:
        indices = session.scalars(select(Label.index).order_by(Label.index)).all()
    assert indices == list(range(WRITERS * TIMES))


def test_with_a_plain_begin_they_would_not(sqlite_db: Database) -> None:
    assert failures_of_eight(file_of(sqlite_db), "plain") > 0


def test_threads_of_one_process_share_one_writing_connection(sqlite_db: Database) -> None:
    opened: list[object] = []
    event.listen(sqlite_db._writer, "connect", lambda *_: opened.append(1))

    def write() -> None:
        for _ in range(TIMES):
            with sqlite_db.write() as session:
                read_then_write(session)

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite_db.read() as session:
        assert len(session.scalars(select(Label.id)).all()) == WRITERS * TIMES
    assert len(opened) == 1


def order_of(
    turn: Callable[[], AbstractContextManager[object]], waiting: Callable[[], int]
) -> list[int]:
    """0 has the turn, 1 to 5 come one after another, then 0 gives it up and wants it again."""
    order: list[int] = []

    def work(number: int) -> None:
        with turn():
            order.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 6)]
    with turn():
        for number, thread in enumerate(threads, start=1):
            thread.start()
            while waiting() < number:
                time.sleep(0.001)
    work(0)
    for thread in threads:
        thread.join()
    return order


def test_writers_are_served_in_the_order_in_which_they_came(sqlite_db: Database) -> None:
    order = order_of(sqlite_db.write, lambda: len(sqlite_db._turns._waiting))
    assert order == [1, 2, 3, 4, 5, 0]


def test_without_the_queue_a_busy_writer_keeps_others_out(sqlite_db: Database) -> None:
    """The control for the test above: the pool serves whoever happens to be running."""

    def certainly_waiting() -> int:
        time.sleep(0.02)
        return 5

    orders = [order_of(sqlite_db._writer.begin, certainly_waiting) for _ in range(5)]
    assert any(order != [1, 2, 3, 4, 5, 0] for order in orders)


def test_who_gives_up_waiting_leaves_the_queue() -> None:
    turns = Turns()
    with turns.turn(timeout_s=1):
        with pytest.raises(BusyError), turns.turn(timeout_s=0.01):
            pytest.fail("two at once")
        assert not turns._waiting
    with turns.turn(timeout_s=0):
        pass


def test_who_waits_too_long_is_told_and_nothing_changed(sqlite_db: Database) -> None:
    impatient = Database(sqlite_db.url, busy_timeout_s=0.01)
    with sqlite_db.write() as session:
        add_video(session)
        with pytest.raises(BusyError, match="Nothing was changed"), impatient.write():
            pytest.fail("the block ran without the lock")
    with impatient.write() as session:
        add_video(session, "later")
    impatient.close()


def test_too_many_readers_at_once_are_told(sqlite_db: Database) -> None:
    impatient = Database(sqlite_db.url, busy_timeout_s=0.01)
    with ExitStack() as readers, pytest.raises(BusyError):
        _ = [readers.enter_context(impatient.read()) for _ in range(100)]
    impatient.close()


def test_a_write_inside_a_write_is_refused(sqlite_db: Database) -> None:
    """It would wait for itself."""
    impatient = Database(sqlite_db.url, busy_timeout_s=0.01)
    with impatient.write() as session:
        add_video(session)
        with pytest.raises(BusyError), impatient.write():
            pytest.fail("two transactions on one connection")
    impatient.close()


def test_a_lock_that_is_soon_free_is_waited_for(sqlite_db: Database) -> None:
    """Three retries follow the busy timeout: the second try here finds the lock free."""
    impatient = Database(sqlite_db.url, busy_timeout_s=0.0)
    failed = []

    def let_go(context: ExceptionContext) -> None:
        failed.append(context.statement)
        holder.rollback()

    event.listen(impatient._writer, "handle_error", let_go)
    with closing(sqlite3.connect(file_of(sqlite_db), isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with impatient.write() as session:
            add_video(session)
    assert failed == ["BEGIN IMMEDIATE"]
    impatient.close()


def test_a_failed_block_leaves_nothing(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.write() as session:
        _ = add_video(session).id / 0
    with db.read() as session:
        assert session.scalar(text("SELECT count(*) FROM videos")) == 0


def test_reading_cannot_change_anything(db: Database) -> None:
    with pytest.raises(StorageError), db.read() as session:
        add_video(session)


def test_a_reader_sees_one_moment(db: Database) -> None:
    count = text("SELECT count(*) FROM videos")
    with db.read() as reading:
        before = reading.scalar(count)
        with db.write() as session:
            add_video(session)
        assert reading.scalar(count) == before == 0
    with db.read() as reading:
        assert reading.scalar(count) == 1


def test_references_are_checked(db: Database) -> None:
    with pytest.raises(ConflictError), db.write() as session:
        session.execute(
            text(
                "INSERT INTO promotions (model_version_id, promoted_by, note, created_at) "
                "VALUES (77, '', '', CURRENT_TIMESTAMP)"
            )
        )


@pytest.mark.parametrize("which", ["_reader", "_writer"])
def test_every_connection_is_durable(sqlite_db: Database, which: str) -> None:
    engine = getattr(sqlite_db, which)
    for _ in range(2):
        with Session(engine) as session:
            asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            found = [session.scalar(text(f"PRAGMA {name}")) for name in asked]
        assert found == ["wal", 2, 1, 5000]
        engine.dispose()


def syncs(database: Database, task: str, commits: int) -> int:
    """How often the disk was told to keep what was written, as the system saw it."""
    log = file_of(database).with_suffix(".strace")
    trace = ("strace", "-f", "-e", "trace=fdatasync,fsync", "-o", log)
    command = (*trace, *WRITER, file_of(database), task, str(commits))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    if "Operation not permitted" in done.stderr:
        pytest.skip("strace may not be used here")
    assert done.returncode == 0, done.stderr
    return len(re.findall(r"f(?:data)?sync\(", log.read_text()))


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_each_commit_reaches_the_disk(sqlite_db: Database) -> None:
    assert syncs(sqlite_db, "acks", 20) >= 20
    assert syncs(sqlite_db, "hasty", 20) < 20, "the test would not notice"


def test_kill_at_any_moment_loses_nothing_that_was_acknowledged(sqlite_db: Database) -> None:
    path, acknowledged = file_of(sqlite_db), []
    for round_number in range(5):
        command = (*WRITER, path, "acks")
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        with process.stdout:
            for _ in range(random.Random(round_number).randrange(1, 25)):
                acknowledged.append(int(process.stdout.readline()))
            process.send_signal(signal.SIGKILL)
            acknowledged += [int(line) for line in process.stdout if line.endswith("\n")]
        process.wait()
        with closing(sqlite3.connect(path)) as found:
            assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            stored = {row[0] for row in found.execute("SELECT id FROM videos")}
            whole = {
                row[0]
                for row in found.execute(
                    "SELECT v.id FROM videos v JOIN predictions p ON p.video_id = v.id "
                    "JOIN label_events e ON e.prediction_id = p.id"
                )
            }
        assert stored >= set(acknowledged), "an acknowledged row was lost"
        assert whole == stored, "a transaction was half-written"
    assert len(acknowledged) > 5
