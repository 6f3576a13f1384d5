"""Each kernel computes what its plain twin does: in Triton's interpreter, without a card.

Also tests depthwise.py, pointwise.py, pool.py, stem.py, plain.py and sizes.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CASES = 6 + 4 + 4 + 3 * 2
CLOSE, HALF = 1e-6, 1e-3


@pytest.mark.skipif(find_spec("triton") is None, reason="Triton is not installed")
def test_the_kernels_compute_what_their_plain_twins_do() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.model.kernels.interpreted"],
        cwd=ROOT,
        env=os.environ | {"TRITON_INTERPRET": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    errors = json.loads(done.stdout)
    assert errors.pop("self-check") < HALF  # it computes in 16 bits
    assert len(errors) == CASES
    assert {name: error for name, error in errors.items() if not error < CLOSE} == {}
