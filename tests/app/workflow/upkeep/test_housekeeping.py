from __future__ import annotations

import os
import time
from pathlib import Path

from app.workflow.services import Services
from app.workflow.upkeep.housekeeping import KEPT_BACKUPS, forget_unused, keep_house
from app.workflow.videos import ingest
from storage.engine.database import Database


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


def test_what_is_long_unused_is_forgotten_and_nothing_else(tmp_path: Path) -> None:
    old, read, new = (tmp_path / "features" / name for name in ("old", "read", "new"))
    old.parent.mkdir()
    days_ago = time.time() - 61 * 24 * 3600
    for path in (old, read, new):
        path.write_bytes(b"made again if need be")
    os.utime(old, (days_ago, days_ago))
    os.utime(read, (time.time(), days_ago))
    forget_unused(tmp_path, days=60)
    assert [path.name for path in sorted(old.parent.iterdir())] == ["new", "read"]
