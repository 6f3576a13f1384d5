"""The whole way from a file to scores, against MMAction2's own figures (../shared/reference)."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.inference.prediction import Prediction
from model.inference.predictor import LocalPredictor
from model.weights import checkpoint
from model.weights.build import build
from model.weights.csn_names import from_mmaction2, to_mmaction2
from model.weights.labels import kinetics400
from model.weights.spec import IMAGENET, VMZ, ModelSpec

NORMALISATIONS = {"imagenet": IMAGENET, "vmz": VMZ}


def stand_in(reference: Path, arch: str, normalisation: str) -> checkpoint.LoadedCheckpoint:
    """A published architecture with the reference's deterministic weights."""
    source = importlib.util.spec_from_file_location("stand_in", reference / "stand_in_weights.py")
    assert source is not None
    assert source.loader is not None
    weights = importlib.util.module_from_spec(source)
    source.loader.exec_module(weights)
    spec = ModelSpec(arch, arch, kinetics400(), NORMALISATIONS[normalisation])
    names = to_mmaction2(build(spec).state_dict())
    drawn = {name: weights.tensor_for(name, tensor.shape) for name, tensor in names.items()}
    network = checkpoint.assemble(spec, from_mmaction2(drawn))
    return checkpoint.LoadedCheckpoint(spec, f"{arch}-{normalisation}", network)


@pytest.fixture(scope="module")
def entries(shared_dir: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (shared_dir / "reference" / "predictions.json").read_text()
    )
    return found


@pytest.mark.shared
@pytest.mark.parametrize(
    ("number", "average"), [(0, "prob"), (1, "score"), (3, "prob")], ids=["ir", "avi", "ip-vmz"]
)
def test_val_scores_are_those_of_mmaction2(
    number: int, average: Any, shared_dir: Path, entries: list[dict[str, Any]], tmp_path: Path
) -> None:
    entry = entries[number]
    predictor = LocalPredictor(
        stand_in(shared_dir / "reference", entry["model"], entry["normalisation"]),
        cache_dir=tmp_path,
        engine="torch",
    )
    found = predictor.predict(shared_dir / entry["video"], protocol="val", average=average)
    assert found.video.frames == entry["total_frames"]
    np.testing.assert_array_equal(found.frame_inds, entry["frame_inds"])
    assert relative_error(found.logits, entry["score"]) < 1e-3
    assert relative_error(found.probabilities, entry["prob"]) < 1e-3
    adds_up(found)


def relative_error(found: Any, wanted: list[float]) -> float:
    difference = np.asarray(found, dtype=np.float64) - np.asarray(wanted)
    return float(np.linalg.norm(difference) / np.linalg.norm(wanted))


def adds_up(found: Prediction) -> None:
    """With one clip, bias and mean evidence are the logit of every class that is shown."""
    means = found.evidence.curves.mean(axis=1) + np.array(found.evidence.biases)
    np.testing.assert_allclose(means, [score.logit for score in found.top], rtol=2e-3, atol=2e-3)
