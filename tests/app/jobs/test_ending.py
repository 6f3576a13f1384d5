"""A process is told to end by a signal or by the end of its input, and does not wait for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from coverage import Coverage

from app.jobs.ending import NICER
from tests.conftest import ROOT

PROGRAM = """
import os, sys, threading
from app.jobs import ending
ended = threading.Event()
def say(word):
    sys.stdout.write(word + "\\n")
    sys.stdout.flush()
def end():
    say("asked")
    ended.set()
{prepare}
say("ready")
while not ended.wait(0.05) or {deaf}:
    pass
"""


@contextmanager
def process(prepare: str, *, deaf: bool = False) -> Iterator[subprocess.Popen[str]]:
    """A process that has made itself ready to be ended; a deaf one does not listen."""
    program = PROGRAM.format(prepare=prepare, deaf=deaf)
    environment = dict(os.environ)
    if Coverage.current() is not None:
        environment["COVERAGE_PROCESS_START"] = str(ROOT / "pyproject.toml")
    running = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=environment,
        text=True,
    )
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        yield running
    finally:
        running.kill()
        running.communicate()


def said(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline().strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_it_to_end(number: signal.Signals) -> None:
    with process("ending.end_on_signals(end)") as running:
        running.send_signal(number)
        assert said(running) == "asked"
        assert running.wait(30) == 0


def test_who_does_not_listen_and_has_nothing_to_lose_is_cut_off() -> None:
    with process("ending.end_on_signals(end, lambda: False)", deaf=True) as running:
        running.send_signal(signal.SIGTERM)
        assert said(running) == "asked"
        assert running.wait(30) == 1


def test_who_has_work_is_given_time() -> None:
    with process("ending.end_on_signals(end, lambda: True)", deaf=True) as running:
        running.send_signal(signal.SIGTERM)
        assert said(running) == "asked"
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(1.5)  # three times what the other is given


def test_calls_come_by_the_input_and_its_end_is_the_end() -> None:
    with process("ending.follow_input(end, lambda: say('called'))") as running:
        assert running.stdin is not None
        running.stdin.write("\n")
        running.stdin.flush()
        assert said(running) == "called"
        running.stdin.close()
        assert said(running) == "asked"
        assert running.wait(30) == 0
        running.stdin = None


def test_it_makes_way_for_others() -> None:
    prepare = "before = os.nice(0); ending.make_way(); way = str(os.nice(0) - before)"
    told = "lambda: say(way) or ended.set()"
    with process(f"{prepare}; ending.end_on_signals({told})") as one:
        one.send_signal(signal.SIGTERM)
        assert said(one) == str(NICER)
        assert one.wait(30) == 0
