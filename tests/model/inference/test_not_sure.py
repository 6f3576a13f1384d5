"""The default on videos in which nobody does anything; no seed of them was used for fitting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.certainty.junk import KINDS, write
from model.inference.certainty import doubt
from model.inference.prediction import Prediction
from model.inference.predictor import LocalPredictor
from model.weights.catalogue import default_path
from model.weights.checkpoint import LoadedCheckpoint, load
from model.weights.spec import Calibration
from tests.conftest import DataAt
from tests.model.inference.film import draw_film

SEED = 100
ALWAYS = Calibration(temperature=1.0, least_probability=0.0, least_energy=-1e6, sure_right=0.0)


@pytest.fixture(scope="module")
def default() -> LoadedCheckpoint:
    return load(default_path())


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Path:
    return data_at(tmp_path_factory.mktemp("data")) / "cache"


@pytest.fixture(scope="module")
def answers(
    default: LoadedCheckpoint, cache_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Prediction]:
    """What the default says about one junk video of each kind."""
    folder = tmp_path_factory.mktemp("junk")
    predictor = LocalPredictor(default, cache_dir=cache_dir)
    found = {}
    for kind, draw in KINDS.items():
        path = write(folder / f"{kind}.mp4", draw(np.random.default_rng(SEED)))
        found[kind] = predictor.predict(path)
    return found


def sure_of(answers: dict[str, Prediction]) -> set[str]:
    return {kind for kind, answer in answers.items() if doubt(answer) is None}


def test_junk_is_not_called_sure(answers: dict[str, Prediction]) -> None:
    assert sure_of(answers) == set()


def test_without_thresholds_junk_would_be_called_sure(answers: dict[str, Prediction]) -> None:
    open_to_all = {kind: replace(answer, calibration=ALWAYS) for kind, answer in answers.items()}
    assert len(sure_of(open_to_all)) >= len(KINDS) / 3


def test_a_model_that_nobody_measured_calls_no_junk_sure(answers: dict[str, Prediction]) -> None:
    for other in (None, ALWAYS.of_other_weights()):
        assert not sure_of({k: replace(answer, calibration=other) for k, answer in answers.items()})


def test_only_the_apps_own_way_of_looking_is_calibrated(
    default: LoadedCheckpoint, cache_dir: Path, tmp_path: Path
) -> None:
    film = draw_film(tmp_path / "film.mp4", 64)
    bare = replace(default, spec=replace(default.spec, calibration=None))
    calibrated, plain = (LocalPredictor(model, cache_dir=cache_dir) for model in (default, bare))
    for predictor in (calibrated, plain):
        found = predictor.predict(film, protocol="val")
        assert found.calibration is None
        np.testing.assert_array_equal(
            found.probabilities, plain.predict(film, protocol="val").probabilities
        )
    ours, theirs = calibrated.predict(film), plain.predict(film)
    assert ours.calibration == default.spec.calibration
    assert theirs.calibration is None
    np.testing.assert_array_equal(ours.logits, theirs.logits)
    np.testing.assert_array_equal(ours.evidence.volume, theirs.evidence.volume)
    assert [score.index for score in ours.top] == [score.index for score in theirs.top]
    sharper = default.spec.calibration is not None and default.spec.calibration.temperature < 1
    assert (ours.probabilities.max() > theirs.probabilities.max()) == sharper
    last = ours.timeline.probabilities
    assert last.shape == theirs.timeline.probabilities.shape
    assert not np.array_equal(last, theirs.timeline.probabilities)
