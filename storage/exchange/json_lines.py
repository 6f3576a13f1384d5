"""JSON lines: one object for each labelled video, with everything that is known about it.

Where people disagree the object has no label of its own, only those of its opinions. `split` is
`train` if a version learned from the video, `val` if it is kept for checking, and null until a
teaching has decided; `group` is the same for videos that show the same thing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from storage import documents
from storage.exchange.names import media_name
from storage.exchange.rows import LabelledVideo, Opinion
from storage.exchange.statement import Fault, Found, found
from storage.records.decisions import LabelEventRecord


def write(rows: Iterable[LabelledVideo]) -> bytes:
    """The lines, in UTF-8. Times are ISO 8601 in UTC, times in the video are seconds."""
    return b"".join(map(line, rows))


def line(row: LabelledVideo) -> bytes:
    """The object of one video."""
    return documents.line(_object(row)).encode()


def _object(row: LabelledVideo) -> dict[str, Any]:
    video, deciding = row.video, row.deciding
    return {
        "video_id": video.id,
        "sha256": video.sha256,
        "name": video.name,
        "file": media_name(video),
        "uri": video.uri,
        "duration_s": video.duration_s,
        "fps": video.fps,
        "width": video.width,
        "height": video.height,
        "uploaded_by": video.uploaded_by,
        "uploaded_at": video.created_at.isoformat(),
        "disagree": row.disagree,
        "split": row.split,
        "group": row.group,
        **({} if deciding is None else _opinion(deciding)),
        "opinions": [_opinion(opinion) for opinion in row.opinions],
    }


def _opinion(opinion: Opinion) -> dict[str, Any]:
    answer = opinion.prediction
    return {
        **_decision(opinion.decision),
        "model_version": None if answer is None else answer.model_name,
        "model_sha256": None if answer is None else answer.model_sha256,
        "predicted_at": None if answer is None else answer.created_at.isoformat(),
        "predicted": []
        if answer is None
        else [
            {"index": s.index, "label": s.label, "probability": s.probability, "logit": s.logit}
            for s in answer.scores
        ],
    }


def _decision(decision: LabelEventRecord) -> dict[str, Any]:
    return {
        "label": decision.label,
        "index": decision.label_index,
        "verdict": decision.verdict,
        "annotator": decision.annotator,
        "note": decision.note,
        "start_s": decision.start_s,
        "end_s": decision.end_s,
        "segment_id": decision.segment_id,
        "decided_at": decision.decided_at.isoformat(),
        "event_id": decision.id,
        "settles": decision.settles,
        "browser": decision.browser,
    }


def read(text: str) -> Iterator[Found]:
    """What each line says: our own, `metadata.jsonl`, or any object with a file and a label."""
    for number, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        place = f"line {number}"
        try:
            value = json.loads(content)
        except (ValueError, RecursionError):
            yield Fault(place, "is no JSON")
            continue
        if not isinstance(value, Mapping):
            yield Fault(place, "is no JSON object")
            continue
        yield from _read_object(place, value)


def _read_object(place: str, value: Mapping[str, Any]) -> Iterator[Found]:
    names = ("file", "file_name", "path", "video", "name", "uri")
    video = {
        "path": next((value[name] for name in names if value.get(name)), ""),
        "sha256": value.get("sha256"),
    }
    opinions = value.get("opinions")
    for one in opinions if isinstance(opinions, Sequence) else [value]:
        if not isinstance(one, Mapping):
            yield Fault(place, "has an opinion that is no JSON object")
            continue
        yield found(place, {**one, **video, "segment": one.get("segment_id")})
