"""`at-once`: what people called videos like this one, from the corrections alone.

The thresholds are chosen on some persons and some scenes, and reported on all the others.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from benchmarks.learning.learns import interval
from benchmarks.learning.material import Draw, draw, joined_default, kept_store, load_now, others
from model.inference.predictor import LocalPredictor
from model.learning.examples import Example
from model.learning.features import FeatureStore, joined_widths
from model.learning.prototypes import LEAD, LIKENESS, LOOKED_AT, Corrected, Embedder, Memory
from model.learning.prototypes import embedding_of as embedded

Rows = NDArray[np.float32]
EACH = (1, 3, 5)
LIKENESSES = np.arange(0.7, 0.951, 0.02)
LEADS = (0.0, 0.01, 0.02, 0.03, 0.04, 0.06)
WRONG, UNRELATED = 0.05, 0.05  # most of what is said may be wrong; most that may be said of others


@dataclass(frozen=True, slots=True)
class Said:
    """What the nearest label was for videos [N], and whether it was right; False for others'."""

    likeness: Rows
    lead: Rows
    right: NDArray[np.bool_]


def report(kept: Path, draws: int) -> None:
    """Prints forced answers by every way, then silence and speech, then the cost."""
    store = kept_store(kept)
    for task in ("four", "all"):
        forced(store, task, draws)
    chosen = choose(store, draws)
    print(f"\nchosen on half of the persons and scenes: likeness, lead = {chosen}")
    for task in ("four", "all"):
        for each in EACH:
            for limits in dict.fromkeys(((LIKENESS, LEAD), chosen)):
                speech(store, task, each, draws, limits)
    cost(kept)
    print(load_now())


def forced(store: FeatureStore, task: str, draws: int) -> None:
    """The share of other persons' clips that each way answers rightly if it must answer."""
    print(f"\n{task}: forced answers, other persons, {draws} draws")
    for each in EACH:
        right: dict[str, list[float]] = {name: [] for name in ways()}
        for seed in range(draws):
            drawn = draw(task, each, seed)
            learn, test = embeddings(store, drawn.learn), embeddings(store, drawn.test)
            labels, wanted = _labels(drawn.learn), _labels(drawn.test)
            for name, way in ways().items():
                right[name].append(float((way(learn, labels, test) == wanted).mean()))
        told = "  ".join(f"{name} {np.mean(shares):.3f}" for name, shares in right.items())
        low, high = interval(right["prototype"])
        print(f"  {each} a class: {told}  (prototype {low:.3f}-{high:.3f})", flush=True)


def ways() -> Mapping[str, Callable[[Rows, NDArray[np.int64], Rows], NDArray[np.int64]]]:
    """Each takes embeddings [N, D], their labels [N] and embeddings [M, D]; gives labels [M]."""

    def prototype(learn: Rows, labels: NDArray[np.int64], test: Rows) -> NDArray[np.int64]:
        memory = Memory([Corrected(str(n), row, "") for n, row in zip(labels, learn, strict=True)])
        found = [memory.nearest(row) for row in test]
        return np.array([int(one.label) if one is not None else -1 for one in found])

    def neighbours(count: int) -> Callable[..., NDArray[np.int64]]:
        def way(learn: Rows, labels: NDArray[np.int64], test: Rows) -> NDArray[np.int64]:
            fitted = KNeighborsClassifier(min(count, len(learn)), weights="distance")
            answers: NDArray[np.int64] = fitted.fit(learn, labels).predict(test)
            return answers

        return way

    def logistic(learn: Rows, labels: NDArray[np.int64], test: Rows) -> NDArray[np.int64]:
        fitted = LogisticRegression(C=30, max_iter=300)
        answers: NDArray[np.int64] = fitted.fit(learn, labels).predict(test)
        return answers

    return {
        "prototype": prototype,
        "nearest": neighbours(1),
        "3 nearest": neighbours(3),
        "logistic": logistic,
    }


def choose(store: FeatureStore, draws: int) -> tuple[float, float]:
    """Thresholds that speak most often while little is wrong and little is said of other content.

    Uses every second person among those tested and half of the other content.
    """
    both: list[tuple[Said, Said]] = []
    for task in ("four", "all"):
        for each in EACH:
            for seed in range(draws):
                drawn = draw(task, each, seed)
                mine = Draw(drawn.learn, tuple(c for c in drawn.test if _chooses(c.group)))
                if mine.test:
                    both.append((said(store, mine, mine.test), said(store, mine, others(0).around)))
    best = (0.0, 1.0, 1.0)
    for likeness in LIKENESSES:
        for lead in LEADS:
            spoke, wrong, unrelated = _shares(both, (float(likeness), lead))
            if wrong <= WRONG and unrelated <= UNRELATED and spoke > best[0]:
                best = (spoke, round(float(likeness), 2), lead)
    return best[1], best[2]


