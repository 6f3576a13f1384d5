"""From a specification to the network that it describes, without weights."""

from __future__ import annotations

import re

from model.errors import CheckpointError
from model.network.csn import BLOCKS, CSN, Kind
from model.network.i3d import I3D
from model.network.staged import StagedNetwork
from model.weights.spec import ModelSpec

CSN_ARCH = re.compile(r"(ir|ip)csn-r([0-9]{1,3})")
LARGEST = {"width": 1000, "filters": 27}  # percent; the rank of a 3x3x3 kernel
EXAMPLES = "ircsn-r50, ircsn-r152, ipcsn-r152, separated-i3d or i3d"


def build(spec: ModelSpec) -> StagedNetwork:
    """The network of `spec.arch` with one output for every label, freshly initialised.

    Options: `filters` for `separated-i3d`; `width` in percent for the CSN family. Raises
    `CheckpointError` if the architecture or an option is not known.
    """
    classes = len(spec.labels)
    if spec.arch == "i3d":
        _only(spec)
        return I3D(classes)
    if spec.arch == "separated-i3d":
        _only(spec, "filters")
        return I3D(classes, filters=spec.options.get("filters", 8))
    if (csn := CSN_ARCH.fullmatch(spec.arch)) and int(csn[2]) in BLOCKS:
        _only(spec, "width")
        kind: Kind = "ip" if csn[1] == "ip" else "ir"
        return CSN(kind, int(csn[2]), classes, width=spec.options.get("width", 100) / 100)
    raise CheckpointError(
        f"{spec.name} is of the architecture {spec.arch!r}, which is not known here; "
        f"it should be like {EXAMPLES}."
    )


def _only(spec: ModelSpec, *known: str) -> None:
    unknown = sorted(set(spec.options) - set(known))
    if unknown:
        raise CheckpointError(
            f"{spec.name} has an option {unknown[0]!r} that {spec.arch} does not know; "
            "it may come from a newer version of this program."
        )
    for option, value in spec.options.items():
        if not 1 <= value <= LARGEST[option]:
            raise CheckpointError(
                f"{spec.name} has the option {option}={value}; it must be 1 to {LARGEST[option]}."
            )
