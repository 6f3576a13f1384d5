"""The quick model: the weights of the embedded default, fed smaller pictures.

A third of the time a clip. It is a file of its own, because what it answers is its own, but it is
made on the spot from what ships.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from model.weights import checkpoint
from model.weights.catalogue import default_path
from model.weights.spec import Calibration, ModelSpec

PIXELS, SHORT_SIDE = 128, 160  # the smallest that keep the goal (MODEL_CARD.md, "Quick")

CALIBRATION = Calibration(
    temperature=1.37, least_probability=0.98, least_energy=0.0, sure_right=0.91
)
"""As `python -m benchmarks.certainty --way probability` fitted it; energy says nothing here."""


def quick_spec(default: ModelSpec) -> ModelSpec:
    """The default's specification but for what it is fed, and what its answers are worth."""
    return replace(
        default,
        name="quick",
        short_side=SHORT_SIDE,
        crop=PIXELS,
        origin=f"The embedded default, fed {PIXELS} pixels instead of {default.crop}.",
        calibration=CALIBRATION,
    )


def make_quick(target: Path) -> str:
    """Writes the quick model and returns the SHA-256 of the file. Raises `CheckpointError`."""
    default, tensors, _ = checkpoint.read(default_path())
    return checkpoint.save(target, quick_spec(default), tensors)
