"""What the use cases work with. Built in one place, `app.wiring`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from app.workflow.library import Models
from app.workflow.standby import Lanes
from model.video.facts import VideoLimits
from storage.engine.database import Database
from storage.media import MediaStore


@dataclass(frozen=True, slots=True)
class Bringing:
    """Where many files at once come from, and how much.

    Archives wait in `incoming`; `folder` is the one of this machine that pages may bring in, if
    any. An archive and what comes out of it have at most `max_bytes` each.
    """

    incoming: Path
    folder: Path | None = None
    max_bytes: int = 16 << 30


@dataclass(frozen=True, slots=True)
class Services:
    """The parts, each behind its own small surface. Safe to share between threads.

    `scratch` is for files in the making, `outbox` for those that a person is about to fetch;
    anything in them may be deleted at any time. `jobs` keeps logs, training lists and unfinished
    work. `lanes` lead to the processes that do queued work.
    """

    database: Database
    media: MediaStore
    models: Models
    limits: VideoLimits
    scratch: Path
    outbox: Path
    jobs: Path
    bringing: Bringing
    recalls: bool = True  # whether to say what people called similar videos
    lanes: Lanes = field(default_factory=Lanes)
