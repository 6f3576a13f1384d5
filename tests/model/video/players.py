"""How long a video lasts here, and how long FFmpeg's players play it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import av

from model.video.claims import REPAIRED_TIMES
from model.video.facts import VideoInfo

TENTH_S = 0.1
BROKEN = {"truncated_video1_100k.webm"}  # announces what it does not hold


def check_covered(videos: Mapping[Path, VideoInfo | None]) -> None:
    """Each is covered as long as players play it; None was refused. At least twenty are compared.

    What repaired times make longer does not count.
    """
    checked = 0
    for path, info in videos.items():
        if info is None or path.name in BROKEN:
            continue
        with av.open(str(path), metadata_errors="replace") as container:
            if not container.duration:
                continue
            end_s = ((container.start_time or 0) + container.duration) / av.time_base - info.start_s
        checked += 1
        assert end_s - info.duration_s <= TENTH_S, path.name
        if REPAIRED_TIMES not in info.notes:
            assert info.duration_s - end_s <= TENTH_S, path.name
    assert checked >= 20
