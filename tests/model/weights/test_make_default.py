"""The script that packs what was distilled into the checkpoint that ships."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from model.errors import CheckpointError
from model.weights import checkpoint
from model.weights.build import build
from model.weights.catalogue import default_path
from model.weights.make_default import CALIBRATION, default_spec, make


def test_packs_a_distilled_network_in_16_bit(tmp_path: Path) -> None:
    torch.manual_seed(0)
    spec = replace(default_spec(), name="a run")
    state = build(spec).state_dict()
    checkpoint.save(tmp_path / "model.safetensors", spec, state)
    out = tmp_path / "default.safetensors"
    sha256 = make(tmp_path / "model.safetensors", out)
    loaded = checkpoint.load(out)
    assert loaded.sha256 == sha256
    assert loaded.spec == replace(default_spec(), calibration=CALIBRATION)
    assert loaded.spec == checkpoint.read_spec(default_path())
    assert out.stat().st_size < 12.5e6
    for name, tensor in loaded.network.state_dict().items():
        torch.testing.assert_close(tensor, state[name], rtol=1e-3, atol=1e-3)


def test_another_network_is_refused(tmp_path: Path) -> None:
    spec = replace(default_spec(), options={"filters": 2})
    checkpoint.save(tmp_path / "model.safetensors", spec, build(spec).state_dict())
    with pytest.raises(CheckpointError, match="missing"):
        make(tmp_path / "model.safetensors", tmp_path / "default.safetensors")
    assert not (tmp_path / "default.safetensors").exists()
