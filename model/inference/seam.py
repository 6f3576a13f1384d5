"""What every predictor can do, wherever its network runs: here (`predictor`), or far (`remote`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from model.inference.prediction import OnProgress, Prediction, ProtocolName
from model.inference.timeline import Averaging


@dataclass(frozen=True, slots=True)
class Status:
    """Whether an answer can be had at once. `note` is one sentence for a person.

    A model that rests is loaded by the first question.
    """

    state: Literal["ready", "warming up", "resting", "failed"]
    note: str = ""


class Predictor(Protocol):
    """Answers for video files with one model. `tests/model/inference/contract` says it exactly."""

    @property
    def version(self) -> str:
        """SHA-256 of the weights. Raises `ModelError` if there is no model."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes; a class's number is its place. Raises `ModelError` likewise."""
        ...

    @property
    def status(self) -> Status:
        """Whether it can answer now; never raises."""
        ...

    def predict(
        self,
        video: Path,
        *,
        protocol: ProtocolName = "auto",
        classes: Sequence[int] = (),
        top_k: int = 5,
        average: Averaging = "prob",
        on_progress: OnProgress | None = None,
    ) -> Prediction:
        """The answer with the `top_k` most probable classes, then `classes` by their numbers.

        `average` says how clips and crops are averaged (`timeline.average_views`). Raises
        `VideoError` if the file cannot be used, `ModelError` for an unknown class, and whatever
        `on_progress` raises, such as `Cancelled`; then the work stops.
        """
        ...
