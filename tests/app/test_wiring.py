"""Building the services brings nothing slow: commands that load no model answer at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT


def brings(module: str, library: str) -> bool:
    """Whether a fresh Python that imports this module has imported the library by then."""
    code = f"import sys, {module}; sys.exit({library!r} in sys.modules)"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 1


@pytest.mark.parametrize("module", ["app.wiring", "app.jobs.worker", "app.cli.export"])
def test_pytorch_is_left_to_who_loads_a_model(module: str) -> None:
    assert not brings(module, "torch")


def test_who_loads_a_model_would_be_noticed() -> None:
    assert brings("model.inference.predictor", "torch")


@pytest.mark.parametrize("library", ["scipy", "sklearn"])
def test_measuring_is_left_to_who_measures(library: str) -> None:
    assert not brings("app.jobs.kinds", library)


@pytest.mark.parametrize("library", ["scipy", "sklearn"])
def test_who_measures_would_be_noticed(library: str) -> None:
    measuring = (
        "model.learning.metrics as m; m.wilson(1, 2); m.mean_class_accuracy(*[m.np.ones(1)] * 2)"
    )
    assert brings(measuring, library)
