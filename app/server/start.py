"""Starts the web app: pages, videos and warm-up over one set of services."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from app.components import theme
from app.components.help_text import PICTURES
from app.jobs.lanes import workers
from app.pages.look import batches, standing
from app.pages.site import build_site
from app.server.batches import Action, Batches
from app.server.label_files import LabelFiles
from app.server.listen import listen
from app.server.media import Kind, MediaFile
from app.server.receiving import Arrived
from app.server.thumbnails import ThumbnailOf
from app.server.web import Health, Look, make_app
from app.settings import Settings
from app.workflow.answers.thumbnail import Thumbnails
from app.workflow.bringing import bring as bringing
from app.workflow.errors import UnknownVideo
from app.workflow.exchange import importing, share, telling
from app.workflow.exchange.comparing import Importer
from app.workflow.exchange.importing import Choices
from app.workflow.services import Services
from app.workflow.upkeep.housekeeping import clear_abandoned, keep_house
from app.workflow.videos import ingest, playing
from model.errors import VideoError
from storage.errors import NotFoundError, StorageError

HOUSEKEEPING_S = 3600.0
log = logging.getLogger(__name__)


def serve(settings: Settings, services: Services, app: FastAPI, taken: socket.socket) -> None:
    """Serves on a listening socket until interrupted, with the workers and the housekeeping.

    Raises `SettingsError` or `StorageError` if it cannot.
    """
    housekeeping = threading.Thread(
        target=_keep_house, args=(services, settings), name="housekeeping", daemon=True
    )

    with ExitStack() as until_the_end:

        def opened(address: str) -> None:
            log.warning("Second Look is open at %s (stop it with Ctrl+C)", address)
            housekeeping.start()
            until_the_end.enter_context(workers(settings, services))

        listen(app, settings, taken, opened=opened)


def make_server(settings: Settings, services: Services) -> FastAPI:
    """The whole application, ready to be served."""

    def health() -> Health:
        status = services.lanes.answers.status or services.models.status()
        return Health(status.state, status.note)

    def find_media(video_id: int, kind: Kind, user: str | None) -> MediaFile | None:
        del user  # whoever is logged in may see every video
        try:
            video = ingest.find(services, video_id)
            found = (playing.original if kind == "original" else playing.playable)(services, video)
        except (UnknownVideo, NotFoundError):
            return None
        return MediaFile(found.path, found.content_type, found.name)

    def receive(arrived: Arrived) -> int:
        upload = ingest.Upload(arrived.path, arrived.name, arrived.by)
        return ingest.store(services, upload, lambda *_: None, ask=True).video.id

    def bring(path: Path, importer: Importer, choices: Choices | None) -> dict[str, Any]:
        return telling.as_json(importing.import_labels(services, path, importer, choices))

    return make_app(
        settings=settings,
        blocks=build_site(services, uploads_at_once=settings.uploads_at_once),
        find_media=find_media,
        health=health,
        receive=receive,
        look_up=partial(standing.standings, services),
        label_files=LabelFiles(partial(share.sending, services), bring),
        batches=_batches(services),
        predictor=services.models.predictor,
        pictures=PICTURES,
        find_thumbnail=_thumbnail_of(services),
        look=Look(
            theme=theme.theme(),
            css_paths=theme.css_paths(),
            head=theme.head(),
            favicon=theme.favicon(),
        ),
    )


def _thumbnail_of(services: Services) -> ThumbnailOf:
    thumbnails = Thumbnails(services)

    def find(video_id: int, user: str | None) -> bytes | None:
        del user  # whoever is logged in may see every video
        try:
            return thumbnails.of(video_id)
        except (UnknownVideo, StorageError, VideoError) as error:
            log.info("there is no picture of video %d: %s", video_id, error)
            return None

    return find


def _batches(services: Services) -> Batches:
    """Many videos at once, as their door wants them."""
    actions: dict[Action, Callable[[Services, int], object]] = {
        "pause": bringing.pause,
        "continue": bringing.go_on,
        "cancel": bringing.cancel,
        "retry": bringing.retry,
        "close": bringing.close,
    }

    def act(action: Action, number: int) -> None:
        actions[action](services, number)

    return Batches(
        archive=lambda came: bringing.bring_archive(services, came.path, came.name, by=came.by).id,
        folder=lambda name, by: bringing.bring_folder(services, name, by=by).id,
        act=act,
        look=partial(batches.shown, services),
        look_at=partial(batches.shown_whole, services),
        folders=partial(batches.folders, services),
    )


def _keep_house(services: Services, settings: Settings) -> None:
    clear_abandoned(services)
    while True:
        time.sleep(HOUSEKEEPING_S)
        keep_house(services, settings.backups_dir)
