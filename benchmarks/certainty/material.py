"""What is measured: real videos with and without a class of the 400, and junk."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from benchmarks.certainty.junk import KINDS, LENGTH, Frames, write
from model.video.facts import VideoLimits
from model.video.reader import VideoReader

Part = Literal["known", "outside", "unclear", "junk", "frozen"]
"""`known`: its class is one of the 400. `outside`: none of them fits. `unclear`: one might.
`frozen`: one frame of a real video, or a slide show of such frames."""

SAME = {
    "hugging": "hugging",
    "pull up": "pull ups",
    "push up": "push up",
    "shaking hands": "shaking hands",
    "squat": "squat",
}
"""Labels of `actions/` that mean a class of Kinetics-400; waving, bending down, jumping jacks,
pointing, pushing and kicking somebody are none."""

UNCLEAR = ("punching",)  # at people, no boxing

SEEN = {
    "AnubhavBhattachayra-output.mp4": "playing basketball",
    "mmaction2-S001C001P001R001A001_rgb.avi": "drinking",
    "mmaction2-demo_skeleton.mp4": "hugging",
    "mmaction2-part_0.mp4": "cleaning pool",
    "mmaction2-test.mp4": "cleaning pool",
    "mmaction2-test_video_structuralize.mp4": "shooting basketball",
    "muhammad2033-output.avi": "riding a bike",
    "muhammad2033-temp_video.avi": "riding a bike",
    "paddlevideo-eivideo_example.mp4": "singing",
    "tmbo-video1.avi": "archery",
    "tmbo-video3.avi": "crawling baby",
    "torchvision-R6llTwEh07w.mp4": "using segway",
    "torchvision-SOX5yA1l24A.mp4": "using segway",
    "torchvision-WUzgd7C1pWA.mp4": "using segway",
}
"""Classes of videos without a label, named by a person who looked before any answer was known."""

DOUBTFUL = (
    "felixchenfy-exercise.avi",  # gymnastics; zumba?
    "muhammad2033-input_video.mp4",  # a talk; presenting weather forecast?
    "tmbo-video2.avi",  # against a wall; push up or stretching leg?
)
TEST_PICTURE = "mmcv-test.mp4"  # real colour bars and a count-down
SIGNING = "wlasl"  # American Sign Language in a studio; nearest: sign language interpreting

GROUPS = {
    "v_ApplyEyeMakeup_g01": ("mmaction2-test.avi", "sonho4ng-v_ApplyEyeMakeup"),
    "v_Biking_g01": ("muhammad2033-v_Biking", "muhammad2033-output", "muhammad2033-temp_video"),
    "v_BenchPress_g01": ("sonho4ng-v_BenchPress",),
    "v_Diving_g01": ("sonho4ng-v_Diving",),
    "pool": ("mmaction2-part_0", "mmaction2-test.mp4"),
    "signing": ("wlasl",),
    "segway advertisement": ("torchvision-SOX5yA1l24A", "torchvision-WUzgd7C1pWA"),
}
"""Files of `clips/` that show the same people, by the beginnings of their names."""

SEEDS = 12  # junk videos of each kind


@dataclass(frozen=True, slots=True)
class Item:
    """One video. Items of a `group` share people, place or kind and are never split."""

    path: Path
    part: Part
    group: str
    label: str = ""  # its class of Kinetics-400, for `known`


def real_items(data: Path) -> list[Item]:
    """All distinct videos of `clips/` and `actions/`, without mirrored copies."""
    found: dict[str, Item] = {}
    with (data / "clips" / "labels.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            item = _clip(data / "clips" / row["file"], row["nearest_kinetics400"])
            if row["sha256"] not in found or item.part == "known":
                found[row["sha256"]] = item
    with (data / "actions" / "labels.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if "mirrored" not in row["source"]:
                found[row["file"]] = _action(data / "actions" / row["file"], row)
    return list(found.values())


def thinned(items: Iterable[Item], most: int) -> list[Item]:
    """At most so many of each source, evenly from all of it; every source counts alike anyway."""
    sources: dict[tuple[Part, str], list[Item]] = {}
    for item in items:
        sources.setdefault((item.part, item.group), []).append(item)
    return [
        videos[place]
        for videos in sources.values()
        for place in sorted({round(p) for p in np.linspace(0, len(videos) - 1, most)})
    ]


def kept_apart(items: list[Item]) -> set[str]:
    """Every second source of `clips/`, shuffled once: what distillation never saw."""
    groups = sorted({item.group for item in items if item.path.parent.name == "clips"})
    order = np.random.default_rng(0).permutation(len(groups))
    return {groups[place] for place in order[1::2]}


def junk_items(folder: Path) -> Iterator[Item]:
    """Draws what is not there yet."""
    for kind, draw in KINDS.items():
        for seed in range(SEEDS):
            path = folder / f"{kind.replace(' ', '-')}-{seed}.mp4"
            if not path.exists():
                rng = np.random.default_rng([seed, zlib.crc32(kind.encode())])
                write(path, draw(rng))
            yield Item(path, "junk", kind)


def frozen_items(folder: Path, real: list[Item], wanted: int = 8) -> Iterator[Item]:
    """Frozen frames of real videos and slide shows of such frames."""
    groups = {item.group: item for item in real if item.part == "known"}
    chosen = [groups[name] for name in sorted(groups)][:: max(1, len(groups) // wanted)]
    for number, item in enumerate(chosen):
        frozen = folder / f"frozen-{number}.mp4"
        if not frozen.exists():
            write(frozen, _shown([item], LENGTH))
        yield Item(frozen, "frozen", "frozen frame", item.label)
        several = [chosen[(number + step) % len(chosen)] for step in range(5)]
        mixed = folder / f"slides-{number}.mp4"
        if not mixed.exists():
            write(mixed, _shown(several, LENGTH // 5))
        yield Item(mixed, "frozen", "slide show of real frames")


def _clip(path: Path, nearest: str) -> Item:
    name = path.name
    starts = [group for group, files in GROUPS.items() if name.startswith(files)]
    group = starts[0] if starts else name
    label = nearest or SEEN.get(name, "")
    if name == TEST_PICTURE:
        return Item(path, "junk", "real test picture")
    if label:
        return Item(path, "known", group, label)
    if name in DOUBTFUL or name.startswith(SIGNING):
        return Item(path, "unclear", group)
    return Item(path, "outside", group)


def _action(path: Path, row: dict[str, str]) -> Item:
    """All persons filmed at one place are one group."""
    group = "_".join(row["group"].split("_")[:-1]) or f"{row['source']} {row['label']}"
    if row["label"] in SAME:
        return Item(path, "known", group, SAME[row["label"]])
    return Item(path, "unclear" if row["label"] in UNCLEAR else "outside", group)


def _shown(items: list[Item], each: int) -> Frames:
    for item in items:
        with VideoReader(item.path, VideoLimits()) as reader:
            middle = reader.info.frames // 2
            picture = next(iter(reader.frames([middle], short_side=240))).image
        left = max(0, (picture.shape[1] - 320) // 2)
        fitted = np.zeros((240, 320, 3), dtype=np.uint8)
        cut = picture[:240, left : left + 320]
        fitted[: cut.shape[0], : cut.shape[1]] = cut
        for _ in range(each):
            yield fitted
