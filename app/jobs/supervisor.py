"""Keeps one worker process at hand beside the server, and takes it along when the server ends."""

from __future__ import annotations

import logging
import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import IO, Self

STEADY_S = 60.0  # who lived that long did not fail at its start
LONGEST_PAUSE_S = 60.0
PATIENCE_S = 10.0
LOOK_S = 30.0  # between looks for work that nobody rang for
log = logging.getLogger(__name__)


class Supervisor:
    """Starts `command` when it is called or `is_needed`, and again whenever it breaks down.

    A process that exits with code 0 had nothing to do; the next one starts with the next call. One
    that crashes is started again after a pause, which doubles each time. Calls reach the process
    through its standard input. That input closes when the server ends, even if it was killed. On
    leaving, the process gets SIGTERM and `PATIENCE_S` seconds to hand back its job. `on_word`
    gets each line that it writes, and "" when it has ended.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        is_needed: Callable[[], bool] = lambda: True,
        on_word: Callable[[str], None] = lambda _: None,
        pause_s: float = 1.0,
    ) -> None:
        self._command = list(command)
        self._environment = dict(environment)
        self._is_needed = is_needed
        self._on_word = on_word
        self._pause_s = pause_s
        self._ending = threading.Event()
        self._called = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        running = self._process
        return running.pid if running is not None and running.poll() is None else None

    def call(self) -> None:
        """Says that there is something to do, or that there may be soon. Never waits."""
        if not self._tell():
            self._called.set()

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
        self._called.set()
        running = self._process
        if running is not None and running.poll() is None:
            running.terminate()
            self._thread.join(PATIENCE_S)
            if self._thread.is_alive():
                running.kill()
        self._thread.join()

    def _watch(self) -> None:
        pause = self._pause_s
        while self._wait_for_work():
            started = time.monotonic()
            code = self._live()
            self._on_word("")
            if self._ending.is_set():
                return
            if time.monotonic() - started > STEADY_S:
                pause = self._pause_s
            if code == 0:
                continue
            log.warning("the worker ended (%s); starting it again in %.0f s", code, pause)
            self._called.set()
            self._ending.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    def _wait_for_work(self) -> bool:
        """False at the end."""
        while not self._ending.is_set():
            if self._called.is_set() or self._is_needed():
                self._called.clear()
                return True
            self._called.wait(LOOK_S)
        return False

    def _live(self) -> int:
        """One life of the process; its exit code."""
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._environment,
            start_new_session=True,  # Ctrl+C is for the server, which ends the worker in order
        )
        assert process.stdin is not None
        assert process.stdout is not None
        os.set_blocking(process.stdin.fileno(), False)
        self._process = process
        if self._ending.is_set():
            process.terminate()
        # The listener ends with the last process that can write, which may come later.
        threading.Thread(target=self._listen, args=(process.stdout,), daemon=True).start()
        code = process.wait()
        process.stdin.close()
        return code

    def _tell(self) -> bool:
        """Whether a running process could be told."""
        running = self._process
        if running is None or running.stdin is None or running.poll() is not None:
            return False
        try:
            os.write(running.stdin.fileno(), b"\n")
        except BlockingIOError:  # so many calls wait already that this one changes nothing
            return True
        except (OSError, ValueError):
            return False
        return True

    def _listen(self, words: IO[bytes]) -> None:
        with words:
            for line in words:
                self._on_word(line.decode(errors="replace").strip())
