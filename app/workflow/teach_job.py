"""What the worker does after somebody pressed "Teach it": learn, keep the version, compare.

A killed worker's successor begins at the top again; what was learned by then is found in the job's
folder. Nothing that answers now is touched.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from app.workflow import teach, teach_compare
from app.workflow.errors import CannotTeach
from app.workflow.likeness import Likeness
from app.workflow.long_work import Outcome, Report
from app.workflow.services import Services
from app.workflow.teach_set import TeachingSet, teaching_set
from app.workflow.teaching_run import lesson_of, run_folder
from model.errors import CheckpointError
from model.learning.finetune import finetune
from model.weights import checkpoint, spec_json
from storage import manifest, versions, videos
from storage.jobs import JobRecord
from storage.manifest import ManifestEntry
from storage.versions import VersionRecord

LOOKING, LEARNING = 0.5, 0.85  # shares of the work after which these are done; then checking
MODEL_CODE = Path(spec_json.__file__).parents[1]


@dataclass(slots=True)
class _Told:
    """What has been told so far, so that each report tells all of it."""

    report: Report
    curve: list[Mapping[str, Any]] = field(default_factory=list)

    def looking(self, share: float, sentence: str) -> None:
        self.report(LOOKING * share, sentence, {"curve": []})

    def learning(self, share: float, sentence: str, curve: Sequence[Mapping[str, Any]]) -> None:
        self.curve = list(curve)
        self.report(LOOKING + (LEARNING - LOOKING) * share, sentence, {"curve": self.curve})

    def checking(self, share: float, sentence: str) -> None:
        self.report(LEARNING + (1 - LEARNING) * share, sentence, {"curve": self.curve})


def carry_out(services: Services, job: JobRecord, report: Report) -> Outcome:
    """Teaches one version; a `Work`. Raises `CannotTeach`, `ModelError`, `StorageError`."""
    told = _Told(report)
    told.looking(0.0, "Getting the corrections together.")
    parent = _parent(services, job)
    path = teach.manifest_path(services, job.spec["manifest"])
    entries = _still_here(services, manifest.read(path, sha256=job.spec["manifest"]))
    parent_path = Path(parent.weights_uri.removeprefix("file://"))
    loaded = checkpoint.load(parent_path)
    if loaded.sha256 != parent.sha256:
        raise CheckpointError(f"The file of {parent.name} was changed since. Put the old one back.")
    near = _looked_at(Likeness(services, loaded), entries, told)
    found = teaching_set(entries, loaded.spec.labels, services.media.local_path, near)
    if found.problems:
        raise CannotTeach(" ".join(found.problems))
    lesson = lesson_of(services, job, found, loaded, teach.version_name(job))
    finetune(lesson, told.learning)
    version = _keep(services, job, found, entries, parent, lesson.target)
    told.checking(0.0, "Checking the new version on videos that it did not learn from.")
    checked = teach_compare.check_both(
        services, found.check, parent_path, lesson.target, told.checking
    )
    result = teach_compare.report(checked, left_out=len(found.check) - len(checked))
    with services.database.write() as session:
        versions.set_metrics(session, version_id=version.id, metrics=result)
    shutil.rmtree(run_folder(services, job), ignore_errors=True)
    metrics = {"curve": told.curve, "result": result}
    return Outcome(f"{version.name} is ready. {result['sentence']}", version.id, metrics)


def _still_here(services: Services, entries: Sequence[ManifestEntry]) -> tuple[ManifestEntry, ...]:
    """Those whose video was not deleted since the list was frozen."""
    with services.database.read() as session:
        return tuple(e for e in entries if videos.find(session, sha256=e.sha256) is not None)


def _looked_at(
    likeness: Likeness, entries: Sequence[ManifestEntry], told: _Told
) -> NDArray[np.float32]:
    """Embeddings of all videos; what is computed for them is what learning needs, too."""
    for number, entry in enumerate(entries, start=1):
        likeness.of(entry)
        told.looking(number / len(entries), f"Looked at video {number} of {len(entries)}.")
    return likeness.known(entries)


def _parent(services: Services, job: JobRecord) -> VersionRecord:
    with services.database.read() as session:
        found = versions.find(session, sha256=job.spec["parent"])
    if found is None:
        raise CannotTeach("The version to start from is not here any more. Start again.")
    return found


def _keep(
    services: Services,
    job: JobRecord,
    found: TeachingSet,
    entries: tuple[ManifestEntry, ...],
    parent: VersionRecord,
    path: Path,
) -> VersionRecord:
    loaded = checkpoint.load(path)
    version = versions.NewVersion(
        name=loaded.spec.name,
        weights_uri=f"file://{path.absolute()}",
        sha256=loaded.sha256,
        spec=spec_json.to_fields(loaded.spec),
        origin={
            "job": job.id,
            "mode": job.spec["mode"],
            "as_of": job.spec["as_of"],
            "corrections": len(entries),
            "learned_from": len(found.learn),
            "checked_on": len(found.check),
            "others": [one["sha256"] for one in job.spec.get("others", ())],
            "code_sha256": _code_sha256(),
            "torch": torch.__version__,
        },
        parent_id=parent.id,
        manifest_sha256=job.spec["manifest"],
    )
    with services.database.write() as session:
        return versions.register(session, version=version)


def _code_sha256() -> str:
    """Names the code that taught: the same code, corrections and seed make the same version."""
    digest = hashlib.sha256()
    for path in sorted(MODEL_CODE.rglob("*.py")):
        digest.update(path.relative_to(MODEL_CODE).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()
