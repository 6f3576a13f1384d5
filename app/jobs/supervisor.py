"""Keeps one worker process alive beside the server, and takes it along when the server ends."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from app.settings import Settings, whole_environment

ROOT = Path(__file__).resolve().parents[2]
STEADY_S = 60.0  # who lived that long did not fail at its start
LONGEST_PAUSE_S = 60.0
PATIENCE_S = 10.0
log = logging.getLogger(__name__)


class Supervisor:
    """Starts `command` and starts it again whenever it ends, after a pause that doubles.

    The process hears of the server's end by its standard input, which then closes, even if the
    server was killed; on leaving it is told by SIGTERM and gets `PATIENCE_S` to hand back its job.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], *, pause_s: float = 1.0
    ) -> None:
        self._command = list(command)
        self._environment = dict(environment)
        self._pause_s = pause_s
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    @classmethod
    def of_worker(cls, settings: Settings) -> Self:
        """For the worker with the very settings of this server."""
        environment = whole_environment(settings)
        paths = [str(ROOT), *filter(None, [environment.get("PYTHONPATH")])]
        command = [sys.executable, "-m", "app", "worker", "--until-input-closes"]
        return cls(command, environment | {"PYTHONPATH": ":".join(paths)})

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        running = self._process
        return running.pid if running is not None and running.poll() is None else None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.set()
        self._thread.join()

    def _watch(self) -> None:
        pause = self._pause_s
        while not self._ending.is_set():
            started = time.monotonic()
            code = self._live()
            if self._ending.is_set():
                return
            if time.monotonic() - started > STEADY_S:
                pause = self._pause_s
            log.warning("the worker ended (%s); starting it again in %.0f s", code, pause)
            self._ending.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    def _live(self) -> int:
        """One life of the process; its exit code."""
        with subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            env=self._environment,
            start_new_session=True,  # Ctrl+C is for the server, which ends the worker in order
        ) as process:
            self._process = process
            while process.poll() is None:
                if self._ending.wait(0.2):
                    return _ended(process)
            return process.returncode


def _ended(process: subprocess.Popen[bytes]) -> int:
    process.terminate()
    try:
        return process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
