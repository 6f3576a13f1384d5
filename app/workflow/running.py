"""Runs one slow use case in a thread and tells what it is doing; stopping the telling stops it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from model.errors import Cancelled
from model.inference.prediction import OnProgress, Stage

T = TypeVar("T")
TICK_S = 0.25  # often enough to look alive, seldom enough to cost nothing


@dataclass(frozen=True, slots=True)
class Progress:
    """What is happening now. `share` of this stage in 0..1; `remaining_s` None while unknown."""

    stage: Stage
    share: float
    elapsed_s: float
    remaining_s: float | None


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The use case's result."""

    value: T


def run(
    work: Callable[[OnProgress], T], *, stop: threading.Event | None = None
) -> Iterator[Progress | Done[T]]:
    """Yields `Progress` about four times a second, at last `Done`.

    Setting `stop`, or closing the iterator (as a closed window does), makes the next progress call
    raise `Cancelled` inside `work`; closing returns only when `work` has ended. Errors of `work`
    are raised here.
    """
    task = _Task(work, stop or threading.Event())
    task.thread.start()
    try:
        while task.thread.is_alive():
            task.news.wait(TICK_S)
            task.news.clear()
            doing = task.doing()
            if doing is not None:
                yield doing
            time.sleep(TICK_S / 5)
    finally:
        task.stop.set()
        task.thread.join()
    yield Done(task.result())


class _Task(Generic[T]):
    def __init__(self, work: Callable[[OnProgress], T], asked: threading.Event) -> None:
        self.asked = asked
        self.stop = threading.Event()
        self.news = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._outcome: queue.SimpleQueue[T | BaseException] = queue.SimpleQueue()
        self._stage: tuple[Stage, float] | None = None
        self._started = time.monotonic()
        self._stage_started = self._started

    def doing(self) -> Progress | None:
        if self._stage is None:
            return None
        stage, share = self._stage
        now = time.monotonic()
        in_stage = now - self._stage_started
        remaining = in_stage * (1 - share) / share if share > 0.1 and in_stage > 1 else None
        return Progress(stage, share, now - self._started, remaining)

    def result(self) -> T:
        outcome = self._outcome.get()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def _run(self, work: Callable[[OnProgress], T]) -> None:
        try:
            self._outcome.put(work(self._on_progress))
        except BaseException as error:  # handed to the caller's thread, never swallowed
            self._outcome.put(error)
        finally:
            self.news.set()

    def _on_progress(self, stage: Stage, share: float) -> None:
        if self.stop.is_set() or self.asked.is_set():
            raise Cancelled("Stopped. The video and its answers are as they were.")
        if self._stage is None or self._stage[0] != stage:
            self._stage_started = time.monotonic()
        self._stage = (stage, min(max(share, 0.0), 1.0))
        self.news.set()
