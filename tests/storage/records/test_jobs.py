from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.engine.database import Database
from storage.errors import ConflictError, LeaseLostError, NotFoundError
from storage.records import jobs
from storage.records.clock import Clock
from storage.records.jobs import JobRecord
from tests.storage.rows import add_version


@dataclass
class Machine:
    """A machine whose clocks can be moved, for leases."""

    ticks: float = 100.0
    now: datetime = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)

    def clock(self, host: str = "here", boot: str = "boot 1") -> Clock:
        return Clock(host=host, boot=boot, ticks=lambda: self.ticks, now=lambda: self.now)


@pytest.fixture
def machine() -> Machine:
    return Machine()


def enqueue(database: Database, op_id: str = "op", **more: Any) -> JobRecord:
    with database.write() as session:
        details: dict[str, Any] = {
            "kind": "teach",
            "spec": {"epochs": 3},
            "created_by": "Ann",
        } | more
        return jobs.enqueue(session, op_id=op_id, **details)


def claim(database: Database, clock: Clock, owner: str = "worker 1") -> JobRecord:
    with database.write() as session:
        found = jobs.claim(session, owner=owner, clock=clock)
    assert found is not None
    return found


def requeue(database: Database, clock: Clock) -> list[JobRecord]:
    with database.write() as session:
        return list(jobs.requeue_expired(session, clock=clock, lease_s=60))


def test_a_job_from_queue_to_result(db: Database, machine: Machine) -> None:
    clock = machine.clock()
    queued = enqueue(db)
    assert (queued.state, queued.spec, queued.created_by) == ("queued", {"epochs": 3}, "Ann")
    running = claim(db, clock)
    assert (running.id, running.state, running.attempts) == (queued.id, "running", 1)
    assert running.started_at == machine.now
    with db.write() as session:
        beat = jobs.heartbeat(
            session, lease=running.lease, clock=clock, progress=0.5, message="epoch 2 of 3",
            log_uri="log", metrics={"loss": [1.0, float("nan")]},
        )  # fmt: skip
        assert (beat.progress, beat.message, beat.cancel) == (0.5, "epoch 2 of 3", False)
        assert beat.metrics == {"loss": [1.0, None]}
        version = add_version(session).id
        done = jobs.finish(
            session, lease=running.lease, clock=clock, result_version_id=version, metrics={"a": 1}
        )
    assert (done.state, done.progress, done.result_version_id) == ("done", 1.0, version)
    assert (done.metrics, done.log_uri, done.lease_owner) == ({"a": 1}, "log", None)
    assert done.finished_at == machine.now
    with db.read() as session:
        assert jobs.get(session, job_id=queued.id) == done


def test_the_same_order_is_queued_once(db: Database) -> None:
    assert enqueue(db) == enqueue(db)
    with pytest.raises(ConflictError):
        enqueue(db, kind="import")


def test_the_oldest_fitting_job_is_first(db: Database, machine: Machine) -> None:
    first = enqueue(db, "1", kind="proxy")
    second = enqueue(db, "2")
    with db.write() as session:
        found = jobs.claim(session, owner="w", clock=machine.clock(), kinds=["teach"])
        assert found is not None
        assert found.id == second.id
        assert jobs.claim(session, owner="w", clock=machine.clock(), kinds=["teach"]) is None
        assert [job.id for job in jobs.all_jobs(session)] == [second.id, first.id]
        assert [job.id for job in jobs.all_jobs(session, states=["queued"])] == [first.id]
        assert [job.id for job in jobs.all_jobs(session, kinds=["proxy"], limit=1)] == [first.id]


def test_no_job_is_given_to_two_workers(db: Database) -> None:
    clock = Clock.of_this_machine()
    for number in range(12):
        enqueue(db, f"{number}")

    def work(number: int) -> list[int]:
        claimed: list[int] = []
        while True:
            with db.write() as session:
                job = jobs.claim(session, owner=f"worker {number}", clock=clock)
            if job is None:
                return claimed
            claimed.append(job.id)

    with ThreadPoolExecutor(6) as pool:
        claimed = [job_id for part in pool.map(work, range(6)) for job_id in part]
    assert len(claimed) == len(set(claimed)) == 12


def test_a_dead_workers_job_goes_to_the_next_and_its_ghost_is_shut_out(
    db: Database, machine: Machine
) -> None:
    enqueue(db)
    ghost = claim(db, machine.clock(), owner="worker 1")
    machine.ticks += 59
    assert requeue(db, machine.clock()) == []
    machine.ticks += 2
    (queued,) = requeue(db, machine.clock())
    assert (queued.state, queued.lease_owner, queued.attempts) == ("queued", None, 1)
    running = claim(db, machine.clock(), owner="worker 1")
    assert running.attempts == 2
    calls = (
        lambda s: jobs.heartbeat(s, lease=ghost.lease, clock=machine.clock()),
        lambda s: jobs.finish(s, lease=ghost.lease, clock=machine.clock()),
        lambda s: jobs.fail(s, lease=ghost.lease, clock=machine.clock(), message=""),
        lambda s: jobs.cancelled(s, lease=ghost.lease, clock=machine.clock()),
    )
    for call in calls:
        with db.write() as session, pytest.raises(LeaseLostError):
            call(session)
    with db.write() as session:
        assert jobs.finish(session, lease=running.lease, clock=machine.clock()).state == "done"


