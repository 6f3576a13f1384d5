from __future__ import annotations

import os
import time
from pathlib import Path

from app.workflow import ingest
from app.workflow.housekeeping import KEPT_BACKUPS, keep_house
from app.workflow.services import Services
from storage.database import Database


def test_backs_up_and_clears_what_belongs_to_no_video(
    services: Services, juggling: Path, tmp_path: Path
) -> None:
    video = ingest.store(services, ingest.Upload(juggling, "a.mp4"), lambda *_: None).video
    stray = services.media.put(Path(__file__))
    path = services.media.local_path(stray.uri)
    long_ago = time.time() - 7200
    os.utime(path, (long_ago, long_ago))
    backups = tmp_path / "backups"
    backups.mkdir()
    for number in range(KEPT_BACKUPS):
        (backups / f"2020-01-01-{number:06d}.sqlite3").touch()
    keep_house(services, backups)
    assert not path.exists()
    assert services.media.exists(video.uri)
    kept = sorted(backups.glob("*.sqlite3"))
    assert len(kept) == KEPT_BACKUPS
    assert Database.in_file(kept[-1]).revision() == services.database.revision()
