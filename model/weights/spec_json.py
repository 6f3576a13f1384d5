"""A `ModelSpec` as JSON and back, checked on the way in."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from model.weights.spec import ModelSpec, Normalisation

TEXTS = ("name", "arch", "origin", "licence")
SIZES = ("short_side", "crop", "clip_len", "interval")


def to_fields(spec: ModelSpec) -> dict[str, Any]:
    """What `json.dumps` takes."""
    return asdict(spec)


def from_fields(raw: Any) -> ModelSpec:
    """From what `json.loads` gives.

    Raises `ValueError` naming the first field that is missing or of the wrong kind.
    """
    if not isinstance(raw, dict):
        raise ValueError("a specification is a JSON object")
    for field in TEXTS:
        _check(isinstance(raw.get(field), str), field)
    for field in SIZES:
        _check(_is_count(raw.get(field)), field)
    options: Any = raw.get("options")
    _check(isinstance(options, dict) and all(map(_is_count, options.values())), "options")
    labels: Any = raw.get("labels")
    _check(isinstance(labels, list) and bool(labels) and all(map(_is_text, labels)), "labels")
    scale: Any = raw.get("normalisation")
    _check(isinstance(scale, dict) and scale.keys() == {"mean", "std"}, "normalisation")
    return ModelSpec(
        **{field: raw[field] for field in (*TEXTS, *SIZES)},
        options=options,
        labels=tuple(labels),
        normalisation=Normalisation(_triple(scale["mean"]), _triple(scale["std"])),
    )


def _check(good: bool, field: str) -> None:
    if not good:
        raise ValueError(f"the field {field} is missing or of the wrong kind")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _triple(value: Any) -> tuple[float, float, float]:
    _check(
        isinstance(value, list) and len(value) == 3 and all(type(v) in (int, float) for v in value),
        "normalisation",
    )
    red, green, blue = map(float, value)
    return red, green, blue
