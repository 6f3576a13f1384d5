"""The list of the Kinetics data sets: `label,youtube_id,time_start,time_end,split`, seconds.

A video without a span of its own runs from 0 to its end. The id is the name of its file in an
export with the videos, without the ending. Not kept: who said it, when, and what has no label.
"""

from __future__ import annotations

import csv
import io
from pathlib import PurePosixPath

from storage.exchange.cells import guarded
from storage.exchange.names import media_name
from storage.exchange.rows import LabelledVideo

HEADER = b"label,youtube_id,time_start,time_end,split\r\n"


def lines(row: LabelledVideo) -> bytes:
    """One line for the label of the video, and one for each labelled part of it."""
    name = PurePosixPath(media_name(row.video)).stem
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    for one in row.named:
        start = 0.0 if one.start_s is None else one.start_s
        end = row.video.duration_s if one.end_s is None else one.end_s
        split = row.split or ""
        table.writerow(
            [guarded(one.label or ""), guarded(name), seconds(start), seconds(end), split]
        )
    return text.getvalue().encode()


def seconds(value: float) -> str:
    """The shortest number that is exactly this one, without an exponent where people look."""
    return str(int(value)) if value == int(value) else repr(value)
