"""`python -m app train` as a programmer types it: twice the same, stopped, killed, in two."""

from __future__ import annotations

import json
import re
import signal
import sys
from pathlib import Path

import pytest
import torch

from model.learning.runfiles import STATE, read_log
from model.weights import checkpoint
from tests.app.cli.conftest import Place, Said, ended, start

EPOCHS = 2
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")


def command(place: Place, work_dir: Path, *more: object, batch: int = 2) -> tuple[object, ...]:
    """Without dropout, so that two processes can be compared with one."""
    return (
        "--verbose", "train", "tiny", "--data", place.list, "--val-data", place.val, "--validate",
        "--work-dir", work_dir, "--seed", 3, "--deterministic", "--device", "cpu",
        "--epochs", EPOCHS, "--batch-size", batch, "--lr", 2, "--dropout", 0, *more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs") / "undisturbed"


@pytest.fixture(scope="module")
def undisturbed(place: Place, folder: Path) -> Said:
    return ended(start(place, *command(place, folder)))


def model_in(folder: Path) -> bytes:
    return (folder / "model.safetensors").read_bytes()


def farthest(one: Path, other: Path) -> float:
    """The largest difference between two models' weights."""
    first, second = (checkpoint.load(path).network.state_dict() for path in (one, other))
    return max(float((first[name] - second[name]).abs().max()) for name in first)


def test_it_trains_checks_and_says_where_the_model_is(
    place: Place, folder: Path, undisturbed: Said
) -> None:
    assert undisturbed.code == 0, undisturbed.err
    assert f"Trained: {folder / 'model.safetensors'}" in undisturbed.out
    checks = [line["check"] for line in read_log(folder) if "check" in line]
    assert len(checks) == EPOCHS
    assert f"mean_class_accuracy: {checks[-1]['mean_class_accuracy']:.4f}" in undisturbed.out
    assert farthest(folder / "model.safetensors", place.tiny) > 0.01
    spec = checkpoint.read_spec(folder / "model.safetensors")
    assert (spec.name, spec.origin) == ("undisturbed", "Trained as tiny from tiny.")


@pytest.mark.usefixtures("undisturbed")
def test_the_same_seed_gives_the_same_bits(place: Place, folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "undisturbed"
    said = ended(start(place, *command(place, again)))
    assert said.code == 0, said.err
    assert model_in(again) == model_in(folder)


@pytest.mark.usefixtures("undisturbed")
def test_stopped_then_killed_then_resumed_it_ends_the_same(
    place: Place, folder: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "undisturbed"
    stopped = _once_it_learns(place, cut, signal.SIGINT)
    assert stopped.code == 130
    assert "--resume" in stopped.err
    assert "Traceback" not in stopped.err
    done = len([line for line in read_log(cut) if "loss" in line])
    assert 0 < done < 2 * EPOCHS
    assert (cut / STATE).exists()
    killed = _once_it_learns(place, cut, signal.SIGKILL, "--resume")
    assert killed.code == -signal.SIGKILL
    assert not (cut / "model.safetensors").exists()
    finished = ended(start(place, *command(place, cut, "--resume")))
    assert finished.code == 0, finished.err
    assert model_in(cut) == model_in(folder)
    assert [_place_of(line) for line in read_log(cut)] == [
        _place_of(line) for line in read_log(folder)
    ]


def _once_it_learns(place: Place, folder: Path, number: signal.Signals, *more: str) -> Said:
    process = start(place, *command(place, folder, *more))
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("epoch"):
            process.send_signal(number)
            break
    return ended(process)


def _place_of(line: dict[str, object]) -> tuple[object, ...]:
    return line["epoch"], line["step"], "check" in line


@pytest.mark.usefixtures("undisturbed")
def test_two_processes_do_what_one_does_with_twice_the_batch(
    place: Place, folder: Path, tmp_path: Path
) -> None:
    both = tmp_path / "undisturbed"
    said = ended(start(place, *command(place, both, batch=1), launcher=TORCHRUN))
    assert said.code == 0, said.err
    assert said.out.count("Trained:") == 1
    ends = dict(re.findall(r"Process (\d) ends with the weights (\w{64})", said.err))
    assert ends.keys() == {"0", "1"}
    assert ends["0"] == ends["1"]
    # Only the order of additions differs; the weights moved by more than 0.01.
    assert farthest(both / "model.safetensors", folder / "model.safetensors") < 1e-6
    one, two = ([e for e in read_log(run) if "check" in e] for run in (folder, both))
    assert json.dumps(one) == json.dumps(two)


@pytest.mark.usefixtures("undisturbed")
def test_batch_norms_stay_frozen(place: Place, folder: Path) -> None:
    before, after = (checkpoint.load(p) for p in (place.tiny, folder / "model.safetensors"))
    found = after.network.state_dict()
    norms = {n: t for n, t in before.network.state_dict().items() if ".bn." in n}
    assert norms
    assert all(torch.equal(found[name], tensor) for name, tensor in norms.items())
