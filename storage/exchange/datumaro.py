"""Datumaro's own format, which CVAT's tools convert to and from: a label for each whole video.

The file lies at `annotations/default.json`, the videos, if they come along, in `videos/default`.
Not kept: labels of parts, and what several people said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from storage.exchange.names import media_name
from storage.exchange.rows import LabelledVideo
from storage.exchange.sheets import Joined, Setting
from storage.exchange.statement import Fault, Found, found

VERSION = "1.0"
VIDEO = 5  # `datumaro.components.media.MediaType.VIDEO`


def items(setting: Setting) -> Joined:
    """The whole file; a label's number is its place in the list of categories."""
    labels = [{"name": label.name, "parent": "", "attributes": []} for label in setting.labels]
    head = {
        "dm_format_version": VERSION,
        "media_type": VIDEO,
        "infos": {},
        "categories": {"label": {"labels": labels, "label_groups": [], "attributes": []}},
    }
    first = json.dumps(head, ensure_ascii=False)[:-1] + ', "items": ['
    return Joined(_entry, first=first.encode(), last=b"\n]}\n")


def _entry(row: LabelledVideo) -> bytes:
    if row.usable is None:
        return b""
    return json.dumps(_item(row), ensure_ascii=False).encode()


def _item(row: LabelledVideo) -> dict[str, Any]:
    one, name = row.usable, media_name(row.video)
    if one is None:
        raise ValueError("a video without a label has no item")
    said = {
        "annotator": one.annotator,
        "decided_at": one.decided_at.isoformat(),
        "verdict": one.verdict,
        "note": one.note,
    }
    return {
        "id": PurePosixPath(name).stem,
        "annotations": [
            {"id": 0, "type": "label", "attributes": said, "group": 0, "label_id": one.label_index}
        ],
        "attr": {"name": row.video.name, "sha256": row.video.sha256, "split": row.split or ""},
        "video": {"path": name, "step": 1, "start_frame": 0, "end_frame": None},
    }


def read(value: Mapping[str, Any]) -> Iterator[Found]:
    """The first label of each item."""
    categories = value.get("categories") or {}
    known = [one.get("name") for one in (categories.get("label") or {}).get("labels") or ()]
    for number, item in enumerate(value.get("items") or (), start=1):
        place = f"item {number}"
        said = next((one for one in item.get("annotations") or () if _is_label(one)), None)
        if said is None:
            yield Fault(place, "has no label")
            continue
        index = said.get("label_id")
        if not isinstance(index, int) or not 0 <= index < len(known):
            yield Fault(place, f"has the label number {index}, which the file does not name")
            continue
        media, attributes = item.get("video") or {}, said.get("attributes") or {}
        fields = {
            "path": media.get("path") or item.get("id"),
            "sha256": (item.get("attr") or {}).get("sha256"),
            "label": known[index],
        }
        ours = ("annotator", "decided_at", "verdict", "note")
        yield found(place, fields | {name: attributes.get(name) for name in ours})


def _is_label(annotation: Mapping[str, Any]) -> bool:
    return annotation.get("type") == "label"
