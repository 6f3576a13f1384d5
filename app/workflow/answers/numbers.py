"""The numbers behind an answer: a table for spreadsheets, and all arrays for programs."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.words.certainty import CAVEAT
from model.evidence.contrast import contrast_curves
from model.inference.prediction import Crop, Prediction, Span
from storage.exchange.cells import guarded

ABOUT = (
    "What a model saw in a video, when and where. Times are seconds from the start of the video.",
    "k classes (the most probable first), S moments, N steps, C clips, G gaps, H x W cells.",
    "labels [k]: names; indices [k]: their numbers in the model; probabilities [k]: 0 to 1.",
    "seconds [S]: ascending; weights [S]: how much of the answer a moment stands for, sum 1.",
    "volume [k, S, H, W] float16: signed evidence in logits, neither stretched nor cut.",
    "curves [k, S]: its mean over the picture. biases, logits [k]: in logits.",
    "For every class biases + sum over S of weights * curves = logits.",
    "contrast [k, S]: biases + curves, less the mean of that over the other leading classes.",
    "gaps [G, 2]: from and to, where no clip looked; clips [C, 2]: where they did.",
    "area [4]: left, top, width, height of what the H x W cells divide evenly, as shares of the",
    "displayed picture; crop [4]: the part that the network saw. Beyond the crop nothing counts.",
    "edges [N + 1]: of the steps; step_probabilities [k, N]: 0 to 1, not a number in gaps.",
    "frame_inds [C, T]: which frames a clip showed. all_logits, all_probabilities: of every class.",
    "video [5]: seconds long, frames a second, frames, width, height (pixels, as displayed).",
    "model, version (SHA-256 of its file), protocol, notes [*]: texts.",
    CAVEAT,
)


def table(prediction: Prediction) -> bytes:
    """The numbers as CSV (RFC 4180, UTF-8), one row a moment of the evidence.

    Columns: second, weight, and for each class the probability of the step that the moment lies in
    (empty where nobody looked), evidence, contrast and bias. For every class
    `sum(weight * (evidence + bias))` is its score. A label that a spreadsheet could take for a
    formula comes with an apostrophe in front.
    """
    evidence = prediction.evidence
    columns: list[tuple[str, Sequence[float]]] = [("second (s)", evidence.seconds.tolist())]
    weights = evidence.weights.tolist() or [math.nan] * len(evidence.seconds)
    columns.append(("weight (share of 1)", weights))
    probabilities = _probabilities_at(prediction, evidence.seconds)
    contrasts = contrast_curves(evidence)
    biases = evidence.biases or (math.nan,) * len(prediction.top)
    for row, score in enumerate(prediction.top):
        columns += [
            (f"{score.label}: probability (0 to 1)", probabilities[row].tolist()),
            (f"{score.label}: evidence (logits)", evidence.curves[row].tolist()),
            (f"{score.label}: contrast (logits)", contrasts[row].tolist()),
            (f"{score.label}: bias (logits)", [biases[row]] * len(evidence.seconds)),
        ]
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([guarded(name) for name, _ in columns])
    writer.writerows(zip(*([_cell(v) for v in values] for _, values in columns), strict=True))
    return text.getvalue().encode("utf-8")


def arrays(prediction: Prediction) -> bytes:
    """Everything as one npz file that numpy reads alone, without pickles; `about` explains it."""
    evidence, facts = prediction.evidence, prediction.video
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        about=np.array(ABOUT),
        labels=np.array([score.label for score in prediction.top]),
        indices=np.array([score.index for score in prediction.top]),
        probabilities=np.array([score.probability for score in prediction.top]),
        seconds=evidence.seconds,
        weights=evidence.weights,
        volume=evidence.volume,
        curves=evidence.curves,
        contrast=contrast_curves(evidence),
        biases=np.array(evidence.biases, np.float64),
        logits=np.array(evidence.logits, np.float64),
        gaps=_spans(evidence.gaps),
        clips=_spans(prediction.clips),
        area=_rectangle(evidence.area),
        crop=_rectangle(prediction.crop),
        edges=prediction.timeline.edges,
        step_probabilities=prediction.timeline.probabilities,
        frame_inds=prediction.frame_inds,
        all_logits=prediction.logits,
        all_probabilities=prediction.probabilities,
        video=np.array(
            [facts.duration_s, facts.fps, facts.frames, facts.width, facts.height], np.float64
        ),
        model=np.array(prediction.model),
        version=np.array(prediction.version),
        protocol=np.array(prediction.protocol),
        notes=np.array(prediction.notes, np.str_),
    )
    return buffer.getvalue()


def _probabilities_at(prediction: Prediction, seconds: NDArray[np.float64]) -> NDArray[np.float32]:
    """[k, S]: of the step that each moment lies in; NaN outside all of them."""
    edges, steps = prediction.timeline.edges, prediction.timeline.probabilities
    found = np.full((len(steps), len(seconds)), np.nan, np.float32)
    if steps.shape[1]:
        place = np.minimum(np.searchsorted(edges, seconds, side="right") - 1, steps.shape[1] - 1)
        inside = (seconds >= edges[0]) & (seconds <= edges[-1])
        found[:, inside] = steps[:, place[inside]]
    return found


def _cell(value: float) -> str:
    """Nine digits give a float32 back exactly; what is not known stays empty."""
    return f"{value:.9g}" if math.isfinite(value) else ""


def _spans(spans: tuple[Span, ...]) -> NDArray[np.float64]:
    return np.array([[s.start_s, s.end_s] for s in spans], dtype=np.float64).reshape(-1, 2)


def _rectangle(crop: Crop) -> NDArray[np.float64]:
    return np.array([crop.x, crop.y, crop.width, crop.height])
