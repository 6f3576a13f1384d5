"""The process beside the server: started again when it ends, gone when the server is gone."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.jobs.supervisor import Supervisor
from app.settings import Settings, load_settings, whole_environment
from app.workflow.services import Services
from tests.app.jobs.conftest import COUNTING, ended, look, queue, wait_for

UNTIL = "--until-input-closes"


def comes(good: Callable[[], bool], *, patience_s: float = 60) -> bool:
    """Whether it gets so in time."""
    until = time.monotonic() + patience_s
    while not good() and time.monotonic() < until:
        time.sleep(0.05)
    return good()


def alive(pid: int) -> bool:
    """Whether a process runs, and is no mere entry in the table."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_settings_reach_the_other_process(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECOND_LOOK_MODEL", "of another run")
    others = settings.model_copy(update={"allowed_hosts": ("a.example", "b.example")})
    for name, value in whole_environment(others).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SECOND_LOOK_MODEL", raising=False)
    assert load_settings() == others
    assert "SECOND_LOOK_MODEL" not in whole_environment(settings)


def test_a_worker_that_was_killed_is_started_again_and_ends_in_order(
    settings: Settings, services: Services, tmp_path: Path
) -> None:
    supervisor = Supervisor([*COUNTING, UNTIL], whole_environment(settings), pause_s=0.05)
    with supervisor:
        assert comes(lambda: supervisor.pid is not None)
        job_id = queue(services, tmp_path / "numbers", to=30)
        wait_for(services, job_id, lambda job: job.progress > 0.2)
        first = supervisor.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert comes(lambda: supervisor.pid not in (None, first))
        assert wait_for(services, job_id, ended).state == "done"
        second = supervisor.pid
        assert second is not None
    assert not alive(first)
    assert not alive(second)
    assert supervisor.pid is None


SERVER = """
import sys, time
from app.jobs.supervisor import Supervisor
from app.settings import load_settings, whole_environment
supervisor = Supervisor([sys.executable, *sys.argv[1:]], whole_environment(load_settings()))
with supervisor:
    while supervisor.pid is None:
        time.sleep(0.05)
    sys.stdout.write(f"{supervisor.pid}\\n")
    sys.stdout.flush()
    time.sleep(600)
"""


@pytest.mark.parametrize(("option", "goes"), [([UNTIL], True), ([], False)])
def test_no_worker_outlives_a_server_that_was_killed(
    settings: Settings, option: list[str], goes: bool
) -> None:
    """Without the option, which is the guard, it does."""
    command = [sys.executable, "-c", SERVER, *COUNTING[1:], *option]
    environment = whole_environment(settings)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        worker = int(server.stdout.readline())
        server.kill()
    try:
        assert comes(lambda: not alive(worker), patience_s=30 if goes else 2) == goes
    finally:
        if alive(worker):
            os.kill(worker, signal.SIGKILL)


def test_what_cannot_start_is_tried_more_and_more_seldom(tmp_path: Path) -> None:
    file = tmp_path / "starts"
    script = f"open({str(file)!r}, 'a').write('x'); raise SystemExit(3)"
    with Supervisor([sys.executable, "-c", script], dict(os.environ), pause_s=0.2):
        assert comes(lambda: file.exists() and len(file.read_text()) >= 2)
        time.sleep(2)
    assert len(file.read_text()) <= 5  # 0.2, 0.4, 0.8 and 1.6 s lie between them


def test_a_call_reaches_a_worker_that_looks_for_nothing_by_itself(
    settings: Settings, services: Services, tmp_path: Path
) -> None:
    options = [UNTIL, "--only-when-called"]
    with Supervisor([*COUNTING, *options], whole_environment(settings)) as supervisor:
        first = queue(services, tmp_path / "first")
        wait_for(services, first, ended)
        second = queue(services, tmp_path / "second")
        supervisor.call()
        assert wait_for(services, second, ended).state == "done"


def test_a_worker_with_nothing_to_do_ends_and_comes_back_when_called(
    settings: Settings, services: Services, tmp_path: Path
) -> None:
    words: list[str] = []
    supervisor = Supervisor(
        [*COUNTING, UNTIL, "--until-idle"],
        whole_environment(settings),
        is_needed=lambda: False,
        on_word=words.append,
    )
    with supervisor:
        time.sleep(0.5)
        assert supervisor.pid is None  # nobody called
        supervisor.call()
        assert comes(lambda: words == [""])
        assert supervisor.pid is None
        job_id = queue(services, tmp_path / "numbers")
        supervisor.call()
        assert wait_for(services, job_id, ended).state == "done"
        assert comes(lambda: words == ["", ""])


def test_a_worker_is_started_for_work_that_nobody_called_for(
    settings: Settings, services: Services, tmp_path: Path
) -> None:
    """As after a crash of everything: the work is in the database, the call is gone."""
    job_id = queue(services, tmp_path / "numbers")
    supervisor = Supervisor(
        [*COUNTING, UNTIL, "--until-idle"],
        whole_environment(settings),
        is_needed=lambda: not ended(look(services, job_id)),
    )
    with supervisor:
        assert wait_for(services, job_id, ended).state == "done"


def script(text: str, **more: Any) -> Supervisor:
    """A supervisor of a small program."""
    return Supervisor([sys.executable, "-c", text], dict(os.environ), **more)


def test_who_does_not_end_in_time_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.jobs.supervisor.PATIENCE_S", 0.3)
    words: list[str] = []
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    deaf += "print('ready', flush=True)\nwhile True: time.sleep(60)"
    with script(deaf, on_word=words.append) as supervisor:
        assert comes(lambda: words == ["ready"])
        pid = supervisor.pid
        assert pid is not None
    assert not alive(pid)


def test_one_that_starts_at_the_very_end_is_ended() -> None:
    supervisor = script("import time; time.sleep(600)")
    supervisor._ending.set()
    assert supervisor._live() == -signal.SIGTERM


def test_calls_never_wait_for_who_does_not_read() -> None:
    with script("import time; time.sleep(600)") as supervisor:
        assert comes(lambda: supervisor.pid is not None)
        for _ in range(70_000):  # more than its pipe holds
            supervisor.call()
        assert supervisor.pid is not None


def test_a_call_that_nobody_can_hear_starts_the_next_one() -> None:
    """A process that has closed its ears, and ends with nothing to do."""
    words: list[str] = []
    program = "import os, time; os.close(0); print('deaf', flush=True); time.sleep(1)"
    supervisor = script(program, is_needed=lambda: False, on_word=words.append)
    with supervisor:
        supervisor.call()
        assert comes(lambda: "deaf" in words)
        supervisor.call()
        assert comes(lambda: words.count("deaf") == 2)


def test_who_lived_long_is_started_again_soon(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The pause is longer each time only for what fails at its start."""
    monkeypatch.setattr("app.jobs.supervisor.STEADY_S", 0.0)
    with script("raise SystemExit(3)", pause_s=1.0), caplog.at_level(logging.WARNING):
        assert comes(lambda: len(caplog.messages) >= 3)
    assert set(caplog.messages) == {"the worker ended (3); starting it again in 1 s"}
