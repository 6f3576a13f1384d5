"""Checkpoints: they come back as they were saved, whole, or with a reason why not."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor

from model.errors import CheckpointError
from model.weights import checkpoint
from model.weights.spec import ModelSpec
from tests.model.weights.tiny import TINY

State = dict[str, Tensor]


def test_comes_back_as_it_was(tiny_file: Path, tiny_state: State) -> None:
    loaded = checkpoint.load(tiny_file)
    assert loaded.spec == TINY == checkpoint.read_spec(tiny_file)
    assert loaded.sha256 == hashlib.sha256(tiny_file.read_bytes()).hexdigest()
    state = loaded.network.state_dict()
    assert all(torch.equal(state[name], tensor) for name, tensor in tiny_state.items())


def test_is_ready_to_answer(tiny_file: Path) -> None:
    network = checkpoint.load(tiny_file).network
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())
    logits, features = network(torch.randn(1, 3, 8, 32, 32))
    assert logits.shape == (1, 3)
    assert features.isfinite().all()


def test_the_same_content_gives_the_same_file(tmp_path: Path, tiny_state: State) -> None:
    paths = [tmp_path / "a.safetensors", tmp_path / "b.safetensors"]
    for path in paths:
        checkpoint.save(path, TINY, tiny_state)
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_become_float32(
    tmp_path: Path, tiny_state: State, dtype: torch.dtype
) -> None:
    path = tmp_path / "half.safetensors"
    half = {k: v.to(dtype) if v.is_floating_point() else v for k, v in tiny_state.items()}
    checkpoint.save(path, TINY, half)
    state = checkpoint.load(path).network.state_dict()
    assert {v.dtype for v in state.values()} == {torch.float32, torch.int64}
    assert all(torch.equal(state[k], v.to(state[k].dtype)) for k, v in half.items())


def flipped(content: bytes, position: int) -> bytes:
    return content[:position] + bytes([content[position] ^ 0x20]) + content[position + 1 :]


def flips(size: int) -> list[int]:
    """Positions all over the file, more of them in its header."""
    source = random.Random(0)
    return sorted({*range(9), *source.sample(range(2000), 40), *source.sample(range(size), 60)})


def test_any_changed_byte_is_noticed(tmp_path: Path, tiny_file: Path) -> None:
    content = tiny_file.read_bytes()
    path = tmp_path / "flipped.safetensors"
    for position in flips(len(content)):
        path.write_bytes(flipped(content, position))
        with pytest.raises(CheckpointError):
            checkpoint.load(path)


def test_without_the_seal_changed_bytes_would_pass(
    tmp_path: Path, tiny_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "_check_seal", lambda *_: None)
    path = tmp_path / "flipped.safetensors"
    path.write_bytes(flipped(tiny_file.read_bytes(), tiny_file.stat().st_size - 5))
    checkpoint.load(path)


@pytest.mark.parametrize("kept", [0, 7, 8, 100, 5000, -1])
def test_half_a_file_is_refused(tmp_path: Path, tiny_file: Path, kept: int) -> None:
    path = tmp_path / "half.safetensors"
    path.write_bytes(tiny_file.read_bytes()[:kept])
    with pytest.raises(CheckpointError, match="damaged"):
        checkpoint.load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for read in (checkpoint.load, checkpoint.read_spec):
        with pytest.raises(CheckpointError, match=r"gone\.safetensors is not there"):
            read(tmp_path / "gone.safetensors")


def test_weights_without_description_are_refused(tmp_path: Path, tiny_state: State) -> None:
    path = tmp_path / "bare.safetensors"
    safetensors.torch.save_file(tiny_state, path)
    with pytest.raises(CheckpointError, match="import"):
        checkpoint.load(path)


@pytest.mark.parametrize("text", ["[]", "{}", '{"format": 1}', '{"format": 1, "spec": []}', "{"])
def test_a_broken_description_is_refused(tmp_path: Path, tiny_state: State, text: str) -> None:
    path = tmp_path / "odd.safetensors"
    safetensors.torch.save_file(tiny_state, path, {checkpoint.KEY: text})
    with pytest.raises(CheckpointError):
        checkpoint.read_spec(path)


def test_a_later_format_is_named_as_such(tmp_path: Path, tiny_state: State) -> None:
    path = tmp_path / "later.safetensors"
    safetensors.torch.save_file(tiny_state, path, {checkpoint.KEY: '{"format": 2}'})
    with pytest.raises(CheckpointError, match="newer version"):
        checkpoint.load(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"arch": "ircsn-r26"}, "another architecture"),
        ({"arch": "ipcsn-r50"}, "another architecture"),
        ({"arch": "resnet"}, "not known here"),
        ({"arch": "ipcsn-r51"}, "not known here"),
        ({"labels": ("one", "two")}, "with 2 classes"),
        ({"options": {"width": 12}}, "instead of"),
        ({"options": {"width": 2000}}, "must be 1 to 1000"),
        ({"options": {"depth": 3}}, "does not know"),
        ({"crop": 100_000}, "crop"),
        ({"labels": ()}, "labels"),
    ],
)
def test_only_matching_weights_are_saved(
    tmp_path: Path, tiny_state: State, change: dict[str, object], message: str
) -> None:
    spec: ModelSpec = replace(TINY, **change)  # type: ignore[arg-type]
    with pytest.raises(CheckpointError, match=message):
        checkpoint.save(tmp_path / "wrong.safetensors", spec, tiny_state)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path, tiny_state: State) -> None:
    with pytest.raises(CheckpointError, match="could not be written"):
        checkpoint.save(tmp_path / "none" / "tiny.safetensors", TINY, tiny_state)


def test_killed_while_saving_leaves_a_whole_file(tmp_path: Path, tiny_state: State) -> None:
    path = tmp_path / "tiny.safetensors"
    before = checkpoint.save(path, TINY, tiny_state)
    changed = {k: v + 1 if k == "head.bias" else v for k, v in tiny_state.items()}
    after = checkpoint.save(tmp_path / "other.safetensors", TINY, changed)
    source = random.Random(0)
    seen = set()
    for _ in range(20):
        child = os.fork()
        if child == 0:
            while True:
                checkpoint.save(path, TINY, changed)
                checkpoint.save(path, TINY, tiny_state)
        time.sleep(source.uniform(0.01, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        seen.add(checkpoint.load(path).sha256)
    assert seen <= {before, after}
    assert len(list(tmp_path.glob("*.safetensors"))) == 2  # unfinished ones have other names
