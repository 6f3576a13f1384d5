"""The processes beside a server: started with its settings, heard, and called when work comes."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time

import pytest

from app.jobs.kinds import ALL_KINDS, KINDS
from app.jobs.lanes import (
    RESTING,
    WARMING_UP,
    _environment,
    _heard,
    _is_waiting,
    _listener,
    ring_the_server,
    tell,
    workers,
)
from app.settings import Settings
from app.workflow.services import Services
from app.workflow.standby import Lane
from app.workflow.videos import answer_requests
from model.inference.seam import Status
from storage.records import jobs
from tests.app.jobs.tables import without_jobs


def test_every_kind_of_work_has_one_lane() -> None:
    assert len(ALL_KINDS) == sum(len(kinds) for kinds in KINDS.values())
    assert set(KINDS["bring"]) == {"bring"}
    assert set(KINDS["answers"]) == {answer_requests.KIND}


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("ready|Quick model", Status("ready", "Quick model")),
        ("failed|Its file is gone.", Status("failed", "Its file is gone.")),
        ("warming up|", WARMING_UP),
        ("", RESTING),
        ("a warning of some library", None),
    ],
)
def test_what_a_worker_says_of_itself_is_kept(words: str, status: Status | None) -> None:
    lane = Lane()
    _heard(lane, words)
    assert lane.status == status


def test_who_brings_in_rings_for_those_who_answer(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    rings: list[str] = []
    services.lanes.answers.on_ring(lambda: rings.append("ring"))
    ring_the_server()
    words = capsys.readouterr().out.strip()
    heard = _listener(services, "bring")
    heard("a warning of some library")
    assert rings == []
    heard(words)
    assert rings == ["ring"]
    assert services.lanes.answers.status is None


def test_other_words_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        _heard(Lane(), "a warning of some library")
    assert "a warning of some library" in caplog.text


def test_what_is_told_is_one_line_and_heard(capsys: pytest.CaptureFixture[str]) -> None:
    tell(Status("failed", "Two lines\n of a reason."))
    lane = Lane()
    line, end = capsys.readouterr().out.split("\n")
    _heard(lane, line)
    assert lane.status == Status("failed", "Two lines of a reason.")
    assert end == ""


def test_work_is_seen_and_a_database_that_fails_is_no_end(services: Services) -> None:
    assert not _is_waiting(services, "answers")
    with services.database.write() as session:
        jobs.enqueue(session, op_id="a", kind=answer_requests.KIND, spec={})
    assert _is_waiting(services, "answers")
    assert not _is_waiting(services, "long")
    with without_jobs(services):
        assert not _is_waiting(services, "answers")


def test_a_worker_has_the_very_settings_of_its_server(settings: Settings) -> None:
    program = "from app.settings import load_settings\nprint(load_settings().model_dump_json())"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=_environment(settings),
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout) == json.loads(settings.model_dump_json())


def test_the_worker_for_answers_is_warm_before_anybody_comes(
    settings: Settings, services: Services
) -> None:
    """Real processes: `python -m app worker`, one for each lane that is needed."""
    answers = services.lanes.answers
    with workers(settings, services) as supervisors:
        assert answers.status == WARMING_UP
        until = time.monotonic() + 120
        while answers.status == WARMING_UP and time.monotonic() < until:
            time.sleep(0.1)
        assert answers.status is not None
        assert answers.status.state == "ready"
        assert supervisors["answers"].pid is not None
        assert supervisors["long"].pid is None  # nobody needs it
    assert supervisors["answers"].pid is None
