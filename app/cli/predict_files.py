"""What `predict` writes besides its words: the film, the table and the arrays of one video."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from app.workflow.answers import numbers
from app.workflow.answers.drawing.view import Asked
from app.workflow.answers.film import write_film
from app.workflow.errors import AppError
from app.workflow.services import Services
from model.inference.prediction import Prediction
from storage.files import write_whole

MOST_HINTS = 3


def check_target(file: Path | None, videos: list[Path]) -> None:
    """Raises `AppError` if a file that is wanted cannot be written."""
    if file is None:
        return
    if file.absolute() in {video.absolute() for video in videos}:
        raise AppError("Each file needs a name of its own, other than the video's.")
    if not file.absolute().parent.is_dir() or file.is_dir():
        raise AppError(f"{file} cannot be written: name a file in a folder that is there.")


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where the files go, None for one that is not wanted; `label` is the film's class."""

    film: Path | None = None
    csv: Path | None = None
    arrays: Path | None = None
    label: str | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """Those that are wanted."""
        return tuple(file for file in (self.film, self.csv, self.arrays) if file is not None)

    def check(self, videos: list[Path]) -> None:
        """Raises `AppError` if the files cannot be written for these videos."""
        if not self.files:
            return
        if len(videos) != 1:
            raise AppError("--film and --arrays are about one video: name only one.")
        if len({file.absolute() for file in (*self.files, *videos)}) <= len(self.files):
            raise AppError("Each file needs a name of its own, other than the video's.")
        for file in self.files:
            check_target(file, videos)

    def classes(self, labels: tuple[str, ...]) -> tuple[int, ...]:
        """The index of the film's class, to be explained beside the most probable ones.

        Raises `AppError` if the model does not know it.
        """
        if self.label is None:
            return ()
        if self.label in labels:
            return (labels.index(self.label),)
        near = difflib.get_close_matches(self.label, labels, MOST_HINTS)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise AppError(f"The model knows no class called {self.label}.{hint}")

    def write(self, services: Services, video: Path, prediction: Prediction) -> None:
        """Writes all that is wanted. Raises `VideoError`, `StorageError`."""
        for file, sheet in ((self.csv, numbers.table), (self.arrays, numbers.arrays)):
            if file is not None:
                write_whole(file, sheet(prediction))
        if self.film is not None:
            names = [score.label for score in prediction.top]
            asked = Asked(names.index(self.label) if self.label else 0)
            write_film(video, prediction, self.film, asked=asked, limits=services.limits)
