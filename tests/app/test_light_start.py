"""The server, a waiting worker and the commands start without PyTorch: here it cannot be had."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

START = """
import sys
sys.modules["torch"] = None  # whoever imports it fails
from app.server.stubs import without_stubs
with without_stubs():
    from app.server import start
from app.cli import main, serve, worker
try:
    from model.inference import predictor
except ImportError as error:
    print("noticed:", error.name)
"""


def test_what_waits_starts_without_pytorch() -> None:
    done = subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "noticed: torch\n"), done.stderr