def test_a_job_that_kills_its_workers_fails_with_the_reason(db: Database, machine: Machine) -> None:
    enqueue(db, max_attempts=2)
    for _ in range(2):
        claim(db, machine.clock())
        machine.ticks += 61
        (last,) = requeue(db, machine.clock())
    assert last.state == "failed"
    assert "2 times" in last.message
    assert last.finished_at == machine.now
    assert requeue(db, machine.clock()) == []


HOUR = timedelta(hours=1)


@pytest.mark.parametrize("jump", [-HOUR, HOUR, timedelta(days=1), timedelta(days=-400)])
def test_setting_the_clock_neither_ends_nor_prolongs_a_lease(
    db: Database, machine: Machine, jump: timedelta
) -> None:
    enqueue(db)
    claim(db, machine.clock())
    machine.now += jump
    assert requeue(db, machine.clock()) == []
    machine.ticks += 61
    assert len(requeue(db, machine.clock())) == 1


def test_after_a_restart_of_the_machine_a_lease_is_over_at_once(
    db: Database, machine: Machine
) -> None:
    enqueue(db)
    claim(db, machine.clock(boot="boot 1"))
    machine.ticks = 1.0
    assert len(requeue(db, machine.clock(boot="boot 2"))) == 1


@pytest.mark.parametrize("boot", ["boot 1", ""])
def test_the_lease_of_another_machine_is_judged_by_the_time_of_day(
    db: Database, machine: Machine, boot: str
) -> None:
    enqueue(db)
    claim(db, machine.clock(host="there", boot=boot))
    here = machine.clock(host="here" if boot else "there", boot=boot)
    machine.ticks += 1000
    assert requeue(db, here) == []
    machine.now += timedelta(seconds=61)
    assert len(requeue(db, here)) == 1


def test_cancelling(db: Database, machine: Machine) -> None:
    clock = machine.clock()

    def cancel(job_id: int) -> JobRecord:
        with db.write() as session:
            return jobs.request_cancel(session, job_id=job_id, clock=clock)

    waiting = enqueue(db, "waiting")
    assert cancel(waiting.id).state == "cancelled"
    enqueue(db, "running")
    running = claim(db, clock)
    asked = cancel(running.id)
    assert (asked.state, asked.cancel) == ("running", True)
    with db.write() as session:
        assert jobs.heartbeat(session, lease=running.lease, clock=clock).cancel
        stopped = jobs.cancelled(session, lease=running.lease, clock=clock)
    assert stopped.state == "cancelled"
    assert cancel(running.id) == stopped
    enqueue(db, "dying")
    dying = claim(db, clock)
    cancel(dying.id)
    machine.ticks += 61
    assert [job.state for job in requeue(db, clock)] == ["cancelled"]
    with db.write() as session, pytest.raises(NotFoundError):
        jobs.request_cancel(session, job_id=999, clock=clock)


def test_what_is_handed_back_is_queued_and_costs_no_attempt(db: Database, machine: Machine) -> None:
    clock = machine.clock()
    enqueue(db, max_attempts=1)
    lease = claim(db, clock).lease
    with db.write() as session:
        back = jobs.release(session, lease=lease)
    assert (back.state, back.attempts, back.lease_owner) == ("queued", 0, None)
    with db.write() as session, pytest.raises(LeaseLostError):
        jobs.release(session, lease=lease)
    assert claim(db, clock, "worker 2").attempts == 1


def test_failing_says_why(db: Database, machine: Machine) -> None:
    enqueue(db)
    lease = claim(db, machine.clock()).lease
    with db.write() as session:
        failed = jobs.fail(session, lease=lease, clock=machine.clock(), message="No videos.\0")
    assert (failed.state, failed.message) == ("failed", "No videos.")
    with db.write() as session, pytest.raises(LeaseLostError):
        jobs.heartbeat(session, lease=replace(lease), clock=machine.clock())


def test_a_system_without_a_boot_id_is_no_obstacle(tmp_path: Path) -> None:
    assert Clock.of_this_machine(boot_id=tmp_path / "none").boot == ""


def test_the_clock_of_this_machine_runs() -> None:
    clock = Clock.of_this_machine()
    assert clock.host
    assert clock.ticks() <= clock.ticks()
    assert clock.now().tzinfo is UTC
