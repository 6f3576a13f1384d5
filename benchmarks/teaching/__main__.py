"""Corrects real clips through the app, teaches, and looks at other persons and at old classes.

`python -m benchmarks.teaching --task four --draws 3`; needs the folder of real clips.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from app.jobs.kinds import ALL_KINDS
from app.jobs.worker import Worker
from app.settings import load_settings
from app.wiring import build
from app.workflow.answers import explain
from app.workflow.labels import correct
from app.workflow.services import Services
from app.workflow.teaching import teach
from app.workflow.videos import ingest
from benchmarks.teaching.material import TASKS, Clip, Draw, draw
from model.errors import VideoError
from model.learning.finetune_config import Scope
from storage.records import jobs
from storage.records.decision import Decision
from storage.records.videos import VideoRecord


@dataclass(frozen=True, slots=True)
class Found:
    """What one draw gave; hits are out of the numbers beside them."""

    new: int
    tested: int
    seconds: float
    before: tuple[int, int]  # top-1 and top-5 on the old classes' clips
    after: tuple[int, int]
    known: int


def main() -> None:
    """Prints a line for each draw, then the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", choices=TASKS, default="four")
    parser.add_argument("--learn", type=int, default=5, help="corrections a class")
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--mode", default="head")
    parser.add_argument("--alone", action="store_true", help="no other videos in the store")
    wanted = parser.parse_args()
    found = []
    for seed in range(wanted.draws):
        drawn = draw(wanted.task, wanted.learn, seed)
        found.append(_one(drawn, teach.known_mode(wanted.mode), alone=wanted.alone))
        print(f"draw {seed}: {found[-1]}", flush=True)
    tested, known = sum(one.tested for one in found), sum(one.known for one in found)
    before, after = ([sum(hits) for hits in zip(*rows, strict=True)] for rows in _hits_of(found))
    print(
        f"{wanted.task}, {wanted.learn} corrections a class, {wanted.mode}: other persons"
        f" {sum(one.new for one in found) / tested:.3f} of {tested}; old classes, of {known}:"
        f" top-1 {before[0]} before, {after[0]} after, top-5 {before[1]} before, {after[1]} after;"
        f" {statistics.median(one.seconds for one in found):.0f} s a teaching,"
        f" load now {os.getloadavg()[0]:.1f}"
    )


def _hits_of(found: list[Found]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    return [one.before for one in found], [one.after for one in found]


def _one(drawn: Draw, mode: Scope, *, alone: bool) -> Found:
    with tempfile.TemporaryDirectory() as folder:
        services = build(load_settings(data_dir=Path(folder), min_free_bytes=0))
        for path in () if alone else drawn.around:
            bring(services, path)
        for clip in drawn.corrected:
            video = bring(services, clip.path)
            correct.decide(services, opinion(video, clip))
        before = _hits(services, drawn.known)
        started = time.perf_counter()
        teach.start(services, teach.Ask("benchmark", mode=mode, name="taught"))
        Worker(services, ALL_KINDS).once()
        seconds = time.perf_counter() - started
        with services.database.read() as session:
            (job,) = jobs.all_jobs(session, kinds=(teach.KIND,))
        if job.state != "done":
            raise SystemExit(job.message)
        new, _ = _hits(services, drawn.tested, "taught")
        after = _hits(services, drawn.known, "taught")
        return Found(new, len(drawn.tested), seconds, before, after, len(drawn.known))


def bring(services: Services, path: Path) -> VideoRecord | None:
    """Stores and looks, as the page does; None for a clip that is too damaged."""
    try:
        upload = ingest.Upload(path, path.name)
        return explain.explain_upload(services, upload, lambda *_: None).video
    except VideoError:
        return None


def opinion(video: VideoRecord | None, clip: Clip) -> Decision:
    if video is None:
        raise SystemExit(f"{clip.path} cannot be read")
    return Decision(
        correct.new_op_id(), video.id, "corrected", clip.label, new_label=True, annotator="Ada"
    )


def _hits(services: Services, clips: tuple[Clip, ...], model: str | None = None) -> tuple[int, int]:
    """Top-1 and top-5 hits among all classes of the model."""
    predictor = services.models.predictor(model)
    first = fifth = 0
    for clip in clips:
        names = [score.label for score in predictor.predict(clip.path).top]
        first += names[0] == clip.label
        fifth += clip.label in names[:5]
    return first, fifth


if __name__ == "__main__":
    main()
