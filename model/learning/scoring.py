"""The ordinary predictor's answers for a whole list of videos, and what they are worth."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from model.errors import VideoError
from model.inference.engines.choosing import EngineChoice
from model.inference.prediction import ProtocolName
from model.inference.predictor import LocalPredictor
from model.inference.timeline import Averaging
from model.learning.errors import ListError
from model.learning.examples import Example, check_labels
from model.learning.metrics import Metrics, measure
from model.learning.processes import Processes
from model.learning.runfiles import write_whole
from model.video.facts import VideoLimits
from model.weights.checkpoint import LoadedCheckpoint, load

OnShare = Callable[[float], None]
"""Called with the done share in 0..1; may raise `model.errors.Cancelled` to stop."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A model's answers to a list: probabilities float64 [N, classes] in the list's order."""

    version: str
    model: str
    labels: tuple[str, ...]
    protocol: ProtocolName
    average: Averaging
    examples: tuple[Example, ...]
    probabilities: NDArray[np.float64]
    metrics: Metrics

    def to_json(self) -> dict[str, Any]:
        """Metrics, and for every video its class, the answer and all scores."""
        return {
            "model": self.model,
            "version": self.version,
            "protocol": self.protocol,
            "average_clips": self.average,
            "metrics": self.metrics.to_json(),
            "labels": list(self.labels),
            "videos": [
                {
                    "path": str(example.path),
                    "label": example.label,
                    "answer": int(row.argmax()),
                    "scores": [round(float(value), 7) for value in row],
                }
                for example, row in zip(self.examples, self.probabilities, strict=True)
            ],
        }


def score(
    predictor: LocalPredictor,
    examples: Sequence[Example],
    *,
    protocol: ProtocolName = "val",
    average: Averaging = "prob",
    on_share: OnShare | None = None,
) -> NDArray[np.float64]:
    """Probabilities [N, classes], averaged over clips as `average` says.

    Raises `ListError` naming a video that cannot be read.
    """
    rows: list[NDArray[np.float64]] = []
    for number, example in enumerate(examples):
        try:
            found = predictor.predict(example.path, protocol=protocol, average=average, top_k=1)
        except VideoError as error:
            raise ListError(f"{example.path.name} cannot be tested: {error}") from error
        rows.append(found.probabilities.astype(np.float64))
        if on_share is not None:
            on_share((number + 1) / len(examples))
    classes = len(predictor.checkpoint.spec.labels)
    return np.stack(rows) if rows else np.empty((0, classes))


def evaluate(
    checkpoint: Path | LoadedCheckpoint,
    examples: Sequence[Example],
    *,
    cache_dir: Path,
    protocol: ProtocolName = "val",
    average: Averaging = "prob",
    engine: EngineChoice = "auto",
    limits: VideoLimits | None = None,
    on_share: OnShare | None = None,
    team: Processes | None = None,
) -> Evaluation:
    """Answers for every video of a list, and the metrics over them.

    The processes of a `team` share the videos; all of them get the whole.
    Raises `CheckpointError`, and `ListError` before anything starts if a class does not exist.
    """
    loaded = load(checkpoint) if isinstance(checkpoint, Path) else checkpoint
    check_labels(examples, len(loaded.spec.labels))
    predictor = LocalPredictor(loaded, cache_dir=cache_dir, engine=engine, limits=limits)
    team = team or Processes()
    mine = list(team.share(len(examples)))
    probabilities = np.zeros((len(examples), len(loaded.spec.labels)))
    probabilities[mine] = score(
        predictor, [examples[row] for row in mine],
        protocol=protocol, average=average, on_share=on_share,
    )  # fmt: skip
    probabilities = team.added(torch.from_numpy(probabilities)).numpy()
    labels = np.array([example.label for example in examples], np.int64)
    groups = tuple(example.group or str(example.path) for example in examples)
    return Evaluation(
        version=loaded.sha256,
        model=loaded.spec.name,
        labels=loaded.spec.labels,
        protocol=protocol,
        average=average,
        examples=tuple(examples),
        probabilities=probabilities,
        metrics=measure(probabilities, labels, groups=groups),
    )


def write_evaluation(path: Path, evaluation: Evaluation) -> None:
    """Writes it as JSON, whole or not at all. Raises `NoSpaceError`, `RunError`."""
    write_whole(path, (json.dumps(evaluation.to_json(), indent=1) + "\n").encode())
