"""Layers fitted to a dense teacher: nearer to it than the cut alone, and to the best of a rank."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from model.errors import Cancelled
from model.learning.distil.beginning import begin
from model.learning.distil.fitting import Fitted, Views, fit
from model.learning.distil.material import Film
from model.learning.distil.patches import Moments, draw_places, under
from model.learning.distil.run import Course, distil
from model.learning.distil.students import named_student
from model.learning.distil.task import feeding
from model.learning.distil.views import Wildness
from model.learning.errors import LearningError
from model.learning.processes import Processes
from model.learning.start import Options, Start
from model.network.i3d import I3D
from model.weights import checkpoint
from model.weights.build import build
from model.weights.checkpoint import LoadedCheckpoint
from model.weights.spec import SIGNED_UNIT, ModelSpec
from tests.model.learning.distil.alike import material
from tests.model.learning.films import draw_set

DENSE = ModelSpec(
    "dense", "i3d", ("one", "two", "three"), SIGNED_UNIT, crop=32, short_side=36, clip_len=8
)
SMALL = "separated-i3d-b2-s6"
VIEWS = 6


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Film, ...]:
    drawn = draw_set(tmp_path_factory.mktemp("films"), each=1, classes=(0, 1, 2))
    return material([film.path for film in drawn])


@pytest.fixture(scope="module")
def teacher() -> LoadedCheckpoint:
    """Random weights, whose batch norms were set so that every layer is alive."""
    with torch.random.fork_rng():
        torch.manual_seed(3)
        network = build(DENSE)
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm3d):
                module.momentum = None
        network.train()
        with torch.no_grad():
            network(torch.rand(4, 3, 8, 32, 32) * 2 - 1)
    return LoadedCheckpoint(DENSE, "dense", network.eval().requires_grad_(False))


def clip_of(seed: int) -> Callable[[int], Tensor]:
    """Smooth noise that moves; the same for the same number."""

    def clip(number: int) -> Tensor:
        chance = torch.Generator().manual_seed(1000 * seed + number)
        coarse = torch.rand(1, 3, 4, 6, 6, generator=chance) * 2 - 1
        return torch.nn.functional.interpolate(coarse, size=(8, 32, 32), mode="trilinear")[0]

    return clip


def distance(student: Start, teacher: LoadedCheckpoint) -> float:
    """Squared difference of the last maps over the teacher's squared length, on other clips."""
    clips = torch.stack([clip_of(2)(number) for number in range(6)])
    with torch.inference_mode():
        said = student.network.eval()(clips)[1]
        wanted = teacher.network(clips)[1]
    return float((said - wanted).square().sum() / wanted.square().sum())


def test_fitted_it_is_nearer_to_its_teacher_on_clips_it_never_saw(
    teacher: LoadedCheckpoint,
) -> None:
    student = named_student(SMALL, teacher, DENSE, seed=0)
    before = distance(student, teacher)
    told: list[Fitted] = []
    fit(student.network, teacher.network, Views(clip_of(1), 24), on_layer=told.append)
    assert distance(student, teacher) < 0.5 * before
    assert [found.name for found in told[:3]] == ["stem", "cube", "mixed_3b.first"]
    assert len(told) == 20
    assert all(0 <= found.left <= found.cut + 1e-6 for found in told)


def test_with_all_terms_nothing_is_lost(teacher: LoadedCheckpoint) -> None:
    student = named_student("separated-i3d-b27", teacher, DENSE, seed=0)
    fit(student.network, teacher.network, Views(clip_of(1), 6))
    assert distance(student, teacher) < 0.02  # what 16 bit lose on the way


def test_it_can_be_stopped_between_layers(teacher: LoadedCheckpoint) -> None:
    student = named_student(SMALL, teacher, DENSE, seed=0)
    with pytest.raises(Cancelled, match="Stopped while"):
        fit(student.network, teacher.network, Views(clip_of(1), 2), stop=lambda: True)


def test_what_was_fitted_is_kept_for_a_run_that_goes_on(
    teacher: LoadedCheckpoint, films: tuple[Film, ...], tmp_path: Path
) -> None:
    student = named_student(SMALL, teacher, DENSE, seed=0)
    course = Course(steps=0, fitted=VIEWS)
    done = distil(student, teacher, films, (), tmp_path, course=course, options=Options())
    (kept,) = tmp_path.glob("fitted-*.safetensors")
    written = kept.stat().st_mtime_ns
    again = distil(
        student, teacher, films, (), tmp_path, course=course, options=Options(resume=True)
    )
    assert kept.stat().st_mtime_ns == written
    assert again.sha256 == done.sha256
    other = replace(course, fitted=VIEWS - 1)
    distil(student, teacher, films, (), tmp_path, course=other, options=Options(resume=True))
    assert len(list(tmp_path.glob("fitted-*.safetensors"))) == 2
    assert isinstance(checkpoint.load(done.path).network, I3D)


def test_only_a_student_that_is_cut_out_now_is_fitted(
    teacher: LoadedCheckpoint, films: tuple[Film, ...], tmp_path: Path
) -> None:
    student = named_student(SMALL, teacher, DENSE, seed=0)
    fed = feeding(DENSE, student.spec)
    path = tmp_path / "fitted.safetensors"
    for begun in (replace(student, sha256="from a file"), Start(DENSE, teacher.network)):
        with pytest.raises(LearningError, match="cut out of its teacher now"):
            begin(
                begun,
                teacher,
                films,
                fed,
                path,
                views=2,
                seed=0,
                how=Wildness(),
                team=Processes(),
            )
    assert not path.exists()


def test_patches_are_what_a_convolution_sees() -> None:
    chance = torch.Generator().manual_seed(0)
    x, weight = torch.randn(2, 5, 9, 11, generator=chance), torch.randn(4, 2, 3, 3, 3)
    wanted = torch.nn.functional.conv3d(x[None], weight, stride=2)[0]
    places = draw_places((2, 4, 5), 1000, np.random.default_rng(0))
    seen = under(x, places, (3, 3, 3), stride=2).flatten(1)
    t, h, w = (torch.from_numpy(column) for column in places.T)
    torch.testing.assert_close(
        seen @ weight.flatten(1).T, wanted[:, t, h, w].T, rtol=1e-4, atol=1e-4
    )
    assert len(draw_places((4, 4, 4), 10, np.random.default_rng(0))) == 10


def test_moments_are_those_of_all_rows_together() -> None:
    chance = torch.Generator().manual_seed(0)
    x, y = torch.randn(50, 4, generator=chance) + 3, torch.randn(50, 2, generator=chance)
    sums = Moments()
    sums.add(x[:20], y[:20])
    sums.add(x[20:], y[20:])
    both = torch.cov(torch.cat([x, y], dim=1).T.double(), correction=0)
    torch.testing.assert_close(sums.covariances[0], both[:4, :4], rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(sums.covariances[1], both[:4, 4:], rtol=1e-4, atol=1e-4)
