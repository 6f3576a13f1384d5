"""Class evidence for the viewer: packed for the browser, on one honest scale, and in words."""

from __future__ import annotations

import base64
import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.words.evidence import NOT_KNOWN, where_evidence_was
from model.evidence.scale import bare_scale
from model.inference.prediction import Evidence, Prediction, Span

MOST_SPANS = 3
# A curve that moves less than this share of the lead over the second class decides nothing.
FLAT_SHARE = 0.5


def packed(evidence: Evidence) -> dict[str, Any] | None:
    """JSON values for `viewer_value`, or None if there is nothing that may be shown.

    `volume` is base64 of little-endian float16 [k, S, H', W'] in logits. `scale` (logits) is the
    full colour for every class and moment, `curve_scale` the end of the curves' shared axis.
    """
    if evidence.volume.size == 0 or not np.isfinite(evidence.volume).all():
        return None
    scale = bare_scale(evidence)
    return {
        "seconds": [round(float(second), 4) for second in evidence.seconds],
        "height": int(evidence.volume.shape[2]),
        "width": int(evidence.volume.shape[3]),
        "scale": scale.colour,
        "curve_scale": scale.curve,
        "gaps": [[span.start_s, span.end_s] for span in evidence.gaps],
        "area": [evidence.area.x, evidence.area.y, evidence.area.width, evidence.area.height],
        "volume": base64.b64encode(evidence.volume.astype("<f2").tobytes()).decode("ascii"),
    }


def sentences(prediction: Prediction) -> tuple[str, ...]:
    """One sentence a class of `prediction.top`: where its evidence was, or that it was nowhere."""
    evidence = prediction.evidence
    if packed(evidence) is None:
        return (NOT_KNOWN,) * len(prediction.top)
    top = prediction.top
    lead = top[0].logit - top[1].logit if len(top) > 1 else 0.0
    return tuple(
        _sentence(score.label, evidence, curve, lead)
        for score, curve in zip(top, evidence.curves, strict=True)
    )


def strongest(evidence: Evidence, curve: NDArray[np.float32]) -> tuple[Span, ...]:
    """Where `curve` [S] lies above its mean plus one standard deviation, in order of time.

    At most three stretches, those with the most evidence. A step reaches half-way to its
    neighbours and never into a gap.
    """
    high = curve > curve.mean() + curve.std()
    cells = _cells(evidence)
    found: list[tuple[float, Span]] = []
    for is_high, run in itertools.groupby(range(len(curve)), key=lambda i: bool(high[i])):
        for stretch_of in _unbroken(list(run), cells) if is_high else ():
            span = Span(cells[stretch_of[0]].start_s, cells[stretch_of[-1]].end_s)
            found.append((float(curve[stretch_of].sum()), span))
    most = sorted(found, key=lambda item: item[0], reverse=True)[:MOST_SPANS]
    return tuple(sorted((span for _, span in most), key=lambda span: span.start_s))


def _sentence(label: str, evidence: Evidence, curve: NDArray[np.float32], lead: float) -> str:
    flat = np.ptp(curve) <= FLAT_SHARE * max(lead, 0.0)
    spans = () if flat else strongest(evidence, curve)
    return where_evidence_was(label, spans, any_at_all=bool(curve.max() > 0))


def _cells(evidence: Evidence) -> list[Span]:
    """The stretch that each step stands for."""
    times = evidence.seconds
    reach = float(np.median(np.diff(times))) / 2 if len(times) > 1 else 0.0
    starts = np.concatenate(([times[0] - reach], (times[:-1] + times[1:]) / 2))
    ends = np.concatenate(((times[:-1] + times[1:]) / 2, [times[-1] + reach]))
    cells = []
    for time, start, end in zip(times, starts, ends, strict=True):
        for gap in evidence.gaps:
            start = max(start, gap.end_s) if gap.end_s <= time else start
            end = min(end, gap.start_s) if gap.start_s >= time else end
        cells.append(Span(max(float(start), 0.0), float(end)))
    return cells


def _unbroken(run: list[int], cells: list[Span]) -> list[list[int]]:
    """Splits neighbouring steps where a gap lies between them."""
    parts = [[run[0]]]
    for before, step in itertools.pairwise(run):
        if cells[step].start_s - cells[before].end_s > 1e-6:
            parts.append([])
        parts[-1].append(step)
    return parts
