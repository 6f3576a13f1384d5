"""Real training of a tiny network on real files: it learns, twice the same, and survives."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from model.errors import Cancelled, CheckpointError
from model.learning.adapt import from_checkpoint, from_scratch
from model.learning.errors import ListError, NoSpaceError, RunError, TooFewError
from model.learning.examples import Example
from model.learning.recipe import Recipe
from model.learning.runfiles import STATE, read_log
from model.learning.start import Options, Progress, Trained
from model.learning.train import train
from model.weights import checkpoint
from tests.model.learning.films import SPEC, draw_set

RECIPE = Recipe(epochs=2, batch_size=1, lr=0.02, lr_batch=1, milestones=(), warmup_epochs=0)
ONCE = Options(deterministic=True, validate=False, device="cpu", save_every_s=0.0)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Example, ...]:
    """Two, one a step: each is decoded anew every time that it is looked at."""
    return draw_set(tmp_path_factory.mktemp("films"), each=1)


@pytest.fixture(scope="module")
def undisturbed(films: tuple[Example, ...], tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("undisturbed") / "run"
    return train(from_scratch(SPEC, 0), films, (), folder, recipe=RECIPE, options=ONCE)


def test_it_learns(tmp_path: Path) -> None:
    films = draw_set(tmp_path / "films", each=2)
    recipe = replace(RECIPE, epochs=6, lr=0.05, lr_batch=2, batch_size=4)
    options = replace(ONCE, validate=True, save_every_s=60.0)
    found = train(from_scratch(SPEC, 1), films, films[:2], tmp_path, recipe=recipe, options=options)
    losses = [entry["loss"] for entry in read_log(tmp_path) if "loss" in entry]
    assert min(losses[-3:]) < 0.8 * losses[0]
    assert found.metrics is not None
    assert [e["check"]["top1"] for e in read_log(tmp_path) if "check" in e][-1] == (
        found.metrics.top1
    )
    loaded = checkpoint.load(found.path)
    assert (loaded.sha256, loaded.spec) == (found.sha256, SPEC)


def test_the_same_seed_gives_the_same_bits(
    films: tuple[Example, ...], undisturbed: Trained, tmp_path: Path
) -> None:
    again = train(from_scratch(SPEC, 0), films, (), tmp_path, recipe=RECIPE, options=ONCE)
    assert again.path.read_bytes() == undisturbed.path.read_bytes()
    other = train(
        from_scratch(SPEC, 0), films, (), tmp_path / "other", recipe=replace(RECIPE, epochs=1),
        options=replace(ONCE, seed=1),
    )  # fmt: skip
    assert other.sha256 != again.sha256


def test_frozen_norms_do_not_move(undisturbed: Trained) -> None:
    before, after = from_scratch(SPEC, 0).network, checkpoint.load(undisturbed.path).network
    norms = {name: m for name, m in after.named_modules() if isinstance(m, torch.nn.BatchNorm3d)}
    for name, norm in norms.items():
        unmoved: Any = before.get_submodule(name)
        moved: Any = norm
        assert torch.equal(moved.weight, unmoved.weight)
        assert torch.equal(moved.running_mean, unmoved.running_mean)
    assert not torch.equal(after.head.weight, before.head.weight)


def test_without_freezing_they_do(films: tuple[Example, ...], tmp_path: Path) -> None:
    recipe = replace(RECIPE, epochs=1, batch_size=2, frozen_norm=False)
    found = train(from_scratch(SPEC, 0), films, (), tmp_path, recipe=recipe, options=ONCE)
    norm: Any = checkpoint.load(found.path).network.get_submodule("trunk.stem.bn")
    assert not torch.equal(norm.running_mean, torch.zeros_like(norm.running_mean))


def test_cancelled_and_resumed_it_ends_the_same(
    films: tuple[Example, ...], undisturbed: Trained, tmp_path: Path
) -> None:
    def stop(progress: Progress) -> None:
        if (progress.epoch, progress.step) == (1, 2):
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        train(from_scratch(SPEC, 0), films, (), tmp_path, recipe=RECIPE, options=ONCE,
              on_progress=stop)  # fmt: skip
    resumed = train(
        from_scratch(SPEC, 0), films, (), tmp_path, recipe=RECIPE,
        options=replace(ONCE, resume=True),
    )  # fmt: skip
    assert resumed.path.read_bytes() == undisturbed.path.read_bytes()
    steps = [(entry["epoch"], entry["step"]) for entry in read_log(tmp_path)]
    assert steps == [(0, 1), (0, 2), (1, 1), (1, 2)]


@pytest.mark.parametrize("at", [1, 3, 8])
def test_stopped_at_any_point_it_keeps_all_that_was_done(
    films: tuple[Example, ...], undisturbed: Trained, tmp_path: Path, at: int
) -> None:
    """It asks four times an epoch: after each of two steps, and for each of two checked videos."""
    options = replace(ONCE, validate=True, save_every_s=1e9)
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked == at

    with pytest.raises(Cancelled, match="can be resumed"):
        train(from_scratch(SPEC, 0), films, films[:2], tmp_path, recipe=RECIPE,
              options=options, stop=stop)  # fmt: skip
    done = [line for line in read_log(tmp_path) if "loss" in line]
    again: list[Progress] = []
    resumed = train(from_scratch(SPEC, 0), films, films[:2], tmp_path, recipe=RECIPE,
                    options=replace(options, resume=True), on_progress=again.append)  # fmt: skip
    assert len(done) + len(again) == 4
    assert resumed.path.read_bytes() == undisturbed.path.read_bytes()
    steps = [(line["epoch"], line["step"], "check" in line) for line in read_log(tmp_path)]
    assert steps == [(e, s, c) for e in (0, 1) for s, c in ((1, False), (2, False), (2, True))]


def test_dropout_is_as_in_the_recipe(films: tuple[Example, ...], tmp_path: Path) -> None:
    start = from_scratch(SPEC, 0)
    train(start, films, (), tmp_path, recipe=replace(RECIPE, epochs=1, dropout=0.25), options=ONCE)
    assert start.network.dropout.p == 0.25


RUN = """
import sys
from pathlib import Path
import torch
from model.learning.adapt import from_scratch
from model.learning.lists import read_list
from model.learning.train import train
from tests.model.learning.films import SPEC
from tests.model.learning.test_train import ONCE, RECIPE
from dataclasses import replace
torch.set_num_threads(int(sys.argv[3]))
train(from_scratch(SPEC, 0), read_list(Path(sys.argv[1])).examples, (), Path(sys.argv[2]),
      recipe=RECIPE, options=replace(ONCE, resume=True))
