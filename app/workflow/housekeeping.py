"""What has to be done now and then: a backup of what people said, and no file that nobody needs."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

from app.workflow.services import Services
from storage import videos
from storage.errors import StorageError

KEPT_BACKUPS = 24
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
        services.media.sweep(keep=needed)
    except (StorageError, OSError):
        log.exception("housekeeping failed")


def _forget_oldest(backups: Path) -> None:
    """Keeps the newest `KEPT_BACKUPS`; their names sort by time."""
    for old in sorted(backups.glob("*.sqlite3"))[:-KEPT_BACKUPS]:
        old.unlink(missing_ok=True)
        for beside in backups.glob(f"{old.name}.*"):
            beside.unlink(missing_ok=True)
