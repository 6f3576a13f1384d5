"""What a student learns in a step: to answer a view as its teacher does, and to see it alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model.learning.distil.material import Film
from model.learning.distil.views import Wildness, draw_view, render
from model.learning.errors import LearningError
from model.learning.loop import Rows
from model.network.staged import StagedNetwork
from model.weights.spec import ModelSpec


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to become alike. Soft targets at `temperature` (Hinton et al., 2015), and the last
    feature map, place by place, with weight `dense`; 0 leaves the map alone.
    """

    temperature: float = 2.0
    dense: float = 1.0


@dataclass(frozen=True, slots=True)
class Feeding:
    """How both networks get the same view: `size` pixels and `steps` pictures of it.

    Each of the two gets it scaled to its own size (pixels) and sampled at its own stride.
    """

    size: int
    steps: int
    teacher: ModelSpec
    student: ModelSpec

    def of(self, views: Tensor, spec: ModelSpec) -> Tensor:
        """Views [B, 3, T, size, size] on 0..255 as the network of `spec` takes them."""
        views = views[:, :, :: self.steps // spec.clip_len]
        if spec.crop != self.size:
            flat = views.transpose(1, 2).flatten(0, 1)
            size = (spec.crop, spec.crop)
            flat = F.interpolate(flat, size, mode="bilinear", antialias=True, align_corners=False)
            views = flat.reshape(len(views), spec.clip_len, 3, *size).transpose(1, 2)
        scale = spec.normalisation
        mean = views.new_tensor(scale.mean).view(3, 1, 1, 1)
        std = views.new_tensor(scale.std).view(3, 1, 1, 1)
        return (views - mean) / std


def feeding(teacher: ModelSpec, student: ModelSpec) -> Feeding:
    """Views as fine as the finer of the two needs them.

    Raises `LearningError` if the networks do not look at the same stretch of time, or have other
    labels.
    """
    if teacher.labels != student.labels:
        raise LearningError(
            f"The student {student.name} has other labels than the teacher {teacher.name}: choose "
            "two that know the same classes."
        )
    steps = max(teacher.clip_len, student.clip_len)
    for spec in (teacher, student):
        if steps % spec.clip_len or spec.clip_len * spec.interval != (
            teacher.clip_len * teacher.interval
        ):
            raise LearningError(
                f"A clip of {student.name} spans {student.clip_len} x {student.interval} frames, "
                f"one of {teacher.name} {teacher.clip_len} x {teacher.interval}: both must see the "
                "same frames, or one of them every second or fourth of the other's."
            )
    return Feeding(max(teacher.crop, student.crop), steps, teacher, student)


class LastStage(nn.Module):
    """The layers after the trunk, alone: maps [N, C, T, H, W] to (logits, features)."""

    def __init__(self, network: StagedNetwork) -> None:
        super().__init__()
        self.last_stage = network.last_stage
        self.dropout = network.dropout
        self.head = network.head

    def forward(self, maps: Tensor) -> tuple[Tensor, Tensor]:
        features = self.last_stage(maps)
        return self.head(self.dropout(features.mean(dim=(2, 3, 4)))), features


class Distilling:
    """See `loop.Task`. With `last_stage_only` the student's trunk stays as it is."""

    def __init__(
        self,
        student: StagedNetwork,
        teacher: StagedNetwork,
        films: Sequence[Film],
        fed: Feeding,
        *,
        seed: int,
        examples: int,
        last_stage_only: bool = False,
        aim: Aim | None = None,
        how: Wildness | None = None,
    ) -> None:
        """`examples` is the number of views of an epoch; no view comes twice."""
        # Channels last: on a processor three times as fast for the dense convolutions.
        student.to(memory_format=torch.channels_last_3d)
        self._teacher = teacher.eval().requires_grad_(False)
        self._teacher.to(memory_format=torch.channels_last_3d)
        self._trunk = student.trunk.eval().requires_grad_(False) if last_stage_only else None
        self._network: nn.Module = LastStage(student) if last_stage_only else student
        self._films = films
        self._fed = fed
        self._seed = seed
        self._examples = examples
        self._aim = aim or Aim()
        self._how = how or Wildness()

    @property
    def network(self) -> nn.Module:
        """What learns."""
        return self._network

    def batches(self, epoch: int, rows: Rows) -> Iterator[Sequence[Tensor]]:
        """Views float32 [B, 3, T, size, size] on 0..255, where the films lie."""
        for row in rows:
            yield (torch.stack([self.view(epoch * self._examples + n) for n in row]),)

    def view(self, number: int) -> Tensor:
        """One view float32 [3, T, size, size] on 0..255."""
        drawn = draw_view(self._films, self._fed.steps, self._seed, number, self._how)
        return render(drawn, self._films, self._fed.size)

    def loss(self, module: nn.Module, batch: Sequence[Tensor]) -> Tensor:
        """How far the student is from its teacher; on a GPU both compute in 16 bit."""
        (views,) = batch
        with torch.autocast("cuda", torch.bfloat16, enabled=views.is_cuda):
            with torch.no_grad():
                wanted, wanted_map = self._teacher(self._fed.of(views, self._fed.teacher))
                seen = self._fed.of(views, self._fed.student)
                if self._trunk is not None:
                    seen = self._trunk(seen)
            logits, features = module(seen)
        return distance(
            (logits.float(), features.float()), (wanted.float(), wanted_map.float()), self._aim
        )


def distance(said: tuple[Tensor, Tensor], wanted: tuple[Tensor, Tensor], aim: Aim) -> Tensor:
    """The mean loss of a batch; each of the two is (logits [B, classes], map [B, C, T, H, W]).

    Kullback-Leibler divergence at the temperature, times its square, so that gradients keep their
    size; plus the squared distance of the maps over the squared length of the teacher's, whose
    map is averaged to the student's steps and cells. Maps of other channels are left out.
    """
    (logits, features), (wanted_logits, wanted_map) = said, wanted
    t = aim.temperature
    soft = F.kl_div(
        F.log_softmax(logits / t, dim=1),
        F.log_softmax(wanted_logits / t, dim=1),
        reduction="batchmean",
        log_target=True,
    )
    loss = soft * t**2
    if aim.dense and features.shape[1] == wanted_map.shape[1]:
        steps, rows, columns = features.shape[2:]
        target = F.adaptive_avg_pool3d(wanted_map, (steps, rows, columns))
        length = target.square().sum(dim=(1, 2, 3, 4)).clamp_min(1e-6)
        off = (features - target).square().sum(dim=(1, 2, 3, 4))
        loss = loss + aim.dense * (off / length).mean()
    return loss
