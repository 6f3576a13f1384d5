"""The learning itself: the trunk stays, the classes that corrections speak of are fitted anew.

The features of each video are computed once and kept in the run's folder, so a killed run goes on
where it was; the fit takes seconds and is the same every time. Rows of the head that no correction
speaks of are not touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from model.errors import CheckpointError
from model.inference.engine_torch import TorchEngine
from model.inference.protocols import plan, stream_clips
from model.learning.examples import Example
from model.video.facts import VideoLimits
from model.video.reader import VideoReader
from model.video.transforms import to_input
from model.weights import checkpoint
from model.weights.checkpoint import LoadedCheckpoint
from storage.files import write_whole

Mode = Literal["head"]
Curve = list[Mapping[str, Any]]
Tell = Callable[[float, str, Curve], None]
CLIPS = 4  # of a video
ROUNDS = 30
STEPS = 5  # of a round
LOOKING = 0.9  # the share of the work that computing features is


@dataclass(frozen=True, slots=True)
class Lesson:
    """All that decides what a version learns. The same lesson gives the same weights.

    `labels` are the classes of the version to be, those of its parent first. `folder` keeps what a
    killed run has done so far.
    """

    parent: Path
    target: Path
    name: str
    labels: tuple[str, ...]
    learn: tuple[Example, ...]
    folder: Path
    limits: VideoLimits


def learn(lesson: Lesson, tell: Tell) -> Path:
    """Teaches and writes `lesson.target`, whole or not at all; goes on where a killed run stopped.

    Raises `VideoError`, `CheckpointError`, `NoSpaceError`, and what `tell` raises.
    """
    loaded = checkpoint.load(lesson.parent)
    rows = _features(lesson, loaded, tell)
    tensors = dict(loaded.network.state_dict())
    more = len(lesson.labels) - len(loaded.spec.labels)
    labels = torch.tensor([e.label for e, row in zip(lesson.learn, rows, strict=True) for _ in row])
    per_video = torch.cat([torch.full((len(row),), 1 / len(row)) for row in rows])
    weight, bias = _fitted(
        torch.from_numpy(np.concatenate(rows)).double(),
        labels,
        per_video.double(),
        (
            F.pad(tensors["head.weight"].double(), (0, 0, 0, more)),
            F.pad(tensors["head.bias"].double(), (0, more)),
        ),
        lambda share, curve: tell(LOOKING + (1 - LOOKING) * share, "Learning the classes.", curve),
    )
    tensors |= {"head.weight": weight, "head.bias": bias}
    origin = f"taught from {loaded.spec.name} by corrections"
    spec = replace(loaded.spec, name=lesson.name, labels=lesson.labels, origin=origin)
    checkpoint.save(lesson.target, spec, tensors)
    return lesson.target


def _features(lesson: Lesson, loaded: LoadedCheckpoint, tell: Tell) -> list[NDArray[np.float32]]:
    """[clips, C] of each video: the last stage's features, averaged over time and space."""
    engine = TorchEngine(loaded.network)
    found: list[NDArray[np.float32]] = []
    for number, example in enumerate(lesson.learn):
        sentence = f"Looking at video {number + 1} of {len(lesson.learn)}."
        tell(LOOKING * number / len(lesson.learn), sentence, [])
        path = lesson.folder / f"{loaded.sha256[:16]}-{example.sha256}.npy"
        if not path.is_file():
            buffer = BytesIO()
            np.save(buffer, _look(engine, loaded, example.path, lesson.limits))
            write_whole(path, buffer.getvalue())
        found.append(np.load(path, allow_pickle=False))
    return found


def _look(
    engine: TorchEngine, loaded: LoadedCheckpoint, video: Path, limits: VideoLimits
) -> NDArray[np.float32]:
    scale = loaded.spec.normalisation
    rows: list[NDArray[np.float32]] = []
    with VideoReader(video, limits) as reader:
        planned = plan("auto", loaded.spec, reader.info, max_clips=CLIPS)
        inds = planned.sampling.frame_inds
        frames = reader.frames(np.unique(inds).tolist(), short_side=planned.short_side)
        for _, images in stream_clips(frames, inds):
            clip = to_input(images, planned.explained_box, scale.mean, scale.std)
            rows.append(engine.run(clip[None]).features.mean(axis=(2, 3, 4))[0])
    return np.stack(rows)


def _fitted(
    features: Tensor,
    labels: Tensor,
    shares: Tensor,
    head: tuple[Tensor, Tensor],
    tell: Callable[[float, Curve], None],
) -> tuple[Tensor, Tensor]:
    """Weight [classes, C] and bias of a head whose rows for `labels` fit these features [N, C].

    Logistic regression of the change from `head` (L-BFGS; inverse penalty 1, as is usual), in
    features of mean 0 and deviation 1, each video counting as `shares` of its clips say and each
    class alike. All other rows stay, and compete as they are.
    """
    weight, bias = head
    learned = torch.unique(labels)
    mean, deviation = features.mean(0), features.std(0).clamp_min(1e-3)
    scaled = (features - mean) / deviation
    counts = torch.zeros(len(weight), dtype=shares.dtype).index_add_(0, labels, shares)
    importance = shares / counts[labels] * shares.sum() / len(learned)
    before = features @ weight.T + bias
    change = torch.zeros(len(learned), features.shape[1] + 1, dtype=features.dtype)
    change.requires_grad_(True)
    optimiser = torch.optim.LBFGS([change], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        logits = before.index_add(1, learned, scaled @ change[:, :-1].T + change[:, -1])
        fit = (F.cross_entropy(logits, labels, reduction="none") * importance).sum()
        total = (fit + change.square().sum() / 2) / importance.sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    curve: Curve = []
    for done in range(ROUNDS):
        value = float(optimiser.step(loss).detach())  # type: ignore[no-untyped-call]
        curve.append({"loss": value})
        tell((done + 1) / ROUNDS, curve)
    if not torch.isfinite(change).all():
        raise CheckpointError("The learning ran off; all earlier versions are untouched.")
    steps = change.detach()[:, :-1] / deviation
    return (
        weight.index_add(0, learned, steps).float(),
        bias.index_add(0, learned, change.detach()[:, -1] - steps @ mean).float(),
    )
