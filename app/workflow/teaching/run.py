"""One teaching as the model package does it: which videos, which files, which engine.

Beside the corrections stand other videos of the store, which nobody has labelled: on them the next
version is held to what its parent said, so that it does not forget.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.workflow.feature_store import features_folder
from app.workflow.services import Services
from app.workflow.teaching.order import OtherVideo, TeachOrder
from app.workflow.teaching.teaching_set import TeachingSet
from model.learning.examples import Example
from model.learning.finetune_config import FinetuneConfig
from storage.records import browsing
from storage.records.browsing import Filter
from storage.records.jobs import JobRecord

if TYPE_CHECKING:  # PyTorch takes seconds to import: only who computes waits for it
    from model.weights.checkpoint import LoadedCheckpoint

MOST_OTHERS = 20  # each costs as much time as a corrected video


def others(services: Services) -> tuple[OtherVideo, ...]:
    """Videos that nobody has labelled and that can be read, oldest first."""
    with services.database.read() as session:
        page = browsing.browse(
            session, where=Filter(state="unlabelled"), order="oldest", limit=MOST_OTHERS * 2
        )
    readable = [
        row for row in page.rows if row.prediction is not None and services.media.exists(row.uri)
    ]
    return tuple(OtherVideo(row.sha256, row.uri) for row in readable[:MOST_OTHERS])


def config_of(
    services: Services,
    order: TeachOrder,
    found: TeachingSet,
    parent: LoadedCheckpoint,
    *,
    name: str,
    folder: Path,
) -> FinetuneConfig:
    """Everything that decides what the version of this order learns. `folder` is the job's own."""
    wanted = services.models.preferences
    return FinetuneConfig(
        parent=parent,
        target=services.models.folder / f"{name}.safetensors",
        name=name,
        labels=found.labels,
        learn=found.learn,
        background=_background(services, order.others, found.learn),
        scope=order.mode,
        folder=folder,
        features=features_folder(services),
        cache_dir=wanted.cache,
        engine=wanted.engine,
        limits=services.limits,
    )


def run_folder(services: Services, job: JobRecord) -> Path:
    """What a killed worker's successor goes on from."""
    return services.jobs / str(job.id) / "run"


def _background(
    services: Services, chosen: Sequence[OtherVideo], learn: Sequence[Example]
) -> tuple[Example, ...]:
    """The chosen ones that are still there and were not labelled meanwhile by another name."""
    taught = {example.sha256 for example in learn}
    return tuple(
        Example(services.media.local_path(one.uri), label=0, sha256=one.sha256)
        for one in chosen
        if one.sha256 not in taught and services.media.exists(one.uri)
    )
