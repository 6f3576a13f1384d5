"""The web application: Gradio's pages behind our own doors, the videos, and the health report.

The only file of this folder that imports Gradio, and only to mount pages that others made.
"""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import gradio as gr
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.middleware.cors import CORSMiddleware

from app.components.assets import modules
from app.server.access import Access, refuse_open_bind
from app.server.batches import Batches, batch_routes
from app.server.browsers import BrowserIds
from app.server.crowd import Crowd
from app.server.devices import Devices
from app.server.headers import SecurityHeaders
from app.server.label_files import LabelFiles, label_routes
from app.server.leftovers import alone, clear_unfinished, janitor
from app.server.limits import BodyLimits
from app.server.login import LoginRequired, login_routes, user_of
from app.server.media import MediaLookup, media_routes
from app.server.people import UsersFile
from app.server.pictures import picture_routes
from app.server.predict_api import predict_routes
from app.server.progress import LookUp, progress_routes
from app.server.proxies import Proxies
from app.server.receiving import Receive, upload_routes
from app.server.refusals import Refusals
from app.server.scripts import script_routes
from app.server.sessions import Ended, Sessions, read_key
from app.server.thumbnails import ThumbnailOf
from app.settings import Settings
from model.inference.seam import Predictor

# Gradio 6.31 reads this key to screen readers after every event, and has no words for it.
SPOKEN = {"common.complete": "Done"}


QUEUE_LOOK_S = 0.02
UNUSED_LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """How the pages look; see `gradio.mount_gradio_app` for each."""

    theme: gr.Theme | None = None
    css_paths: Sequence[Path] = ()
    head: str | None = None
    js: str | None = None
    favicon: Path | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the server can answer. `note` is one sentence for a person."""

    state: Literal["ready", "warming up", "resting", "failed"]
    note: str = ""


def make_app(
    *,
    settings: Settings,
    blocks: gr.Blocks,
    find_media: MediaLookup,
    health: Callable[[], Health],
    receive: Receive | None = None,
    look_up: LookUp | None = None,
    label_files: LabelFiles | None = None,
    batches: Batches | None = None,
    predictor: Callable[[], Predictor] | None = None,
    pictures: Path | None = None,
    find_thumbnail: ThumbnailOf | None = None,
    look: Look | None = None,
) -> FastAPI:
    """Everything that is served under one address.

    Without `receive` no video can be sent, without `batches` not many at once, without `look_up` no
    page learns how it stands, without `label_files` no labels come or go as files, without
    `predictor` no program gets a whole prediction; without `pictures`, their folder, Help has none,
    and without `find_thumbnail` the list of videos.
    Raises `SettingsError` if others could reach it without a log-in, or if the users file cannot
    be used.
    """
    refuse_open_bind(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with alone(settings.server_lock_file) as is_alone:
            if is_alone:
                clear_unfinished(settings.gradio_dir)
            async with janitor(settings.gradio_dir, older_than_s=settings.leftover_age_s):
                yield

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    @app.get("/health")
    def report() -> JSONResponse:
        found = health()
        status = 503 if found.state == "failed" else 200
        return JSONResponse({"status": found.state, "note": found.note}, status_code=status)

    app.include_router(media_routes(find_media, find_thumbnail))
    app.include_router(script_routes(modules()))
    if pictures is not None:
        app.include_router(picture_routes(pictures))
    if receive is not None:
        app.include_router(upload_routes(receive, settings.gradio_dir))
    if batches is not None:
        app.include_router(batch_routes(batches, settings.gradio_dir))
    if look_up is not None:
        app.include_router(progress_routes(look_up))
    if label_files is not None:
        app.include_router(label_routes(label_files, settings.gradio_dir))
    if predictor is not None:
        app.include_router(predict_routes(predictor, settings.gradio_dir))
    _guard(app, settings)
    _mount(app, blocks, settings, look or Look())
    return app


def private_paths(settings: Settings) -> list[str]:
    """What Gradio must never serve, whatever a component says: all we keep but its own folder."""
    database = settings.data_dir / "second-look.sqlite3"
    files = [database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))]
    folders = [
        settings.data_dir / "media",
        settings.incoming_dir,
        settings.models_dir,
        settings.cache_dir,
        settings.jobs_dir,
        settings.backups_dir,
    ]
    users = [settings.users_file] if settings.users_file else []
    login = [settings.login_key_file, settings.logged_out_file]
    return [str(path) for path in (*files, *folders, *users, *login)]


def _guard(app: FastAPI, settings: Settings) -> None:
    """Adds the doors, the innermost first."""
    # Gradio answers every Origin unless the app that it is mounted on has a policy of its own.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    app.add_middleware(BodyLimits, settings=settings)
    if settings.users_file is not None:
        key = read_key(settings.login_key_file)
        sessions = Sessions(
            UsersFile(settings.users_file),
            key=key,
            ended=Ended(settings.logged_out_file),
            hours=settings.login_hours,
        )
        app.include_router(login_routes(sessions, Devices(key)))
        app.add_middleware(LoginRequired, sessions=sessions)
    else:
        app.add_middleware(BrowserIds)
    app.add_middleware(Access, settings=settings)
    app.add_middleware(Crowd)
    app.add_middleware(Refusals)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Proxies, trusted=settings.trusted_proxies)


@contextmanager
def _without_idle_warning() -> Iterator[None]:
    """Gradio warns that several pages switch server-side rendering off, also where it is off."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="SSR mode is not supported", category=UserWarning)
        yield


@_without_idle_warning()
def _mount(app: FastAPI, blocks: gr.Blocks, settings: Settings, look: Look) -> None:
    blocks.queue(max_size=settings.max_waiting, default_concurrency_limit=1)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        auth_dependency=user_of if settings.users_file else None,
        allowed_paths=[],
        blocked_paths=private_paths(settings),
        max_file_size=int(settings.max_upload_bytes),
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        run_history=False,
        footer_links=[],  # both speak to programmers
        i18n=gr.I18n(en=SPOKEN),
        theme=look.theme,
        css_paths=list(look.css_paths),
        head=look.head,
        js=look.js,
        favicon_path=str(look.favicon) if look.favicon else None,
    )
    # Gradio's queue looks for work a thousand times a second and for its own progress bars, which
    # no page here uses, a hundred times: percents of a core while nobody is there. An event may
    # wait so much longer.
    blocks._queue.sleep_when_free = QUEUE_LOOK_S
    blocks._queue.progress_update_sleep_when_free = UNUSED_LOOK_S
    # Gradio checks that a file named in a call was uploaded, but only in apps that it launched
    # itself; without this line a call may name, and read, any file of this machine.
    blocks.has_launched = True