def speech(
    store: FeatureStore, task: str, each: int, draws: int, limits: tuple[float, float]
) -> None:
    """How often it speaks, and rightly, about persons and scenes that chose nothing."""
    both = []
    for seed in range(draws):
        drawn = draw(task, each, seed)
        test = tuple(c for c in drawn.test if not _chooses(c.group))
        if test:
            both.append((said(store, drawn, test), said(store, drawn, others(0).test)))
    spoke, wrong, unrelated = _shares(both, limits)
    print(
        f"  {task}, {each} a class, {limits}: speaks about {spoke:.3f}, of that wrong {wrong:.3f};"
        f" about other content {unrelated:.3f}",
        flush=True,
    )


def said(store: FeatureStore, drawn: Draw, videos: Sequence[Example]) -> Said:
    """The nearest label of each video."""
    rows = zip(embeddings(store, drawn.learn), drawn.learn, strict=True)
    memory = Memory([Corrected(clip.name, row, clip.path.name) for row, clip in rows])
    found = [memory.nearest(row) for row in embeddings(store, videos)]
    kept = [(one, clip) for one, clip in zip(found, videos, strict=True) if one is not None]
    return Said(
        np.array([one.likeness for one, _ in kept], np.float32),
        np.array([one.lead for one, _ in kept], np.float32),
        np.array([one.label == clip.name for one, clip in kept], np.bool_),
    )


def _shares(
    both: Sequence[tuple[Said, Said]], limits: tuple[float, float]
) -> tuple[float, float, float]:
    """(spoken about the corrected classes, wrong among what was spoken, spoken about others)."""
    mine = [_speaks(one, limits) for one, _ in both]
    wrong = sum(int((spoken & ~one.right).sum()) for (one, _), spoken in zip(both, mine))  # noqa: B905
    spoken = sum(int(one.sum()) for one in mine)
    theirs = np.concatenate([_speaks(other, limits) for _, other in both])
    return spoken / sum(len(one) for one in mine), wrong / max(spoken, 1), float(theirs.mean())


def _speaks(one: Said, limits: tuple[float, float]) -> NDArray[np.bool_]:
    spoken: NDArray[np.bool_] = (one.likeness >= limits[0]) & (one.lead >= limits[1])
    return spoken


def _chooses(person: str) -> bool:
    return sum(person.encode()) % 2 == 0


def embeddings(store: FeatureStore, videos: Sequence[Example]) -> Rows:
    """[N, D] as the app has them."""
    widths = joined_widths(store.checkpoint)
    return np.stack([embedded(f, widths) for f in store.of(videos, "pooled", parts=LOOKED_AT)])


def _labels(clips: Sequence[Example]) -> NDArray[np.int64]:
    return np.array([clip.label for clip in clips], np.int64)


def cost(kept: Path) -> None:
    """Seconds of an ordinary answer, of the embedding beside it, and of asking the memory."""
    predictor = LocalPredictor(joined_default(1), cache_dir=kept / "networks")
    predictor.warm_up()
    clips = draw("all", 5, 0).test[::12]
    answers, embedding, asking = [], [], []
    store = kept_store(kept)
    rows = embeddings(store, draw("all", 5, 0).learn)
    memory = Memory([Corrected(str(n % 13), row, "") for n, row in enumerate(rows)])
    with tempfile.TemporaryDirectory() as folder:
        embedder = Embedder(FeatureStore(store.checkpoint, Path(folder), kept / "networks"))
        embedder.embed(draw("all", 5, 0).learn[0])
        for clip in clips:
            answers.append(_seconds(lambda clip=clip: predictor.predict(clip.path)))  # type: ignore[misc]
            embedding.append(_seconds(lambda clip=clip: embedder.embed(clip)))  # type: ignore[misc]
            row = embedder.embed(clip)
            asking.append(_seconds(lambda row=row: memory.suggest(row)))  # type: ignore[misc]
    print(
        f"\nmedian of {len(clips)} clips: an answer {np.median(answers):.2f} s, its embedding"
        f" {np.median(embedding):.2f} s more, asking the memory {1000 * np.median(asking):.2f} ms"
    )


def _seconds(way: Callable[[], object]) -> float:
    started = time.perf_counter()
    way()
    return time.perf_counter() - started
