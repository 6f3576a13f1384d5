"""Where checkpoints are: the one that ships here, and the published ones that can be fetched."""

from __future__ import annotations

from pathlib import Path

DEFAULT = Path(__file__).parent / "default" / "separated-i3d-b8.safetensors"


def default_path() -> Path:
    """The checkpoint that ships with the program."""
    return DEFAULT
