"""A prediction as plain JSON values, the same for the command line and the API."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.words.certainty import headline, remark, why_not_sure
from model.inference.certainty import doubt, step_of
from model.inference.prediction import Prediction
from storage.records.browsing import VideoRow


def report(prediction: Prediction, video: str, *, with_scores: bool = False) -> dict[str, Any]:
    """One JSON object for one video.

    `timeline.seconds[i]` is the middle of step i; a class's value there is its probability 0..1,
    or null where nothing was looked at. `step` says how sure the answer is ("sure", "likely" or
    "guess"), `headline` and `remark` say it in words; `doubt` why it is not `sure`. `with_scores`
    adds the averaged logits (`scores`) and `probabilities` of all classes. `frame_inds`
    [clips][frames] comes with the fixed protocols.
    """
    edges = prediction.timeline.edges
    hesitation = doubt(prediction) if prediction.top else None
    answer: dict[str, Any] = {
        "video": video,
        "model": prediction.model,
        "version": prediction.version,
        "protocol": prediction.protocol,
        "duration": round(prediction.video.duration_s, 6),
        "top": [
            {"label": s.label, "index": s.index, "probability": s.probability}
            for s in prediction.top
        ],
        "timeline": {
            "seconds": [round(float(s), 4) for s in (edges[:-1] + edges[1:]) / 2],
            "classes": {
                score.label: _numbers(row)
                for score, row in zip(
                    prediction.top, prediction.timeline.probabilities, strict=True
                )
            },
        },
        "step": step_of(prediction) if prediction.top else None,
        "headline": headline(prediction),
        "remark": remark(prediction),
        "sure": bool(prediction.top) and hesitation is None,
        "doubt": hesitation and why_not_sure(prediction, hesitation),
        "notes": list(prediction.notes),
    }
    if with_scores:
        answer["scores"] = _numbers(prediction.logits)
        answer["probabilities"] = _numbers(prediction.probabilities)
    if prediction.protocol != "auto":
        answer["frame_inds"] = prediction.frame_inds.tolist()
    return answer


def video_row(row: VideoRow) -> dict[str, Any]:
    """A line of the list of videos as JSON values."""
    said, decided = row.prediction, row.decision
    return {
        "video_id": row.id,
        "name": row.name,
        "sha256": row.sha256,
        "duration": row.duration_s,
        "uploaded_at": row.created_at.isoformat(),
        "prediction": said and {"label": said.label, "probability": said.probability},
        "model": said and said.model_name,
        "state": row.state,
        "verdict": decided and decided.verdict,
        "label": decided and decided.label,
        "annotator": decided and decided.annotator,
        "decided_at": decided and decided.created_at.isoformat(),
    }


def _numbers(values: NDArray[np.float32]) -> list[float | None]:
    return [float(v) if np.isfinite(v) else None for v in values]
