"""Many videos brought at once, as the list below the uploads shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.workflow.bringing import bring, folder
from app.workflow.bringing.bring import Standing
from app.workflow.services import Services
from app.workflow.videos import answer_requests
from storage.records.batches import FileRecord, FileState

SETTLED: tuple[FileState, ...] = ("added", "same", "skipped", "failed", "cancelled")


def shown(services: Services) -> list[dict[str, Any]]:
    """All batches that nobody has closed, without their files."""
    return [_head(one) for one in bring.standings(services)]


def shown_whole(services: Services, batch_id: int) -> dict[str, Any]:
    """One batch with its files. Raises `NotFoundError`."""
    standing = bring.standing(services, batch_id)
    found = bring.files(services, batch_id)
    answers = bring.answers(services, found)
    return {**_head(standing), "files": [_file(one, standing, answers) for one in found]}


def folders(services: Services) -> Sequence[str]:
    """The folders of this machine that may be brought in; empty if none may."""
    return folder.subfolders(services.bringing.folder)


def _head(standing: Standing) -> dict[str, Any]:
    """`share` in 0..1 counts files; `remaining_s` is None while unknown."""
    batch, progress = standing.batch, standing.progress
    settled = sum(batch.counts.get(state, 0) for state in SETTLED)
    part = progress.share if progress is not None else 0.0
    return {
        "id": batch.id,
        "title": batch.title,
        "state": standing.state,
        "sentence": standing.sentence,
        "total": batch.total,
        "counts": dict(batch.counts),
        "share": min((settled + part) / batch.total, 1.0) if batch.total else 1.0,
        "remaining_s": progress.remaining_s if progress is not None else None,
    }


def _file(
    one: FileRecord, standing: Standing, answers: Mapping[int, answer_requests.Standing]
) -> dict[str, Any]:
    answer = answers.get(one.video_id) if one.video_id is not None else None
    progress = standing.progress
    works = progress is not None and progress.file == one.id
    return {
        "id": one.id,
        "name": one.name,
        "state": one.state,
        "share": progress.share if works and progress is not None else 0.0,
        "sentence": one.sentence,
        "video": one.video_id,
        "answer": answer.state if answer is not None else None,
    }
