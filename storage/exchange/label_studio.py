"""Tasks with annotations for Label Studio, and the labelling interface that they belong to.

One annotation for each person. The choice `label` is what they say of the whole video, `verdict`
whether it confirms, corrects or refuses; a labelled part is a region of the time line, whose frames
count from 1. What frames and choices cannot hold exactly stands in `meta`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from storage.exchange.rows import LabelledVideo
from storage.exchange.sheets import Joined, Setting
from storage.exchange.statement import Fault, Found, found
from storage.records.decision import NAMED, VERDICTS
from storage.records.decisions import LabelEventRecord


def tasks(setting: Setting) -> Joined:
    """The list of tasks, one a video."""

    def entry(row: LabelledVideo) -> bytes:
        return json.dumps(_task(row, setting), ensure_ascii=False).encode()

    return Joined(entry)


def interface(setting: Setting) -> bytes:
    """The labelling interface (XML), to paste into the settings of a Label Studio project."""
    names = [quoteattr(label.name) for label in setting.labels]
    choices = "".join(f"    <Choice value={name}/>\n" for name in names)
    verdicts = "".join(f"    <Choice value={quoteattr(one)}/>\n" for one in VERDICTS)
    regions = "".join(f"    <Label value={name}/>\n" for name in names)
    return (
        "<View>\n"
        '  <Video name="video" value="$video"/>\n'
        f'  <Choices name="label" toName="video" choice="single">\n{choices}  </Choices>\n'
        f'  <Choices name="verdict" toName="video" choice="single">\n{verdicts}  </Choices>\n'
        f'  <TimelineLabels name="segments" toName="video">\n{regions}  </TimelineLabels>\n'
        "</View>\n"
    ).encode()


def _task(row: LabelledVideo, setting: Setting) -> dict[str, Any]:
    video = row.video
    by_person: dict[tuple[str, str], list[LabelEventRecord]] = {}
    for one in row.opinions:
        by_person.setdefault(one.decision.person, []).append(one.decision)
    return {
        "id": video.id,
        "data": {
            "video": setting.path(video),
            "name": video.name,
            "sha256": video.sha256,
            "duration_s": video.duration_s,
            "fps": video.fps,
            "split": row.split,
        },
        "annotations": [_annotation(said, video.fps) for said in by_person.values()],
    }


def _annotation(said: list[LabelEventRecord], fps: float) -> dict[str, Any]:
    return {
        "created_username": said[0].annotator,
        "created_at": max(one.decided_at for one in said).isoformat(),
        "was_cancelled": False,
        "result": [region for one in said for region in _regions(one, fps)],
    }


def _regions(one: LabelEventRecord, fps: float) -> list[dict[str, Any]]:
    meta = {
        "verdict": one.verdict,
        "note": one.note,
        "decided_at": one.decided_at.isoformat(),
        "settles": one.settles,
        "browser": one.browser,
        "start_s": one.start_s,
        "end_s": one.end_s,
        "segment": one.segment_id,
    }
    common = {"to_name": "video", "origin": "manual", "meta": meta}
    if one.segment_id is not None and one.start_s is not None and one.end_s is not None:
        frames = {"start": round(one.start_s * fps) + 1, "end": round(one.end_s * fps) + 1}
        value: Mapping[str, Any] = {"ranges": [frames], "timelinelabels": _list(one.label)}
        return [_region(one, "segments", "timelinelabels", value) | common]
    choices = {"label": one.label, "verdict": one.verdict}
    return [
        _region(one, name, "choices", {"choices": [said]}) | common
        for name, said in choices.items()
        if said
    ]


def _region(
    one: LabelEventRecord, name: str, kind: str, value: Mapping[str, Any]
) -> dict[str, Any]:
    return {"id": f"{one.id}-{name}", "from_name": name, "type": kind, "value": value}


def _list(label: str | None) -> list[str]:
    return [] if label is None else [label]


def read(value: Sequence[Any]) -> Iterator[Found]:
    """What each annotation says: of ours, and of a project that was labelled in Label Studio."""
    for number, task in enumerate(value, start=1):
        place = f"task {number}"
        data = task.get("data") if isinstance(task, Mapping) else None
        if not isinstance(data, Mapping):
            yield Fault(place, "has no data")
            continue
        for annotation in task.get("annotations") or ():
            if isinstance(annotation, Mapping) and not annotation.get("was_cancelled"):
                yield from _read_annotation(place, data, annotation)


def _read_annotation(
    place: str, data: Mapping[str, Any], annotation: Mapping[str, Any]
) -> Iterator[Found]:
    common = {
        "path": data.get("video") or next((v for v in data.values() if isinstance(v, str)), ""),
        "sha256": data.get("sha256"),
        "annotator": _who(annotation),
        "decided_at": annotation.get("created_at"),
    }
    verdicts = []
    for region in annotation.get("result") or ():
        value = region.get("value") if isinstance(region, Mapping) else None
        if not isinstance(value, Mapping):
            yield Fault(place, "has a region without a value")
            continue
        meta = region.get("meta")
        fields = common | (_meta(meta) if isinstance(meta, Mapping) else {})
        if "timelinelabels" in value:
            yield _read_part(place, fields, value, data.get("fps"))
        elif region.get("from_name") == "verdict":
            verdicts.append(fields | {"verdict": next(iter(value.get("choices") or ()), "")})
        elif value.get("choices"):
            yield found(place, fields | {"label": value["choices"][0]})
    # Where there is a label, its own `meta` says the verdict as well.
    yield from (found(place, one) for one in verdicts if one["verdict"] not in NAMED)


def _read_part(place: str, fields: Mapping[str, Any], value: Mapping[str, Any], fps: Any) -> Found:
    label = next(iter(value.get("timelinelabels") or ()), None)
    if fields.get("start_s") is None:
        ranges = value.get("ranges") or ()
        if not isinstance(fps, int | float) or fps <= 0 or not ranges:
            return Fault(place, "counts frames, but the file does not say how many a second has")
        start, end = (ranges[0].get(side) for side in ("start", "end"))
        times = {"start_s": (start - 1) / fps, "end_s": (end - 1) / fps, "is_trimmed": True}
        return found(place, {**fields, **times, "label": label})
    return found(place, {**fields, "label": label})


def _meta(meta: Mapping[str, Any]) -> dict[str, Any]:
    ours = ("verdict", "note", "settles", "browser", "start_s", "end_s", "segment", "decided_at")
    return {name: meta[name] for name in ours if meta.get(name) is not None}


def _who(annotation: Mapping[str, Any]) -> str | None:
    """The name; None where the file has only a number for the person, or nothing."""
    name = annotation.get("created_username")
    if isinstance(name, str):
        return name
    by = annotation.get("completed_by")
    email = by.get("email") if isinstance(by, Mapping) else None
    return email if isinstance(email, str) else None
