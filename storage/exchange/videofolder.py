"""`metadata.jsonl` of Hugging Face's `videofolder`: a line for each labelled video.

With the videos beside it, `datasets.load_dataset("videofolder", data_dir=...)` reads both. Not
kept: labels of parts, and what several people said.
"""

from __future__ import annotations

from storage import documents
from storage.exchange.rows import LabelledVideo
from storage.exchange.sheets import Lines, Setting


def metadata(setting: Setting) -> Lines:
    """The file; `file_name` is relative to it."""

    def line(row: LabelledVideo) -> bytes:
        one = row.usable
        if one is None:
            return b""
        fields = {
            "file_name": setting.path(row.video),
            "label": one.label,
            "label_index": one.label_index,
            "split": row.split or "",
            "name": row.video.name,
            "sha256": row.video.sha256,
            "duration_s": row.video.duration_s,
            "annotator": one.annotator,
            "decided_at": one.decided_at.isoformat(),
            "verdict": one.verdict,
            "note": one.note,
        }
        return documents.line(fields).encode()

    return Lines(line)
