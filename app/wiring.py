"""The only place that picks concrete classes: settings in, services out."""

from __future__ import annotations

from app.settings import Settings
from app.workflow.library import Models, Preferences
from app.workflow.services import Bringing, Services
from model.video.facts import VideoLimits
from storage.engine.database import Database
from storage.media import MediaStore
from storage.weights import LocalWeights


def build(settings: Settings) -> Services:
    """The services over these settings; makes the data folder and updates the database.

    Raises `StorageError` if the folder or the database cannot be used.
    """
    scratch = settings.data_dir / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    # Gradio hands out files from its own folder, and from no other place inside ours.
    settings.gradio_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    database.upgrade()
    limits = limits_of(settings)
    preferences = Preferences(
        engine=settings.engine,
        cache=settings.cache_dir,
        limits=limits,
        max_clips=settings.max_clips,
        mirror=settings.model_mirror,
    )
    return Services(
        database=database,
        media=MediaStore(
            settings.media_url, reserve_bytes=int(settings.min_free_bytes), spool=scratch
        ),
        models=Models(
            folder=settings.models_dir,
            database=database,
            preferences=preferences,
            chosen=settings.model,
            weights=LocalWeights(),
        ),
        limits=limits,
        scratch=scratch,
        outbox=settings.gradio_dir,
        jobs=settings.jobs_dir,
        bringing=Bringing(
            incoming=settings.incoming_dir,
            folder=settings.import_folder,
            max_bytes=int(settings.max_archive_bytes),
        ),
        recalls=settings.recall,
    )


def limits_of(settings: Settings) -> VideoLimits:
    """What one video may cost."""
    return VideoLimits(
        max_bytes=int(settings.max_upload_bytes),
        max_duration_s=settings.max_duration_s,
        max_pixels=settings.max_pixels,
        max_frames=settings.max_frames,
        patience=settings.decoding_patience,
    )
