"""How much there is to do in a teaching, counted before it begins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.workflow.feature_store import feature_store
from app.workflow.services import Services
from app.workflow.similarity.likeness import Likeness
from app.workflow.teaching.order import TeachOrder
from app.workflow.teaching.pace import UNIT_S, Phase
from app.workflow.teaching.progress import TeachProgress
from app.workflow.teaching.teaching_set import teaching_set
from model.learning.examples import Example
from model.learning.finetune_config import END_TO_END, JOINED, LAST_STAGE, Scope
from model.learning.prototypes import LOOKED_AT
from storage.exchange.manifest import ManifestEntry
from storage.records import jobs

if TYPE_CHECKING:  # PyTorch takes seconds to import: only who computes waits for it
    from model.weights.checkpoint import LoadedCheckpoint

VIEWS = 4  # of a video that is longer than a clip
ANSWERS = 2  # to each video kept for checking: before and after


def usual(services: Services, kind: str, mode: Scope) -> Mapping[Phase, float]:
    """Seconds of a unit as the latest teaching of this mode took them here, else `UNIT_S`."""
    with services.database.read() as session:
        done = jobs.all_jobs(session, kinds=(kind,), states=("done",), limit=10)
    paces = [TeachProgress.from_json(one.metrics).pace for one in done]
    known = next((pace for pace in paces if pace is not None and pace.mode == mode), None)
    return UNIT_S if known is None else {**UNIT_S, **known.unit_s}


def expected(
    services: Services,
    order: TeachOrder,
    entries: Sequence[ManifestEntry],
    parent: LoadedCheckpoint,
    likeness: Likeness,
) -> dict[Phase, int]:
    """The units of each phase, as far as they can be known before the videos were looked at."""
    from model.learning.finetune import features_of, joined_as_far, rounds_of  # noqa: PLC0415  # brings PyTorch

    found = teaching_set(
        entries, parent.spec.labels, services.media.local_path, likeness.known(entries)
    )
    unknown = {entry.sha256 for entry in entries if not likeness.is_known(entry)}
    others = [Example(Path(one.uri), 0, sha256=one.sha256) for one in order.others]
    videos = len(found.learn) + len(others)
    store = feature_store(services, joined_as_far(parent, JOINED))
    kind = features_of(order.mode)
    parts = sum(len(store.missing(video, kind)) for video in (*found.learn, *others))
    if kind == "pooled":  # what likeness computes first is not computed again
        parts -= len(LOOKED_AT) * sum(video.sha256 in unknown for video in found.learn)
    return {
        "looking": len(unknown) + parts,
        "fitting": rounds_of(order.mode),
        "training": _steps(order.mode, videos),
        "checking": ANSWERS * len(found.check),
    }


def _steps(scope: Scope, videos: int) -> int:
    if scope == "head":
        return 0
    if scope == "last-stage":
        return LAST_STAGE.epochs * math.ceil(videos * VIEWS / LAST_STAGE.batch_size)
    return END_TO_END.epochs * math.ceil(videos / END_TO_END.batch_size)
