"""`predict` for many videos: finding them, saying how far it is, and one table of all answers."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from app.workflow.errors import AppError
from model.inference.certainty import doubt
from model.inference.prediction import Prediction
from model.learning.class_folders import videos_below
from storage.exchange.cells import guarded

BAR = 24  # signs


def find_videos(places: Sequence[Path]) -> list[Path]:
    """The files among `places`, and those below the folders among them, each once.

    Raises `AppError` if a folder holds none.
    """
    found: list[Path] = []
    for place in places:
        inside = videos_below(place) if place.is_dir() else (place,)
        if not inside:
            raise AppError(f"There is no video in the folder {place}.")
        found += inside
    return list(dict.fromkeys(found))


class Table(AbstractContextManager["Table"]):
    """A row for each video, on the disk as soon as it is known; without a file nothing happens.

    `top` classes have two columns each. No cell is run by a spreadsheet.
    """

    def __init__(self, file: Path | None, *, top: int) -> None:
        self._file = file
        self._open: TextIO | None = None
        pairs = [(f"label_{n}", f"probability_{n}") for n in range(1, top + 1)]
        self._columns = ["video", "duration_s", "model", *(c for pair in pairs for c in pair)]
        self._columns += ["sure", "note", "error"]

    def __enter__(self) -> Self:
        if self._file is not None:
            self._open = self._file.open("w", encoding="utf-8", newline="")
            self._write({name: name for name in self._columns})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._open is not None:
            self._open.close()

    def answered(self, video: Path, prediction: Prediction) -> None:
        """Writes the row of an answer."""
        row: dict[str, Any] = {
            "video": video,
            "duration_s": round(prediction.video.duration_s, 3),
            "model": prediction.model,
            "sure": "yes" if doubt(prediction) is None else "no",
            "note": " ".join(prediction.notes),
        }
        for number, score in enumerate(prediction.top, start=1):
            row[f"label_{number}"] = score.label
            row[f"probability_{number}"] = round(score.probability, 6)
        self._write(row)

    def failed(self, video: Path, sentence: str) -> None:
        """Writes the row of a video that could not be answered for."""
        self._write({"video": video, "error": sentence})

    def _write(self, row: dict[str, Any]) -> None:
        if self._open is None:
            return
        table = csv.DictWriter(
            self._open, self._columns, quoting=csv.QUOTE_ALL, lineterminator="\r\n"
        )
        text = {name: str(value).encode(errors="replace").decode() for name, value in row.items()}
        numbers = {name for name, value in row.items() if isinstance(value, float)}
        table.writerow({n: t if n in numbers else guarded(t) for n, t in text.items()})
        self._open.flush()


@dataclass(slots=True)
class Bar:
    """How far it is and how long it will still take, on a terminal only."""

    total: int
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    started: float = field(default_factory=time.monotonic)

    @property
    def shown(self) -> bool:
        """One video needs no bar, and a file no moving line."""
        return self.total > 1 and self.stream.isatty()

    def over(self, videos: Sequence[Path]) -> Iterator[Path]:
        """The videos, with the bar moving before each; it is gone at the end."""
        for done, video in enumerate(videos):
            self._draw(done, video.name)
            yield video
        self.clear()

    def clear(self) -> None:
        """Makes room for a line of text."""
        if self.shown:
            print("\r\x1b[K", end="", file=self.stream, flush=True)

    def _draw(self, done: int, name: str) -> None:
        if not self.shown:
            return
        filled = round(BAR * done / self.total)
        left = remaining(time.monotonic() - self.started, done, self.total)
        bar = "#" * filled + "." * (BAR - filled)
        safe = "".join(sign if sign.isprintable() else "?" for sign in name[:30])
        line = f"[{bar}] {done} of {self.total}{left}  {safe}"
        print(f"\r\x1b[K{line}", end="", file=self.stream, flush=True)


def remaining(elapsed_s: float, done: int, total: int) -> str:
    """In words, from how long the others took; nothing before the first one is done."""
    if done == 0:
        return ""
    seconds = elapsed_s / done * (total - done)
    if seconds < 90:
        return f", {seconds:.0f} s left"
    minutes = seconds / 60
    return f", {minutes:.0f} min left" if minutes < 90 else f", {minutes / 60:.1f} h left"
