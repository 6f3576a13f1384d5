"""What an export consists of: the files with the labels, and the videos that come along.

The files are written to disk first, from one moment of the database. Then nothing of the database
is held any more, however long it takes to send the videos.
"""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from app.workflow.exchange.formats import Format
from app.workflow.services import Services
from storage.errors import NotFoundError
from storage.exchange import archive, bundle, class_folders
from storage.exchange.archive import Member
from storage.exchange.rows import LabelledVideo, labelled_videos
from storage.exchange.sheets import Setting
from storage.media import MediaStore
from storage.records import browsing, effective, labels
from storage.records.browsing import State
from storage.records.effective import AsOf

MISSING = "missing.txt"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What somebody asks for; `prefix` goes before the paths of MMAction2's list."""

    form: Format
    as_of: AsOf = None
    with_media: bool = False
    prefix: str = ""

    @property
    def has_media(self) -> bool:
        """Whether videos come along."""
        return self.with_media or self.form.only_media

    @property
    def file_name(self) -> str:
        """What the file to fetch is called."""
        return self.form.file_name(with_media=self.with_media)


@dataclass(frozen=True, slots=True)
class Video:
    """A video that comes along: its path in the export, where it is kept, and its size in bytes."""

    path: str
    uri: str
    size: int


@dataclass(frozen=True, slots=True)
class Package:
    """The files by their names in the export, the videos, and how many videos are in each state."""

    files: Mapping[str, Path]
    videos: tuple[Video, ...]
    states: Mapping[State, int]


def prepare(services: Services, order: ExportOrder, folder: Path) -> Package:
    """Writes the files into `folder`, from one moment of the database. Raises `NoSpaceError`."""
    form = order.form
    with services.database.read() as session:
        upto = None if order.as_of is None else effective.resolved(session, order.as_of)
        known = labels.all_labels(session)
        setting = Setting(known, order.prefix, form.folder, with_media=order.has_media)
        files = bundle.write(session, folder, names=form.files, as_of=upto, setting=setting)
        videos = tuple(_videos(session, form, setting, upto)) if order.has_media else ()
        return Package(files, videos, counted(session, upto))


def counted(session: Session, as_of: AsOf) -> Mapping[State, int]:
    """How many videos people had decided about at that moment, by what they said."""
    if as_of is None:
        return browsing.states(session)
    found = Counter(_state(row) for row in labelled_videos(session, as_of=as_of))
    states: dict[State, int] = {key: found[key] for key in browsing.STATES}
    states["labelled"] = states["confirmed"] + states["corrected"]
    return states


def members(package: Package, media: MediaStore) -> Iterator[Member]:
    """Everything, in the order in which it is sent. A video that is gone is named in a list."""
    for name, path in package.files.items():
        yield archive.member_of(name, path)
    missing = []
    for video in package.videos:
        try:
            source = media.open(video.uri)
        except NotFoundError:
            log.warning("%s is missing and was left out of an export", video.uri)
            missing.append(video.path)
            continue
        yield Member(video.path, video.size, partial(_given, source), is_packed=False)
    if missing:
        text = "\n".join(["The files of these videos are missing:", *missing, ""]).encode()
        yield Member(MISSING, len(text), partial(io.BytesIO, text))


def _given(source: BinaryIO) -> BinaryIO:
    return source


def _state(row: LabelledVideo) -> State:
    if row.deciding is None or row.deciding.decision.verdict is None:
        return "disagree" if row.disagree else "unlabelled"
    verdict = row.deciding.decision.verdict
    return "unlabelled" if verdict == "skipped" else verdict


def _videos(session: Session, form: Format, setting: Setting, upto: int | None) -> Iterator[Video]:
    for row in labelled_videos(session, as_of=upto):
        path = class_folders.path(row) if form.only_media else setting.path(row.video)
        if path is not None and (form.all_videos or row.named):
            yield Video(path, row.video.uri, row.video.size)
