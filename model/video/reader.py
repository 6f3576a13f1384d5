"""Reads a video: facts first, then frames, all decoded by a limited process.

Nothing in here touches the bytes of the file beyond its first few. Memory stays bounded at
any length: frames arrive one by one, already small.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from model.video import errors, findings
from model.video.budget import Budget
from model.video.channel import DecoderProcess
from model.video.claims import REPAIRED_TIMES
from model.video.containers import DEMUXERS, HEAD_SIZE, container_of
from model.video.facts import VideoInfo, VideoLimits
from model.video.sandbox import Isolation
from model.video.transforms import size_for_short_side
from model.video.wire import Kind

MAX_SIDE = 1 << 14  # pixels of a requested frame

OnShare = Callable[[float], None]
"""Called with the done share in 0..1; may raise `model.errors.Cancelled` to stop."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded frame. `image` uint8 [H, W, 3] RGB, upright; `pts_s` seconds from the start."""

    index: int
    pts_s: float
    image: NDArray[np.uint8]


class VideoReader:
    """One video, open for reading. A context manager; not for several threads at once.

    Opening raises a `VideoError` that says in one sentence why the file cannot be used.
    """

    def __init__(
        self,
        path: Path,
        limits: VideoLimits | None = None,
        *,
        guards_off: Iterable[str] = (),
    ) -> None:
        """`guards_off` switches protections off and is for their own tests only."""
        self._limits = limits or VideoLimits()
        self._guards_off = tuple(guards_off)
        self._later_notes: list[str] = []
        self._process: DecoderProcess | None = None
        self._video, self._container = _opened(path, self._limits, self._guards_off)
        try:
            _, self._findings = self._start()
            self.info: VideoInfo = self._findings.info
        except BaseException:
            self.close()
            raise

    @property
    def notes(self) -> tuple[str, ...]:
        """Plain sentences on what was unusual, including what showed up while decoding."""
        return self.info.notes + tuple(self._later_notes)

    @property
    def isolation(self) -> Isolation:
        """How well the decoding process is locked in."""
        return self._findings.isolation

    @property
    def decoder_pid(self) -> int | None:
        """The process id of the decoding process, if one is running."""
        return self._process.pid if self._process else None

    def frames(
        self,
        indices: Iterable[int],
        *,
        short_side: int | None = None,
        size: tuple[int, int] | None = None,
        as_shown: bool = True,
        on_progress: OnShare | None = None,
    ) -> Iterator[Frame]:
        """Yields each wanted frame once, ascending.

        Either `short_side` (pixels; resized bilinearly as for training; `as_shown=False` takes
        every pixel for a square) or `size` (width, height; smooth, for human eyes).
        A frame that cannot be decoded is replaced by the nearest one before it, and a note says so.
        Raises `TimedOut`, `Stuck`, `DecoderCrashed` or `Damaged`.
        """
        if self._video < 0:
            raise ValueError("the video is closed")
        wanted = sorted({int(index) for index in indices})
        if wanted and not 0 <= wanted[0] <= wanted[-1] < self.info.frames:
            raise ValueError(f"frame indices must lie in 0..{self.info.frames - 1}")
        target = size or self._size(short_side, as_shown=as_shown)
        if not 0 < min(target) <= max(target) <= MAX_SIDE:
            raise ValueError(f"a frame cannot have the size {target}")
        return self._frames(wanted, target, exact=size is None, on_progress=on_progress)

    def close(self) -> None:
        """Ends the decoding process and lets go of the file."""
        self._stop()
        if self._video >= 0:
            os.close(self._video)
            self._video = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _size(self, short_side: int | None, *, as_shown: bool) -> tuple[int, int]:
        shape = self.info.shape(as_shown=as_shown)
        return size_for_short_side(*shape, short_side) if short_side else shape

    def _start(self) -> tuple[DecoderProcess, findings.Findings]:
        """Starts a process and hears what it finds in the file."""
        limits = self._limits
        settings = {
            "max_pixels": self._limits.max_pixels,
            "max_frames": self._limits.max_frames,
            "memory": self._limits.memory,
            "cpu_s": int((limits.inspect_s + limits.decode_s) * limits.patience) + 1,
            "demuxer": DEMUXERS.get(self._container, ""),
            "off": self._guards_off,
        }
        process = self._process = DecoderProcess(self._video, settings)
        return process, findings.hear(process, self._container, limits)

    def _budget(self, process: DecoderProcess) -> Budget:
        info, limits = self.info, self._limits
        total_s = limits.decode_budget_s(info.stored_width * info.stored_height, info.frames)
        return Budget(total_s, used_s=process.spent_s(), stall_s=limits.stall_s)

    def _stop(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None

    def _frames(
        self,
        wanted: list[int],
        size: tuple[int, int],
        *,
        exact: bool,
        on_progress: OnShare | None,
    ) -> Iterator[Frame]:
        numbers = self.info.pictures[wanted]
        pictures = np.unique(numbers).tolist()
        done = 0
        with contextlib.closing(self._decoded(pictures, size, exact=exact)) as decoded:
            for picture, image in _without_gaps(decoded, pictures, self._later_notes):
                while done < len(wanted) and numbers[done] == picture:
                    index = wanted[done]
                    done += 1
                    if on_progress is not None:
                        on_progress(done / len(wanted))
                    yield Frame(index, float(self.info.pts_s[index]), image)

    def _decoded(
        self, wanted: list[int], size: tuple[int, int], *, exact: bool
    ) -> Generator[tuple[int, NDArray[np.uint8]]]:
        """(index, image) of the frames that can be decoded, ascending."""
        if not wanted:
            return
        process = self._process or self._start()[0]
        turn = self._findings.orientation
        width, height = size[::-1] if turn.swap else size
        budget = self._budget(process)
        finished = False
        try:
            process.request({"indices": wanted, "width": width, "height": height, "exact": exact})
            latest = -1
            while (message := process.receive(budget)).kind is Kind.FRAME:
                if not latest < message.index <= wanted[-1] or message.length != width * height * 3:
                    raise errors.DecoderCrashed
                latest = message.index
                image = np.empty((height, width, 3), np.uint8)
                process.read_array(image, budget)
                yield message.index, turn.upright(image)
            repaired = findings.hear_done(process, message, self._limits, budget)
            if repaired and REPAIRED_TIMES not in self.notes:
                self._later_notes.append(REPAIRED_TIMES)
            finished = True
        finally:
            # unread frames would be taken for the next request's: end the process with them
            if not finished:
                self._stop()


def _without_gaps(
    decoded: Iterator[tuple[int, NDArray[np.uint8]]], wanted: list[int], notes: list[str]
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Every wanted picture; the one before stands in for a missing one (at the start: after)."""
    position, missing = 0, 0
    image: NDArray[np.uint8] | None = None
    for index, next_image in decoded:
        while wanted[position] < index:
            missing += 1
            stand_in = next_image if image is None else image
            yield wanted[position], stand_in
            position += 1
        image = next_image
        yield index, image
        position += 1
    for index in wanted[position:]:
        if image is None:
            raise errors.Damaged
        missing += 1
        yield index, image
    if missing:
        notes.append(
            f"{missing} of {len(wanted)} pictures could not be decoded; "
            "the nearest ones stand in for them."
        )


def _opened(path: Path, limits: VideoLimits, guards_off: tuple[str, ...]) -> tuple[int, str]:
    """(descriptor, container) of the file, by its kind, size and first bytes."""
    try:
        video = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise errors.Unreadable from error
    try:
        status = os.fstat(video)
        if not stat.S_ISREG(status.st_mode):
            raise errors.Unreadable
        if status.st_size > limits.max_bytes:
            raise errors.TooLarge(limits.max_bytes)
        container = container_of(os.read(video, HEAD_SIZE))
        if container is None and "signature" not in guards_off:
            raise errors.NotAVideo
    except BaseException:
        os.close(video)
        raise
    return video, container or ""
