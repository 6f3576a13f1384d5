"""From a specification to the network that it describes, without weights."""

from __future__ import annotations

import re

from model.errors import CheckpointError
from model.network.csn import BLOCKS, CSN, Kind
from model.network.i3d import I3D
from model.network.staged import StagedNetwork
from model.weights.spec import ModelSpec

CSN_ARCH = re.compile(r"(ir|ip)csn-r([0-9]{1,3})")
RANK = 27  # of a 3x3x3 kernel: more filters a channel add nothing
STEM_RANK = 147  # of 3x7x7 places: more pictures add nothing
EXAMPLES = "ircsn-r50, ircsn-r152, ipcsn-r152, separated-i3d or i3d"


def build(spec: ModelSpec) -> StagedNetwork:
    """The network of `spec.arch` with one output for every label, freshly initialised.

    Options: `filters` and `stem` (see `I3D`) for `separated-i3d`; `width` in percent for
    the CSN family; `joined` for all: how many of the last layers make up the features. Raises
    `CheckpointError` if the architecture or an option is not known.
    """
    classes, joined = len(spec.labels), spec.options.get("joined", 1)
    if spec.arch == "i3d":
        _only(spec, joined=3)
        return I3D(classes, joined=joined)
    if spec.arch == "separated-i3d":
        _only(spec, joined=3, filters=RANK, stem=STEM_RANK)
        filters, stem = spec.options.get("filters", 8), spec.options.get("stem", 0)
        return I3D(classes, filters=filters, stem=stem, joined=joined)
    if (csn := CSN_ARCH.fullmatch(spec.arch)) and int(csn[2]) in BLOCKS:
        kind: Kind = "ip" if csn[1] == "ip" else "ir"
        depth, width = int(csn[2]), spec.options.get("width", 100)
        _only(spec, joined=BLOCKS[depth][-1], width=1000)
        return CSN(kind, depth, classes, width=width / 100, joined=joined)
    raise CheckpointError(
        f"{spec.name} is of the architecture {spec.arch!r}, which is not known here; "
        f"it should be like {EXAMPLES}."
    )


def _only(spec: ModelSpec, **largest: int) -> None:
    """Raises `CheckpointError` for an option that is not named here, or is not 1 to its largest."""
    unknown = sorted(set(spec.options) - set(largest))
    if unknown:
        raise CheckpointError(
            f"{spec.name} has an option {unknown[0]!r} that {spec.arch} does not know; "
            "it may come from a newer version of this program."
        )
    for option, value in spec.options.items():
        if not 1 <= value <= largest[option]:
            raise CheckpointError(
                f"{spec.name} has the option {option}={value}; it must be 1 to {largest[option]}."
            )
