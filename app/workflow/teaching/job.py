"""What the worker does after somebody pressed "Teach it": learn, keep the version, compare.

A killed worker's successor begins at the top again; what was learned by then is found in the job's
folder. Nothing that answers now is touched.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.workflow.errors import CannotTeach
from app.workflow.long_work import Outcome, Report
from app.workflow.services import Services
from app.workflow.similarity.likeness import Likeness
from app.workflow.teaching import compare as teach_compare
from app.workflow.teaching import plan as teach_plan
from app.workflow.teaching import teach
from app.workflow.teaching.decided_split import freeze_decided, record_decided
from app.workflow.teaching.order import TeachOrder
from app.workflow.teaching.pace import Forecast
from app.workflow.teaching.progress import MeasuredPace, TeachProgress
from app.workflow.teaching.run import config_of, run_folder
from app.workflow.teaching.teaching_set import TeachingSet, teaching_set
from model.errors import CheckpointError
from model.learning.finetune_config import Curve, Told
from model.weights import checkpoint, spec_json
from storage.exchange import manifest
from storage.exchange.manifest import Manifest, ManifestEntry
from storage.records import versions, videos
from storage.records.jobs import JobRecord
from storage.records.versions import VersionRecord

MODEL_CODE = Path(spec_json.__file__).parents[1]


@dataclass(slots=True)
class _Told:
    """What has been told so far, so that each report tells all of it."""

    report: Report
    forecast: Forecast
    looked: int = 0  # parts that were computed before the teaching began
    curve: Curve = ()

    def begun(self, sentence: str) -> None:
        self._tell(sentence)

    def looking(self, done: int, whole: int) -> None:
        self.looked = done
        self.forecast.tell("looking", done, max(self.forecast.phases["looking"].whole, whole))
        self._tell(f"Looking at the videos: {done} of {whole}.")

    def learning(self, told: Told) -> None:
        before = self.looked if told.phase == "looking" else 0
        self.forecast.tell(told.phase, before + told.done, before + told.whole)
        self.curve = told.curve
        self._tell(told.sentence)

    def checking(self, done: int, whole: int) -> None:
        self.forecast.tell("checking", done, whole)
        self._tell(f"Checking both versions on videos kept for that: {done} of {whole}.")

    def _tell(self, sentence: str) -> None:
        left = self.forecast.left_s
        ends = None if left is None else datetime.now(UTC) + timedelta(seconds=left)
        progress = TeachProgress(self.curve, ends)
        self.report(self.forecast.share, sentence, progress.to_json())


def carry_out(services: Services, job: JobRecord, order: TeachOrder, report: Report) -> Outcome:
    """Teaches one version; a `Work`. Raises `CannotTeach`, `ModelError`, `StorageError`."""
    told = _Told(report, Forecast(teach_plan.usual(services, job.kind, order.mode)))
    told.begun("Getting the corrections together.")
    parent = _parent(services, order)
    path = teach.manifest_path(services, order.manifest)
    entries = _still_here(services, manifest.read(path, sha256=order.manifest))
    parent_path = services.models.weight_file(parent)
    loaded = checkpoint.load(parent_path)
    if loaded.sha256 != parent.sha256:
        raise CheckpointError(f"The file of {parent.name} was changed since. Put the old one back.")
    likeness = Likeness(services, loaded)
    for phase, whole in teach_plan.expected(services, order, entries, loaded, likeness).items():
        told.forecast.expect(phase, whole)
    near = _looked_at(likeness, entries, told)
    found = teaching_set(entries, loaded.spec.labels, services.media.local_path, near)
    if found.problems:
        raise CannotTeach(" ".join(found.problems))
    frozen = freeze_decided(entries, found, as_of=order.as_of)
    manifest.write(frozen, teach.manifest_path(services, frozen.sha256))
    name, folder = teach.version_name(job), run_folder(services, job)
    config = config_of(services, order, found, loaded, name=name, folder=folder)
    from model.learning.finetune import finetune  # noqa: PLC0415  # brings PyTorch

    finetune(config, told.learning)
    version = _keep(services, job, order, found, frozen, parent, config.target)
    checked = teach_compare.check_both(
        services, found.check, parent_path, config.target, told.checking
    )
    result = teach_compare.report(checked, left_out=len(found.check) - len(checked))
    with services.database.write() as session:
        versions.set_metrics(session, version_id=version.id, metrics=result)
    shutil.rmtree(folder, ignore_errors=True)
    pace = MeasuredPace(order.mode, told.forecast.measured())
    end = TeachProgress(told.curve, result=result, pace=pace)
    return Outcome(f"{version.name} is ready. {result['sentence']}", version.id, end.to_json())


def _still_here(services: Services, entries: Sequence[ManifestEntry]) -> tuple[ManifestEntry, ...]:
    """Those whose video was not deleted since the list was frozen."""
    with services.database.read() as session:
        return tuple(e for e in entries if videos.find(session, sha256=e.sha256) is not None)


def _looked_at(
    likeness: Likeness, entries: Sequence[ManifestEntry], told: _Told
) -> NDArray[np.float32]:
    """Embeddings of all videos; what is computed for them is what learning needs, too."""
    unknown = [entry for entry in entries if not likeness.is_known(entry)]
    for number, entry in enumerate(unknown, start=1):
        likeness.of(entry)
        told.looking(number, len(unknown))
    return likeness.known(entries)


def _parent(services: Services, order: TeachOrder) -> VersionRecord:
    with services.database.read() as session:
        found = versions.find(session, sha256=order.parent)
    if found is None:
        raise CannotTeach("The version to start from is not here any more. Start again.")
    return found


def _keep(
    services: Services,
    job: JobRecord,
    order: TeachOrder,
    found: TeachingSet,
    frozen: Manifest,
    parent: VersionRecord,
    path: Path,
) -> VersionRecord:
    """Registers the version and, with it, the split that it was taught by."""
    import torch  # noqa: PLC0415  # takes seconds; only this job needs it

    loaded = checkpoint.load(path)
    version = versions.NewVersion(
        name=loaded.spec.name,
        weights_uri=services.models.weights.uri_of(path),
        sha256=loaded.sha256,
        spec=spec_json.to_fields(loaded.spec),
        origin={
            "job": job.id,
            "mode": order.mode,
            "as_of": order.as_of,
            "corrections": len(frozen.entries),
            "learned_from": len(found.learn),
            "checked_on": len(found.check),
            "others": [one.sha256 for one in order.others],
            "code_sha256": _code_sha256(),
            "torch": torch.__version__,
        },
        parent_id=parent.id,
        manifest_sha256=frozen.sha256,
    )
    with services.database.write() as session:
        record_decided(session, frozen)
        return versions.register(session, version=version)


def _code_sha256() -> str:
    """Names the code that taught: the same code, corrections and seed make the same version."""
    digest = hashlib.sha256()
    for path in sorted(MODEL_CODE.rglob("*.py")):
        digest.update(path.relative_to(MODEL_CODE).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()
