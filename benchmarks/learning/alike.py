"""`alike`: from which likeness on two videos are the same film, cut, scaled or coded again.

Variants of real clips are made here and compared with their originals; other clips of the same
person and class, of the same class, and of anything else are compared as they are.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks.learning.at_once import embeddings
from benchmarks.learning.material import actions, kept_store, load_now, others
from model.learning.examples import Example
from model.learning.features import FeatureStore
from model.learning.split import ALIKE

Frames = list[NDArray[np.uint8]]


def report(kept: Path, every: int) -> None:
    """Prints quantiles of the cosines of each kind of pair, and how many count as alike."""
    store = kept_store(kept)
    clips = [clip for clip in actions("all") if int(clip.path.stem) % 2 == 0]
    originals = [*clips[::every], *others(0).test[::3]]
    of_originals = embeddings(store, originals)
    print(f"\ncosine to the original; alike from {ALIKE}")
    with tempfile.TemporaryDirectory() as folder:
        variants = FeatureStore(store.checkpoint, Path(folder) / "features", kept / "networks")
        for name, change in CHANGES.items():
            made = [_made(Path(folder), name, clip, change) for clip in originals]
            likeness = (of_originals * embeddings(variants, made)).sum(axis=1)
            _line(name, likeness)
    everything = [*actions("all"), *others(0).test, *others(0).around]
    cosines = (rows := embeddings(store, everything)) @ rows.T
    for name, belongs in PAIRS.items():
        pairs = [
            cosines[a, b]
            for a, one in enumerate(everything)
            for b, other in enumerate(everything[:a])
            if belongs(one, other)
        ]
        _line(name, np.array(pairs))
    print(load_now())


def _line(name: str, likeness: NDArray[np.float32]) -> None:
    low, middle, high = np.quantile(likeness, (0.05, 0.5, 0.95))
    print(
        f"{name:30} {len(likeness):6} pairs: least {likeness.min():.3f}, of twenty {low:.3f},"
        f" median {middle:.3f}, of twenty {high:.3f}, most {likeness.max():.3f};"
        f" alike {(likeness >= ALIKE).mean():.4f}",
        flush=True,
    )


def _same_person(one: Example, other: Example) -> bool:
    return bool(one.name) and (one.name, one.group) == (other.name, other.group)


def _has_copy(one: Example) -> bool:
    """Of these clips the data has a mirrored copy, and no other of the same person and class."""
    return one.group.startswith("weiz")


PAIRS: dict[str, Callable[[Example, Example], bool]] = {
    "mirrored copy in the data": lambda a, b: _same_person(a, b) and _has_copy(a),
    "same person, same class": lambda a, b: _same_person(a, b) and not _has_copy(a),
    "same person, other class": lambda a, b: a.group == b.group and a.name != b.name,
    "other person, same class": lambda a, b: (
        bool(a.name) and a.name == b.name and a.group != b.group
    ),
    "other person, other class": lambda a, b: a.group != b.group and a.name != b.name,
}

CHANGES: dict[str, Callable[[Frames], Frames]] = {
    "coded again, coarsely": lambda frames: frames,
    "half as large": lambda frames: [np.ascontiguousarray(f[::2, ::2]) for f in frames],
    "mirrored": lambda frames: [np.ascontiguousarray(f[:, ::-1]) for f in frames],
    "cut by a tenth at both ends": lambda frames: frames[
        len(frames) // 10 : -(len(frames) // 10) or None
    ],
    "cut by half": lambda frames: frames[: max(len(frames) // 2, 1)],
    "brighter": lambda frames: [(255 * (f / 255.0) ** 0.7).astype(np.uint8) for f in frames],
    "edges cut off by a tenth": lambda frames: [
        np.ascontiguousarray(f[h // 10 : -(h // 10), w // 10 : -(w // 10)])
        for f in frames
        for h, w in [f.shape[:2]]
    ],
}


def _made(folder: Path, name: str, clip: Example, change: Callable[[Frames], Frames]) -> Example:
    path = folder / f"{name} {clip.path.parent.name} {clip.path.stem}.mp4"
    with av.open(str(clip.path)) as container:
        rate = container.streams.video[0].average_rate or Fraction(25)
        decoded = list(container.decode(video=0))[:400]
    changed = change([f.to_ndarray(format="rgb24").astype(np.uint8) for f in decoded])
    height, width = (size // 2 * 2 for size in changed[0].shape[:2])
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "30"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for picture in changed:
            shown = np.ascontiguousarray(picture[:height, :width])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")))
        container.mux(stream.encode(None))
    return Example(path, clip.label, group=clip.group)
