"""From a labelled video to the clips that a network learns from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.errors import VideoError
from model.learning.augment import Augmentation, augmented, generator, random_clip
from model.learning.errors import ListError
from model.learning.examples import Example
from model.video.facts import VideoInfo, VideoLimits
from model.video.reader import VideoReader
from model.weights.spec import ModelSpec, Normalisation

AHEAD = 2  # batches that are decoded while another one is learned from


@dataclass(frozen=True, slots=True)
class Sampler:
    """How training clips are drawn."""

    spec: ModelSpec
    augmentation: Augmentation
    seed: int
    limits: VideoLimits

    def clip(self, example: Example, epoch: int) -> Tensor:
        """One normalised training clip float32 [3, T, crop, crop].

        Raises `ListError` naming the video if it cannot be read.
        """
        spec = self.spec
        draw = generator(self.seed, epoch, f"{example.path.name}/{example.label}")
        try:
            with VideoReader(example.path, self.limits) as reader:
                first, count = frames_of(example, reader.info)
                inds = first + random_clip(
                    count, draw, clip_len=spec.clip_len, interval=spec.interval
                )
                frames = read_frames(reader, inds, spec.short_side)
        except VideoError as error:
            raise ListError(f"{example.path.name} cannot be learned from: {error}") from error
        return normalised(
            augmented(frames, draw, self.augmentation, size=spec.crop), spec.normalisation
        )


def frames_of(example: Example, info: VideoInfo) -> tuple[int, int]:
    """(first frame, number of frames) that the label speaks of; at least one."""
    if example.start_s is None or example.end_s is None:
        return 0, info.frames
    first = int(np.searchsorted(info.pts_s, example.start_s, side="right")) - 1
    after = int(np.searchsorted(info.pts_s, example.end_s, side="left"))
    first = min(max(first, 0), info.frames - 1)
    return first, max(after - first, 1)


def read_frames(reader: VideoReader, inds: NDArray[np.int64], short_side: int) -> NDArray[np.uint8]:
    """Frames uint8 [T, H, W, 3] at these indices, which may repeat and go back."""
    images = {frame.index: frame.image for frame in reader.frames(inds, short_side=short_side)}
    return np.stack([images[int(index)] for index in inds])


def normalised(clip: Tensor, scale: Normalisation) -> Tensor:
    """[3, T, H, W] on 0..255 to what the checkpoint was trained with."""
    mean = torch.tensor(scale.mean).view(3, 1, 1, 1)
    std = torch.tensor(scale.std).view(3, 1, 1, 1)
    return (clip - mean) / std


def batches(
    sampler: Sampler,
    examples: Sequence[Example],
    rows: Sequence[Sequence[int]],
    epoch: int,
    *,
    workers: int,
) -> Iterator[tuple[Tensor, Tensor]]:
    """(clips [B, 3, T, H, W], labels [B]) for each row of example numbers, decoded ahead."""
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        waiting: list[list[Future[Tensor]]] = []
        try:
            for number, row in enumerate(rows):
                while len(waiting) <= AHEAD and number + len(waiting) < len(rows):
                    later = rows[number + len(waiting)]
                    waiting.append([pool.submit(sampler.clip, examples[i], epoch) for i in later])
                clips = torch.stack([future.result() for future in waiting.pop(0)])
                yield clips, torch.tensor([examples[i].label for i in row])
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
