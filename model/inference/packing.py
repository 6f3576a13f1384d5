"""A prediction as JSON values and an array file, and back again: for databases and the wire."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Protocol

import numpy as np

from model.inference.prediction import (
    Crop,
    Evidence,
    Prediction,
    Score,
    Span,
    Timeline,
    VideoFacts,
)
from model.weights import spec_json


def scores_of(prediction: Prediction) -> list[dict[str, Any]]:
    """The kept classes as JSON values: index, label, probability 0..1, logit."""
    return [asdict(score) for score in prediction.top]


def details_of(prediction: Prediction) -> dict[str, Any]:
    """What is small and not an array, as JSON values."""
    return {
        "model": prediction.model,
        "protocol": prediction.protocol,
        "video": asdict(prediction.video),
        "crop": asdict(prediction.crop),
        "area": asdict(prediction.evidence.area),
        "biases": list(prediction.evidence.biases),
        "logits": list(prediction.evidence.logits),
        "agreement": finite_or_none(prediction.evidence.agreement),
        "notes": list(prediction.notes),
        "calibration": prediction.calibration and asdict(prediction.calibration),
        "taught_from": prediction.taught_from,
    }


def arrays_of(prediction: Prediction) -> bytes:
    """All arrays as one compressed npz file: no pickles, readable by numpy alone."""
    evidence = prediction.evidence
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        logits=prediction.logits,
        probabilities=prediction.probabilities,
        clips=_spans(prediction.clips),
        frame_inds=prediction.frame_inds,
        timeline_edges=prediction.timeline.edges,
        timeline_probabilities=prediction.timeline.probabilities,
        evidence_seconds=evidence.seconds,
        evidence_volume=evidence.volume,
        evidence_weights=evidence.weights,
        evidence_gaps=_spans(evidence.gaps),
        features=prediction.features.astype(np.float16),
    )
    return buffer.getvalue()


class StoredScore(Protocol):
    """What a kept class was stored as."""

    @property
    def index(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def probability(self) -> float: ...
    @property
    def logit(self) -> float: ...


def unpack(
    *, version: str, scores: Iterable[StoredScore], details: Mapping[str, Any], arrays: bytes
) -> Prediction:
    """The prediction that `scores_of`, `details_of` and `arrays_of` were made from."""
    with np.load(io.BytesIO(arrays), allow_pickle=False) as stored:
        return Prediction(
            version=version,
            model=details["model"],
            protocol=details["protocol"],
            video=VideoFacts(**details["video"]),
            top=tuple(Score(s.index, s.label, s.probability, s.logit) for s in scores),
            logits=stored["logits"],
            probabilities=stored["probabilities"],
            clips=_to_spans(stored["clips"]),
            frame_inds=stored["frame_inds"],
            timeline=Timeline(stored["timeline_edges"], stored["timeline_probabilities"]),
            evidence=_evidence(stored, details),
            crop=Crop(**details["crop"]),
            notes=tuple(details["notes"]),
            calibration=spec_json.calibration_from(details.get("calibration")),
            taught_from=details.get("taught_from", 0),
            features=_features(stored),
        )


def finite_or_none(value: float) -> float | None:
    """JSON has no NaN."""
    return value if math.isfinite(value) else None


def _evidence(stored: Mapping[str, Any], details: Mapping[str, Any]) -> Evidence:
    """Answers from before there were weights have none, and can then not be taken apart."""
    seconds = stored["evidence_seconds"]
    agreement = details.get("agreement")
    return Evidence(
        seconds=seconds,
        volume=stored["evidence_volume"],
        gaps=_to_spans(stored["evidence_gaps"]),
        area=Crop(**details["area"]),
        biases=tuple(details["biases"]),
        weights=stored["evidence_weights"] if "evidence_weights" in stored else np.empty(0),
        logits=tuple(details.get("logits", ())),
        agreement=math.nan if agreement is None else agreement,
    )


def _features(stored: Mapping[str, Any]) -> np.ndarray[Any, np.dtype[np.float32]]:
    kept = stored["features"] if "features" in stored else np.empty(0)
    features: np.ndarray[Any, np.dtype[np.float32]] = kept.astype(np.float32)
    return features


def _spans(spans: tuple[Span, ...]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([[s.start_s, s.end_s] for s in spans], dtype=np.float64).reshape(-1, 2)


def _to_spans(array: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[Span, ...]:
    return tuple(Span(float(start), float(end)) for start, end in array)