"""


def write_list(folder: Path, films: tuple[Example, ...]) -> Path:
    path = folder / "list.txt"
    path.write_text("".join(f"{film.path} {film.label}\n" for film in films))
    return path


def test_killed_and_resumed_it_ends_the_same(
    films: tuple[Example, ...], undisturbed: Trained, tmp_path: Path
) -> None:
    listed = write_list(tmp_path, films)
    command = [sys.executable, "-c", RUN, str(listed), str(tmp_path / "run")]
    command.append(str(torch.get_num_threads()))
    killed = subprocess.Popen(command)
    while not (tmp_path / "run" / STATE).exists():
        assert killed.poll() is None
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert not (tmp_path / "run" / "model.safetensors").exists()
    subprocess.run(command, check=True)
    result = (tmp_path / "run" / "model.safetensors").read_bytes()
    assert result == undisturbed.path.read_bytes()


def test_two_processes_end_with_the_same_weights(
    films: tuple[Example, ...], tmp_path: Path
) -> None:
    script = tmp_path / "both.py"
    script.write_text(
        RUN.replace("train(from_scratch(SPEC, 0)", "start = from_scratch(SPEC, 0)\ntrain(start")
        + "import os\nfrom safetensors.torch import save_file\n"
        "save_file(start.network.state_dict(), f'{sys.argv[2]}/rank{os.environ[\"RANK\"]}')\n"
    )
    subprocess.run(
        [
            sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", "--standalone",
            str(script), str(write_list(tmp_path, films)), str(tmp_path / "run"), "1",
        ],
        check=True, env={**os.environ, "PYTHONPATH": os.getcwd()}, timeout=200,
    )  # fmt: skip
    first, second = ((tmp_path / "run" / f"rank{rank}").read_bytes() for rank in (0, 1))
    assert first == second
    trained = checkpoint.load(tmp_path / "run" / "model.safetensors").network
    assert not torch.equal(trained.head.weight, from_scratch(SPEC, 0).network.head.weight)
    assert [e["step"] for e in read_log(tmp_path / "run")] == [1, 1]  # 2 videos, 1 each a step


def test_another_list_or_seed_is_not_resumed(
    films: tuple[Example, ...], undisturbed: Trained
) -> None:
    folder = undisturbed.path.parent
    with pytest.raises(RunError, match="already holds a run"):
        train(from_scratch(SPEC, 0), films, (), folder, recipe=RECIPE, options=ONCE)
    again = replace(ONCE, resume=True)
    with pytest.raises(RunError, match="another training list"):
        train(from_scratch(SPEC, 0), films[:1], (), folder, recipe=RECIPE, options=again)
    with pytest.raises(RunError, match="another seed"):
        train(from_scratch(SPEC, 0), films, (), folder, recipe=RECIPE,
              options=replace(again, seed=5))  # fmt: skip


def test_mistakes_are_told_before_anything_starts(
    films: tuple[Example, ...], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    with pytest.raises(TooFewError):
        train(from_scratch(SPEC, 0), (), (), folder, recipe=RECIPE)
    with pytest.raises(ListError, match="classes 0 to 2"):
        train(from_scratch(SPEC, 0), [replace(films[0], label=3)], (), folder, recipe=RECIPE)
    assert not folder.exists()


def test_a_video_gone_in_between_is_named(films: tuple[Example, ...], tmp_path: Path) -> None:
    gone = [*films, Example(tmp_path / "gone.mp4", 0)]
    with pytest.raises(ListError, match=r"gone\.mp4 cannot be learned from"):
        train(from_scratch(SPEC, 0), gone, (), tmp_path / "run", recipe=RECIPE, options=ONCE)


def test_a_checkpoint_of_another_architecture_is_refused(undisturbed: Trained) -> None:
    other = replace(SPEC, arch="ipcsn-r26")
    with pytest.raises(CheckpointError, match=r"ircsn-r26 \(width 10\).*ipcsn-r26"):
        from_checkpoint(other, checkpoint.load(undisturbed.path))


def test_new_labels_keep_the_rows_of_the_old_ones(undisturbed: Trained) -> None:
    old = checkpoint.load(undisturbed.path)
    start = from_checkpoint(replace(SPEC, labels=("new", "down", "across")), old)
    assert torch.equal(start.network.head.weight[1], old.network.head.weight[1])
    assert torch.equal(start.network.head.weight[2], old.network.head.weight[0])
    assert start.sha256 == old.sha256


def test_a_full_disk_ends_the_run_with_the_reason(
    films: tuple[Example, ...], tmp_path: Path
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(NoSpaceError, match="Free some space"):
            train(from_scratch(SPEC, 0), films, (), tmp_path, recipe=RECIPE, options=ONCE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not (tmp_path / STATE).exists()
    assert not list(tmp_path.glob(".draft*"))
