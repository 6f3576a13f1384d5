"""Answers for video files in this process: decode, sample, run the network, merge.

Read `LocalPredictor.predict` first. Memory is bounded by the number of clips, not by the length
of the video: frames arrive one by one and leave with the last clip that needs them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.inference.answering import Question, answer, check_classes
from model.inference.change import UNCHANGED, Change
from model.inference.engines.choosing import EngineChoice
from model.inference.looking import ClipAnswer, look, mirror, turned_back
from model.inference.prediction import OnProgress, Prediction, ProtocolName, Stage
from model.inference.protocols import Plan, plan, stream_clips
from model.inference.running import RunningModel, start
from model.inference.seam import Status
from model.inference.timeline import Averaging
from model.video.facts import VideoLimits
from model.video.reader import VideoReader
from model.weights.checkpoint import LoadedCheckpoint, load

Clip = tuple[int, NDArray[np.uint8]]  # its number and its frames [T, H, W, 3]

MAX_CLIPS = 64
WARMING_UP = "The model is warming up; this takes a few seconds, the first time up to a minute."
ASK_AGAIN_S = 0.1  # how long someone who cancels waits while another video has its turn


class LocalPredictor:
    """A `Predictor` over one checkpoint. Safe to use from several threads; one video at a time.

    `cache_dir` keeps converted networks. `max_clips` bounds the work for a long video: what no
    clip looked at is a gap. Each of `opened` temporal strides doubles the evidence's steps in time,
    for less than a tenth more work at 1 and about a fifth at 2 (`network/atrous.py`); the answer is
    the same. `lock`, if given, is shared by predictors that must not work at the same time.
    """

    def __init__(
        self,
        checkpoint: Path | LoadedCheckpoint,
        *,
        cache_dir: Path,
        engine: EngineChoice = "auto",
        limits: VideoLimits | None = None,
        max_clips: int = MAX_CLIPS,
        opened: int = 0,
        lock: threading.Lock | None = None,
    ) -> None:
        self._source = checkpoint
        self._cache_dir = cache_dir
        self._choice: EngineChoice = engine
        self._limits = limits or VideoLimits()
        self._max_clips = max_clips
        self._opened = opened
        self._turn = lock or threading.Lock()
        self._reading = threading.Lock()
        self._starting = threading.Lock()
        self._running: RunningModel | None = None

    @property
    def checkpoint(self) -> LoadedCheckpoint:
        """The checkpoint, read on first use. Raises `CheckpointError`."""
        with self._reading:
            if isinstance(self._source, Path):
                self._source = load(self._source)
            return self._source

    @property
    def version(self) -> str:
        """SHA-256 of the checkpoint's file. Raises `CheckpointError`."""
        return self.checkpoint.sha256

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes in the network's order. Raises `CheckpointError`."""
        return self.checkpoint.spec.labels

    @property
    def status(self) -> Status:
        """Whether an answer can be had without waiting for the model."""
        if self._running is not None:
            return Status("ready", f"The model is ready ({self._running.engine.name}).")
        if self._starting.locked():
            return Status("warming up", WARMING_UP)
        return Status("resting", "The model is not loaded yet.")

    def warm_up(self) -> None:
        """Loads and converts now what the first prediction would have to wait for.

        For a thread of its own; a prediction that comes meanwhile waits for it. Raises
        `CheckpointError` or another `ModelError` if the model cannot run here.
        """
        self._started(_ignore)

    def predict(
        self,
        video: Path,
        *,
        protocol: ProtocolName = "auto",
        classes: Sequence[int] = (),
        top_k: int = 5,
        average: Averaging = "prob",
        change: Change = UNCHANGED,
        on_progress: OnProgress | None = None,
    ) -> Prediction:
        """The answer for a video file; see `Predictor.predict`. `change` is for checking answers.

        `average` says how clips and crops are averaged (`timeline.average_views`). Evidence of the
        `test` protocol is that of the middle crop. Progress: `decoding` until the first clip is
        complete, then `looking` while decoding goes on beside it, then `explaining`. Raises
        `VideoError`, `ModelError`, and whatever `on_progress` raises; in every case the decoding
        process has ended when this returns.
        """
        report = on_progress or _ignore
        question = Question(protocol, average, tuple(classes), top_k)
        report("decoding", 0.0)
        with _taken(self._turn, report), VideoReader(video, self._limits) as reader:
            running = self._started(report)
            check_classes(classes, running.spec)
            usual = plan(protocol, running.spec, reader.info, max_clips=self._max_clips)
            planned = change.planned(usual, reader.info.frames)
            clips = _look_at_all(running, reader, planned, change, report)
            report("explaining", 0.0)
            described = running.described(planned.explained_box.size)
            prediction = answer(question, described, reader.info, planned, clips, reader.notes)
            report("explaining", 1.0)
        return prediction

    def _started(self, report: OnProgress) -> RunningModel:
        if self._running is None:
            with _taken(self._starting, report):
                if self._running is None:
                    self._running = start(
                        self.checkpoint, self._choice, self._cache_dir, opened=self._opened
                    )
        return self._running


def _look_at_all(
    running: RunningModel, reader: VideoReader, planned: Plan, change: Change, report: OnProgress
) -> list[ClipAnswer]:
    """The answers of all clips in the order of the plan, computed while later frames decode."""
    frame_inds = change.shown(planned.sampling.frame_inds, reader.info.pts_s)
    answers: dict[int, ClipAnswer] = {}

    def on_share(decoded: float) -> None:
        stage: Stage = "looking" if answers else "decoding"
        report(stage, len(answers) / len(frame_inds) if answers else decoded)

    frames = reader.frames(
        np.unique(frame_inds).tolist(),
        short_side=planned.short_side,
        as_shown=planned.as_shown,
        on_progress=on_share,
    )
    batch = max(1, running.engine.batch // len(planned.boxes))
    for some in batched(stream_clips(frames, frame_inds), batch):
        seen = [mirror(images) if change.mirrored else images for _, images in some]
        found = look(running.engine, running.spec, running.head, planned, seen)
        for (row, _), answered in zip(some, found, strict=True):
            answers[row] = turned_back(answered) if change.mirrored else answered
        report("looking", len(answers) / len(frame_inds))
    return [answers[row] for row in range(len(frame_inds))]


def batched(clips: Iterable[Clip], size: int) -> Iterator[list[Clip]]:
    """Clips in lists of `size`, the last one perhaps shorter."""
    some: list[Clip] = []
    for clip in clips:
        some.append(clip)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


@contextmanager
def _taken(lock: threading.Lock, report: OnProgress) -> Iterator[None]:
    """Waits for a lock, asking in between whether the person still wants to wait."""
    while not lock.acquire(timeout=ASK_AGAIN_S):
        report("decoding", 0.0)
    try:
        yield
    finally:
        lock.release()


def _ignore(stage: Stage, share: float) -> None:
    """Takes progress that nobody asked for."""
    del stage, share
