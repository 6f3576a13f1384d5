"""Small generated videos with labels, for everything that is about teaching."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from app.workflow.labels import correct
from app.workflow.services import Services
from app.workflow.videos import ingest
from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import HEIGHT, WIDTH, Scene, scenes
from model.learning.split import side_of
from model.weights import catalogue, checkpoint
from storage.records.decision import Decision
from storage.records.videos import VideoRecord

JUGGLING, _, JUMPING = scenes()
SHORT_S = 0.6


@dataclasses.dataclass(frozen=True, slots=True)
class Elsewhere(Scene):
    """The same action larger, elsewhere, in other colours, maybe mirrored: no near-duplicate."""

    number: int = 0

    def frames(self) -> Iterator[NDArray[np.uint8]]:
        """Pictures as those of a scene."""
        chance = np.random.default_rng(self.number)
        tint, order = chance.uniform(0.4, 1.0, 3), chance.permutation(3)
        left, top = chance.integers(0, WIDTH // 6, 2)
        for picture in Scene.frames(self):
            part = picture[top : top + HEIGHT * 4 // 5, left : left + WIDTH * 4 // 5]
            if self.number % 2:
                part = part[:, ::-1]
            large = np.asarray(Image.fromarray(part).resize((WIDTH, HEIGHT)))
            yield (large[..., order] * tint).astype(np.uint8)


def bring(
    services: Services, scene: Scene, label: str, folder: Path, *, learn: int, check: int
) -> list[VideoRecord]:
    """Stores different videos of an action until each side has as many as asked for."""
    wanted = {"train": learn, "val": check}
    kept: list[VideoRecord] = []
    for number in range(100):
        if not any(wanted.values()):
            break
        path = short(scene, folder, number=number)
        video = _store(services, path, wanted)
        if video is not None:
            say(services, video, label)
            kept.append(video)
    return kept


def short(scene: Scene, folder: Path, seconds: float = SHORT_S, number: int = 0) -> Path:
    """A few pictures of an action; another number is another place, person and camera."""
    path = folder / f"{scene.slug}-{seconds}-{number}.mp4"
    fields = {field.name: getattr(scene, field.name) for field in dataclasses.fields(Scene)}
    render(Elsewhere(**fields | {"duration_s": seconds}, number=number), path)
    return path


def say(services: Services, video: VideoRecord, label: str) -> int:
    """Labels a video as a person would; the event's number."""
    decision = Decision(
        correct.new_op_id(), video.id, "corrected", label, new_label=True, annotator="Ada"
    )
    return correct.decide(services, decision).kept().id


def sibling(target: Path, labels: Sequence[str], shift: float = 0.0) -> str:
    """Writes a weight file like the default's with further classes, which answer `shift`."""
    spec, tensors, _ = checkpoint.read(catalogue.default_path())
    weight, bias = tensors["head.weight"], tensors["head.bias"]
    more = len(labels)
    tensors["head.weight"] = torch.cat([weight, torch.zeros(more, weight.shape[1])])
    tensors["head.bias"] = torch.cat([bias, torch.full((more,), shift)])
    named = dataclasses.replace(spec, name=target.stem, labels=(*spec.labels, *labels))
    target.parent.mkdir(parents=True, exist_ok=True)
    return checkpoint.save(target, named, tensors)


def renamed(target: Path, *, old: str, new: str) -> str:
    """Writes a weight file like the default's that says `new` wherever the default says `old`."""
    spec, tensors, _ = checkpoint.read(catalogue.default_path())
    row = spec.labels.index(old)
    weight, bias = tensors["head.weight"], tensors["head.bias"]
    tensors["head.weight"] = torch.cat([weight, weight[row : row + 1]])
    tensors["head.bias"] = torch.cat([bias, bias[row : row + 1] + 3.0])
    named = dataclasses.replace(spec, name=target.stem, labels=(*spec.labels, new))
    target.parent.mkdir(parents=True, exist_ok=True)
    return checkpoint.save(target, named, tensors)


def _store(services: Services, path: Path, wanted: dict[str, int]) -> VideoRecord | None:
    """The stored video if its side still needs one."""
    video = ingest.store(services, ingest.Upload(path, path.name), lambda *_: None).video
    side = side_of(video.sha256)
    if not wanted[side]:
        return None
    wanted[side] -= 1
    return video
