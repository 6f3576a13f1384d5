"""Real distillation of tiny networks: it gains, ends the same after a stop, and tells errors."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from model.errors import Cancelled, CheckpointError
from model.learning.adapt import from_scratch
from model.learning.distil.material import Film
from model.learning.distil.run import Course, Distilled, agreement, distil
from model.learning.distil.students import named_student
from model.learning.distil.task import Aim, Distilling, distance, feeding
from model.learning.errors import LearningError, RunError
from model.learning.runfiles import STATE, read_log
from model.weights import checkpoint
from model.weights.build import build
from model.weights.checkpoint import LoadedCheckpoint
from model.weights.spec import ModelSpec
from tests.model.learning.distil.alike import (
    COURSE,
    FED,
    ONCE,
    STUDENT,
    TEACHER,
    alike,
    astray,
    material,
    teacher,
)
from tests.model.learning.films import draw_set


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    folder = tmp_path_factory.mktemp("films")
    return tuple(film.path for film in draw_set(folder, each=2, classes=(0, 1, 2)))


@pytest.fixture(scope="module")
def films(videos: tuple[Path, ...]) -> tuple[Film, ...]:
    return material(videos)


@pytest.fixture(scope="module")
def undisturbed(films: tuple[Film, ...], tmp_path_factory: pytest.TempPathFactory) -> Distilled:
    return run(films, tmp_path_factory.mktemp("undisturbed") / "run")


def run(films: tuple[Film, ...], folder: Path, **changed: object) -> Distilled:
    begun = teacher(films)
    options = replace(ONCE, resume=bool(changed.pop("resume", False)))
    course = replace(COURSE, **changed)  # type: ignore[arg-type]
    return distil(astray(begun), begun, films, (), folder, course=course, options=options)


def test_it_gains_and_a_control_without_rate_does_not(
    films: tuple[Film, ...], videos: tuple[Path, ...], tmp_path: Path
) -> None:
    begun = teacher(films)
    before = alike(astray(begun).network, begun, films)
    found = {}
    for name, rate, steps in (("learned", 4e-3, 30), ("control", 1e-12, 5)):
        course = Course(steps=steps, batch_size=4, lr=rate)
        options = replace(ONCE, save_every_s=60.0)
        done = distil(
            astray(begun), begun, films, videos[:2], tmp_path / name, course=course, options=options
        )
        found[name] = alike(checkpoint.load(done.path).network, begun, films)
    losses = [line["loss"] for line in read_log(tmp_path / "learned") if "loss" in line]
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])
    assert found["learned"][0] >= before[0] + 0.05
    assert found["learned"][1] < 0.7 * before[1]
    assert found["control"] == pytest.approx(before, abs=1e-3)
    checks = [line["check"] for line in read_log(tmp_path / "learned") if "check" in line]
    assert [set(check) for check in checks] == [{"first", "fifth", "videos"}]


def test_both_networks_get_the_very_same_view(films: tuple[Film, ...]) -> None:
    begun = teacher(films)
    seen: dict[str, torch.Tensor] = {}

    def watch(name: str, network: torch.nn.Module) -> None:
        network.register_forward_pre_hook(lambda _, given: seen.update({name: given[0].clone()}))

    start = astray(begun)
    watch("teacher", begun.network)
    watch("student", start.network)
    task = Distilling(start.network, begun.network, films, FED, seed=0, examples=4)
    (batch,) = task.batches(0, [[0, 3]])
    task.loss(task.network, batch)
    assert torch.equal(seen["teacher"], seen["student"])
    assert float(seen["teacher"].abs().max()) <= 1
    smaller = replace(STUDENT, crop=16, clip_len=4, interval=4)
    fed = feeding(TEACHER, smaller)
    task = Distilling(start.network, begun.network, films, fed, seed=0, examples=4)
    task.loss(task.network, batch)
    assert seen["student"].shape == (2, 3, 4, 16, 16)
    less = torch.nn.functional.avg_pool3d(seen["teacher"][:, :, ::2], (1, 2, 2))
    assert (less - seen["student"]).abs().mean() < 0.05


def test_the_same_student_is_no_distance_away(films: tuple[Film, ...]) -> None:
    begun = teacher(films)
    task = Distilling(begun.network, begun.network, films, FED, seed=0, examples=4)
    (batch,) = task.batches(0, [[0, 1]])
    assert float(task.loss(begun.network, batch)) == pytest.approx(0, abs=1e-5)


def test_logits_and_maps_both_count() -> None:
    logits, maps = torch.tensor([[1.0, 0.0]]), torch.ones(1, 2, 2, 2, 2)
    other = torch.tensor([[0.0, 1.0]])
    assert float(distance((other, maps), (logits, maps), Aim())) > 0.1
    assert float(distance((logits, maps * 2), (logits, maps), Aim(dense=1))) == pytest.approx(1)
    assert float(distance((logits, maps * 2), (logits, maps), Aim(dense=0))) == 0
    narrow = torch.ones(1, 1, 2, 2, 2)
    assert float(distance((logits, narrow), (logits, maps), Aim(dense=1))) == 0
    finer = torch.nn.functional.interpolate(maps, scale_factor=2.0)
    assert float(distance((logits, maps), (logits, finer), Aim(dense=1))) == 0


def test_last_stage_only_leaves_the_trunk(films: tuple[Film, ...], tmp_path: Path) -> None:
    done = run(films, tmp_path, learns="last-stage")
    before = astray(teacher(films)).network.state_dict()
    after = checkpoint.load(done.path).network.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved
    assert not [name for name in moved if name.startswith("trunk.")]


def test_stopped_and_resumed_it_ends_the_same(
    films: tuple[Film, ...], undisturbed: Distilled, tmp_path: Path
) -> None:
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked == 2

    begun = teacher(films)
    with pytest.raises(Cancelled, match="can be resumed"):
        distil(astray(begun), begun, films, (), tmp_path, course=COURSE, options=ONCE, stop=stop)
    resumed = run(films, tmp_path, resume=True)
    assert resumed.path.read_bytes() == undisturbed.path.read_bytes()
    assert [line["step"] for line in read_log(tmp_path)] == [1, 2, 3, 4]


KILLED = """
import sys
from pathlib import Path
import torch
from tests.model.learning.distil.alike import material
from tests.model.learning.distil.test_distil import run
torch.set_num_threads(int(sys.argv[2]))
run(material([Path(name) for name in sys.argv[3:]]), Path(sys.argv[1]), resume=True)
"""


def test_killed_and_resumed_it_ends_the_same(
    videos: tuple[Path, ...], films: tuple[Film, ...], undisturbed: Distilled, tmp_path: Path
) -> None:
    threads = str(torch.get_num_threads())
    folder = tmp_path / "run"
    command = [sys.executable, "-c", KILLED, str(folder), threads, *map(str, videos)]
    killed = subprocess.Popen(command)
    while not (folder / STATE).exists():
        assert killed.poll() is None
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert not (folder / "model.safetensors").exists()
    resumed = run(films, folder, resume=True)
    assert resumed.path.read_bytes() == undisturbed.path.read_bytes()


def test_another_run_is_not_resumed(films: tuple[Film, ...], undisturbed: Distilled) -> None:
    folder = undisturbed.path.parent
    with pytest.raises(RunError, match="already holds a run"):
        run(films, folder)
    with pytest.raises(RunError, match="another course"):
        run(films, folder, lr=0.5, resume=True)
    with pytest.raises(RunError, match="another material"):
        run(films[:3], folder, resume=True)


def test_networks_that_cannot_see_the_same_are_refused() -> None:
    with pytest.raises(LearningError, match="other labels"):
        feeding(TEACHER, replace(STUDENT, labels=("one", "two", "three")))
    with pytest.raises(LearningError, match="must see the same frames"):
        feeding(TEACHER, replace(STUDENT, interval=3))


def test_agreement_counts_ranks() -> None:
    wanted = torch.tensor([[9.0, 0, 0, 0, 0, 0, 0], [0, 9.0, 0, 0, 0, 0, 0]])
    said = torch.tensor([[9.0, 1, 2, 3, 4, 5, 6], [9.0, 1, 2, 3, 4, 5, 6]])
    found = agreement(wanted, said)
    assert (found.first, found.fifth, found.videos) == (1, 1, 2)


def test_students_begin_as_their_names_say() -> None:
    labels = tuple(str(number) for number in range(5))
    dense = ModelSpec("dense", "i3d", labels, STUDENT.normalisation, crop=32, clip_len=8)
    begun = LoadedCheckpoint(dense, "", build(dense).eval())
    cut = named_student("separated-i3d-b27", begun, dense, seed=0)
    clip = torch.randn(1, 3, 8, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        wanted, said = begun.network(clip)[0], cut.network.eval()(clip)[0]
    assert torch.allclose(wanted, said, atol=1e-4)  # all 27 terms: nothing is cut off
    half = named_student("ircsn-r26-half", begun, dense, seed=0)
    assert half.spec.options == {"width": 50}
    assert torch.equal(half.network.head.weight, begun.network.head.weight)
    for name, words in {
        "separated-i3d-b0": "1 to 27 filters",
        "separated-i3d-b28": "1 to 27 filters",
        "anything": "no student called 'anything'",
    }.items():
        with pytest.raises(CheckpointError, match=words):
            named_student(name, begun, dense, seed=0)
    tiny = LoadedCheckpoint(TEACHER, "", from_scratch(TEACHER, 0).network)
    with pytest.raises(CheckpointError, match="not separated yet"):
        named_student("separated-i3d-b4", tiny, TEACHER, seed=0)
