"""Everything that must be known to run a checkpoint, kept inside the checkpoint itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Normalisation:
    """Per-channel mean and standard deviation on RGB 0..255."""

    mean: tuple[float, float, float]
    std: tuple[float, float, float]


IMAGENET = Normalisation((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))
VMZ = Normalisation((110.2008, 100.63983, 95.99475), (58.14765, 56.46975, 55.332195))
SIGNED_UNIT = Normalisation((127.5, 127.5, 127.5), (127.5, 127.5, 127.5))  # 0..255 to -1..1


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far a model's answers for whole videos can be believed, as measured on real clips.

    Probabilities to the power of 1 / `temperature`, scaled to add up to 1, are the shares that were
    right (Guo et al. 2017, eq. 9). An answer is called sure from `least_probability` on (0..1,
    after that), if the logarithm of the sum of the exponentials of its logits is `least_energy`
    or more. Of the others it is likely from `likely_probability` and `likely_energy` on; None if
    there is no such step. All others are best guesses.

    `sure_right`, `likely_right` and `guess_right` (0..1) of the answers called so were right, on
    clips that the thresholds were not chosen on; None if that was not measured of these weights.
    """

    temperature: float
    least_probability: float
    least_energy: float
    sure_right: float | None
    likely_probability: float | None = None
    likely_energy: float | None = None
    likely_right: float | None = None
    guess_right: float | None = None

    def of_other_weights(self) -> Calibration:
        """For a model that was made from this one: its own answers were not measured."""
        return replace(self, sure_right=None, likely_right=None, guess_right=None)


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """How to build the network and how to feed it.

    `arch` is e.g. `ircsn-r50`, `ipcsn-r152` or `separated-i3d`; `options` are its further integer
    arguments (width, filters per channel). `short_side` and `crop` in pixels are what prediction
    uses by default; the `val` and `test` protocols have sizes of their own.
    """

    name: str
    arch: str
    labels: tuple[str, ...]
    normalisation: Normalisation
    options: Mapping[str, int] = field(default_factory=dict)
    short_side: int = 256
    crop: int = 224
    clip_len: int = 32
    interval: int = 2
    origin: str = ""  # where the weights come from, one sentence
    licence: str = ""
    calibration: Calibration | None = None  # None: nobody measured
    taught_from: int = 0  # videos that people labelled; 0: it was not taught by corrections

    def described(self) -> str:
        """The architecture with its options, for a person."""
        options = ", ".join(f"{name} {value}" for name, value in sorted(self.options.items()))
        return f"{self.arch} ({options})" if options else self.arch
