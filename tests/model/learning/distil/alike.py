"""A tiny teacher that tells drawn films apart, and a student that is the teacher gone astray."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from model.learning.adapt import from_scratch
from model.learning.distil.material import Film, read_material
from model.learning.distil.run import Course
from model.learning.distil.task import Feeding, feeding
from model.learning.distil.views import draw_view, render
from model.learning.start import Options, Start
from model.network.staged import StagedNetwork
from model.video.facts import VideoLimits
from model.weights.checkpoint import LoadedCheckpoint
from tests.model.learning.films import SPEC

TEACHER = replace(SPEC, name="teacher")
STUDENT = replace(SPEC, name="student")
FED: Feeding = feeding(TEACHER, STUDENT)
COURSE = Course(steps=4, batch_size=2, lr=0.02)
ONCE = Options(seed=1, device="cpu", save_every_s=0.0)


def material(videos: Sequence[Path], pictures: Sequence[Path] = ()) -> tuple[Film, ...]:
    return read_material(videos, pictures, side=36, limits=VideoLimits())


def views(films: Sequence[Film], seed: int, count: int) -> torch.Tensor:
    """[count, 3, T, 32, 32] on 0..255."""
    return torch.stack(
        [render(draw_view(films, FED.steps, seed, n), films, FED.size) for n in range(count)]
    )


@torch.inference_mode()
def teacher(films: Sequence[Film]) -> LoadedCheckpoint:
    """Random weights, under a head whose answers are as different as those films."""
    network = from_scratch(TEACHER, 0).network.eval().requires_grad_(False)
    pooled = network.features(FED.of(views(films, 99, 24), TEACHER)).mean(dim=(2, 3, 4))
    middle = pooled.mean(dim=0)
    directions = torch.linalg.svd(pooled - middle, full_matrices=False)[2][:3]
    spread = ((pooled - middle) @ directions.T).std(dim=0, keepdim=True).T
    network.head.weight.copy_(2 * directions / spread)
    network.head.bias.copy_(-network.head.weight @ middle)
    return LoadedCheckpoint(TEACHER, "teacher", network)


def astray(begun: LoadedCheckpoint, amount: float = 0.2) -> Start:
    """The teacher's weights, each convolution moved by that share of its own size."""
    network = from_scratch(STUDENT, 0).network
    state = begun.network.state_dict()
    chance = torch.Generator().manual_seed(5)
    for name, tensor in state.items():
        if tensor.dim() == 5:
            moved = torch.randn(tensor.shape, generator=chance) * tensor.std() * amount
            state[name] = tensor + moved
    network.load_state_dict({name: tensor.clone() for name, tensor in state.items()})
    return Start(STUDENT, network.eval(), "astray")


@torch.inference_mode()
def alike(
    network: StagedNetwork, begun: LoadedCheckpoint, films: Sequence[Film]
) -> tuple[float, float]:
    """(share of equal first answers, mean squared difference of logits) on views never learned."""
    seen = views(films, 7, 48)
    said = network.eval()(FED.of(seen, STUDENT))[0]
    wanted = begun.network.eval()(FED.of(seen, TEACHER))[0]
    same = (said.argmax(dim=1) == wanted.argmax(dim=1)).float().mean()
    return float(same), float((said - wanted).square().mean())
