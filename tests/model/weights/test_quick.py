"""The quick model: made on the spot, of the default's weights, fed less."""

from __future__ import annotations

from pathlib import Path

import torch

from model.weights import catalogue, checkpoint
from model.weights.fetching import fetch
from model.weights.quick import PIXELS, SHORT_SIDE


def test_it_is_the_default_fed_less(tmp_path: Path) -> None:
    target = tmp_path / "quick.safetensors"
    sha256 = fetch(catalogue.find("quick"), target, downloads=tmp_path / "downloads")
    made, default = checkpoint.load(target), checkpoint.load(catalogue.default_path())
    assert made.sha256 == sha256 != default.sha256
    assert (made.spec.name, made.spec.crop, made.spec.short_side) == ("quick", PIXELS, SHORT_SIDE)
    assert made.spec.labels == default.spec.labels
    assert made.spec.calibration != default.spec.calibration
    own, other = made.network.state_dict(), default.network.state_dict()
    assert all(torch.equal(own[name], other[name]) for name in other)
    assert abs(target.stat().st_size - catalogue.QUICK.about_bytes) < 10_000
    assert not (tmp_path / "downloads").exists()
