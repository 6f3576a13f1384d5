"""What has to be done now and then: a backup of what people said, and no file that nobody needs."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from app.workflow.services import Services
from app.workflow.upkeep.drafts import sweep_drafts
from storage.errors import StorageError
from storage.records import batches, videos

KEPT_BACKUPS = 24
UNUSED_DAYS = 60
HOUR_S = 3600.0
log = logging.getLogger(__name__)


def keep_house(services: Services, backups: Path) -> None:
    """Backs the database up into `backups` and clears away what crashes left.

    What fails is logged and tried again next time; nothing here may end the server.
    """
    try:
        if services.database.is_sqlite:
            services.database.backup(backups / f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}.sqlite3")
            _forget_oldest(backups)
        with services.database.read() as session:
            needed = videos.uris(session)
            archives = batches.places(session, kind="archive")
        services.media.sweep(keep=needed)
        clear_incoming(services.bringing.incoming, archives)
        cache = services.models.preferences.cache
        forget_unused(cache, days=UNUSED_DAYS)
        sweep_drafts(
            (backups, cache, services.models.folder, services.jobs), scratch=services.scratch
        )
    except (StorageError, OSError):
        log.exception("housekeeping failed")


def clear_abandoned(services: Services) -> None:
    """Clears away what a killed process had half-written into the media store."""
    try:
        services.media.sweep_abandoned()
    except OSError:
        log.exception("what is half-written could not be cleared away")


def clear_incoming(incoming: Path, needed: Collection[str]) -> None:
    """Deletes archives that were sent and of which nothing is open; `needed` are their names.

    One that has just come may have no row yet, and stays.
    """
    before = time.time() - HOUR_S
    for path in incoming.glob("*.zip"):
        if path.name not in needed and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def forget_unused(cache: Path, *, days: float) -> None:
    """Deletes what nobody has read or written for so long, and folders that are empty then.

    Everything in the cache can be made again: converted networks and features of videos.
    """
    oldest = time.time() - days * 24 * 3600
    for path in sorted(cache.rglob("*"), reverse=True):  # files before the folders they are in
        status = path.stat(follow_symlinks=False)
        if path.is_dir():
            if status.st_mtime < oldest and not any(path.iterdir()):
                path.rmdir()
        elif max(status.st_atime, status.st_mtime) < oldest:
            path.unlink(missing_ok=True)


def _forget_oldest(backups: Path) -> None:
    """Keeps the newest `KEPT_BACKUPS`; their names sort by time."""
    for old in sorted(backups.glob("*.sqlite3"))[:-KEPT_BACKUPS]:
        old.unlink(missing_ok=True)
        for beside in backups.glob(f"{old.name}.*"):
            beside.unlink(missing_ok=True)
