"""A `ModelSpec` as JSON and back, checked on the way in."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import Any

from model.weights.spec import Calibration, ModelSpec, Normalisation

TEXTS = ("name", "arch", "origin", "licence")
LARGEST = {"short_side": 1024, "crop": 1024, "clip_len": 512, "interval": 128, "options": 10_000}
CALIBRATION = {
    "temperature": (0.01, 100.0),
    "least_probability": (0.0, 1.0),
    "least_energy": (-1e6, 1e6),
    "sure_right": (0.0, 1.0),
    "likely_probability": (0.0, 1.0),
    "likely_energy": (-1e6, 1e6),
    "likely_right": (0.0, 1.0),
    "guess_right": (0.0, 1.0),
}
UNKNOWN = ("sure_right", "likely_probability", "likely_energy", "likely_right", "guess_right")
"""May be null; all but the first are missing in files from before there were three steps."""
MOST_TAUGHT = 10**9
SIZES = ("short_side", "crop", "clip_len", "interval")


def to_fields(spec: ModelSpec) -> dict[str, Any]:
    """What `json.dumps` takes."""
    return asdict(spec)


def from_fields(raw: Any) -> ModelSpec:
    """From what `json.loads` gives.

    Raises `ValueError` naming the first field that is missing, of the wrong kind or out of range.
    """
    if not isinstance(raw, dict):
        raise ValueError("a specification is a JSON object")
    for field in TEXTS:
        _check(isinstance(raw.get(field), str), field)
    for field in SIZES:
        _check(_is_count(raw.get(field), LARGEST[field]), field)
    options: Any = raw.get("options")
    _check(
        isinstance(options, dict)
        and all(_is_count(value, LARGEST["options"]) for value in options.values()),
        "options",
    )
    labels: Any = raw.get("labels")
    _check(isinstance(labels, list) and bool(labels) and all(map(_is_text, labels)), "labels")
    taught = raw.get("taught_from", 0)
    _check(type(taught) is int and 0 <= taught <= MOST_TAUGHT, "taught_from")
    return ModelSpec(
        **{field: raw[field] for field in (*TEXTS, *SIZES)},
        options=options,
        labels=tuple(labels),
        normalisation=_normalisation(raw.get("normalisation")),
        calibration=calibration_from(raw.get("calibration")),
        taught_from=taught,
    )


def calibration_from(raw: Any) -> Calibration | None:
    """A `Calibration` from what `json.loads` gives; None for none, as in files without the field.

    Raises `ValueError` if a value is missing, not a number or out of range.
    """
    if raw is None:
        return None
    _check(isinstance(raw, dict) and raw.keys() <= CALIBRATION.keys(), "calibration")
    given = dict.fromkeys(UNKNOWN[1:]) | raw
    _check(given.keys() == CALIBRATION.keys(), "calibration")
    for field, (least, most) in CALIBRATION.items():
        unknown = field in UNKNOWN and given[field] is None
        known = _is_number(given[field]) and least <= given[field] <= most
        _check(unknown or known, f"calibration.{field}")
    return Calibration(**given)


def _normalisation(raw: Any) -> Normalisation:
    _check(isinstance(raw, dict) and raw.keys() == {"mean", "std"}, "normalisation")
    mean, std = _triple(raw["mean"]), _triple(raw["std"])
    _check(all(value > 0 for value in std), "normalisation")
    return Normalisation(mean, std)


def _check(good: bool, field: str) -> None:
    if not good:
        raise ValueError(f"the field {field} is missing, of the wrong kind or out of range")


def _is_count(value: object, largest: int) -> bool:
    return type(value) is int and 0 < value <= largest


def _is_number(value: object) -> bool:
    return type(value) in (int, float)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _triple(value: Any) -> tuple[float, float, float]:
    _check(
        isinstance(value, list) and len(value) == 3 and all(map(_is_number, value)),
        "normalisation",
    )
    red, green, blue = map(float, value)
    _check(isfinite(red + green + blue), "normalisation")
    return red, green, blue
