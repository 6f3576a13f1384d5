"""Building the services brings nothing slow: commands that load no model answer at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT


def brings_pytorch(module: str) -> bool:
    """Whether a fresh Python that imports this module has imported PyTorch by then."""
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 1


@pytest.mark.parametrize("module", ["app.wiring", "app.jobs.worker", "app.cli.export"])
def test_pytorch_is_left_to_who_loads_a_model(module: str) -> None:
    assert not brings_pytorch(module)


def test_who_loads_a_model_would_be_noticed() -> None:
    assert brings_pytorch("model.inference.predictor")
