"""CSV for spreadsheets: one line for each person's decision about a video.

`decides` is yes for the one that counts for the video; none does where people disagree.
`split` is `train` if a version learned from the video, `val` if it is kept for checking, and empty
until a teaching has decided; `group` is the same for videos that show the same thing.
Quoted throughout, UTF-8, lines end with CR LF (RFC 4180). A text that a spreadsheet could take for
a formula gets an apostrophe in front; `cells.unguarded` takes it away again. `file` is what the
video is called in an export with the videos; `browser` tells nameless people apart.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from storage.exchange.cells import guarded
from storage.exchange.names import media_name
from storage.exchange.rows import LabelledVideo, Opinion

TEXT_COLUMNS = frozenset(
    {
        "video",
        "label",
        "annotator",
        "note",
        "segment",
        "model",
        "predicted",
        "group",
        "file",
        "browser",
    }
)
COLUMNS = (
    "video_id", "video", "sha256", "uri", "duration_s", "verdict", "label", "index", "annotator",
    "note", "start_s", "end_s", "segment", "decided_at", "decides", "model", "model_sha256",
    "predicted", "predicted_index", "predicted_probability", "event_id", "disagree",
    "split", "group", "file", "settles", "browser",
)  # fmt: skip


def write(rows: Iterable[LabelledVideo], *, excel: bool = False) -> bytes:
    """The table. `excel` puts a byte order mark in front, without which Excel garbles accents."""
    return header(excel=excel) + b"".join(map(lines, rows))


def header(*, excel: bool = False) -> bytes:
    """The first line, with the names of the columns."""
    return _lines([dict(zip(COLUMNS, COLUMNS, strict=True))]).encode(
        "utf-8-sig" if excel else "utf-8"
    )


def lines(row: LabelledVideo) -> bytes:
    """One line for each opinion about a video."""
    return _lines(
        {name: guarded(v) if name in TEXT_COLUMNS else v for name, v in cells.items()}
        for cells in (_cells(row, opinion) for opinion in row.opinions)
    ).encode()


def _lines(rows: Iterable[dict[str, str]]) -> str:
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerows(rows)
    return text.getvalue()


def _cells(row: LabelledVideo, opinion: Opinion) -> dict[str, str]:
    decision, answer = opinion.decision, opinion.prediction
    cells = {
        "video_id": row.video.id,
        "video": row.video.name,
        "sha256": row.video.sha256,
        "uri": row.video.uri,
        "duration_s": row.video.duration_s,
        "verdict": decision.verdict,
        "label": decision.label,
        "index": decision.label_index,
        "annotator": decision.annotator,
        "note": decision.note,
        "start_s": decision.start_s,
        "end_s": decision.end_s,
        "segment": decision.segment_id,
        "decided_at": decision.decided_at.isoformat(),
        "decides": "yes" if opinion == row.deciding else "no",
        "model": None if answer is None else answer.model_name,
        "model_sha256": None if answer is None else answer.model_sha256,
        "predicted": None if answer is None else answer.top.label,
        "predicted_index": None if answer is None else answer.top.index,
        "predicted_probability": None if answer is None else answer.top.probability,
        "event_id": decision.id,
        "disagree": "yes" if row.disagree else "no",
        "split": row.split,
        "group": row.group,
        "file": media_name(row.video),
        "settles": "yes" if decision.settles else "no",
        "browser": decision.browser,
    }
    return {name: "" if value is None else str(value) for name, value in cells.items()}
