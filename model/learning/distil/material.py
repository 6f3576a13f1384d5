"""What views are cut from: stretches of videos, and still pictures. All of it is kept in memory.

On a GPU, if that is what learns: views are then made without waiting for a processor.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from model.errors import VideoError
from model.learning.errors import ListError, TooFewError
from model.learning.lists import MANIFEST_SUFFIXES, read_list
from model.video.containers import ENDINGS
from model.video.facts import VideoLimits
from model.video.reader import VideoReader

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp")
FILMS = tuple(ending for ending in ENDINGS if ending not in PICTURES)  # in a folder of both
LISTS = (".txt", ".csv", *MANIFEST_SUFFIXES)
MOST_BYTES = 2 << 30  # of all material together
STRETCH = 256  # frames of a video at most: about ten seconds
PICTURE_SIDES = 4  # a still picture may be as many times larger than a view, to move about in
MOST_PIXELS = 100_000_000  # of a still picture before it is made smaller


@dataclass(frozen=True, slots=True)
class Film:
    """Frames uint8 [T, 3, H, W], RGB; one frame is a still picture. `name` is the file's."""

    name: str
    frames: Tensor


def find_videos(places: Sequence[Path]) -> tuple[Path, ...]:
    """The videos of folders (with those inside), lists, and single files, each once, sorted.

    Raises `ListError` if a place is not there or a list names something that is not.
    """
    found: list[Path] = []
    for place in places:
        if place.suffix.lower() in LISTS and place.is_file():
            found += [example.path for example in read_list(place).examples]
        else:
            found += _files(place, FILMS)
    return tuple(dict.fromkeys(found))


def find_pictures(places: Sequence[Path]) -> tuple[Path, ...]:
    """The still pictures of folders (with those inside) and single files, each once, sorted.

    Raises `ListError` if a place is not there.
    """
    return tuple(dict.fromkeys(path for place in places for path in _files(place, PICTURES)))


def read_material(
    videos: Sequence[Path],
    pictures: Sequence[Path],
    *,
    side: int,
    limits: VideoLimits,
    device: torch.device | None = None,
    most_bytes: int = MOST_BYTES,
) -> tuple[Film, ...]:
    """All of it, with a shorter side of `side` pixels (pictures up to four times that).

    Of a long video a stretch from the middle is taken; all videos together take at most
    `most_bytes`. Raises `TooFewError` if there is nothing, `ListError` naming what cannot be read.
    """
    if not videos and not pictures:
        raise TooFewError("There is no video and no picture to learn from: name a folder of them.")
    share = most_bytes // (len(videos) + len(pictures))
    films = [_video(path, side, share, limits) for path in videos]
    films += [_picture(path, side, share) for path in pictures]
    return tuple(Film(film.name, film.frames.to(device)) for film in films)


def _files(place: Path, suffixes: tuple[str, ...]) -> Iterable[Path]:
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise ListError(f"{place} is not there: name a folder, a list or a file that exists.")
    inside = sorted(path for path in place.rglob("*") if path.is_file())
    return [path for path in inside if path.suffix.lower() in suffixes]


def _video(path: Path, side: int, share: int, limits: VideoLimits) -> Film:
    try:
        with VideoReader(path, limits) as reader:
            info = reader.info
            scale = side / min(info.width, info.height)
            area = info.width * info.height * scale**2
            count = min(info.frames, STRETCH, max(int(share / (3 * area)), 1))
            first = (info.frames - count) // 2
            inds = range(first, first + count)
            frames = np.stack([frame.image for frame in reader.frames(inds, short_side=side)])
    except VideoError as error:
        raise ListError(f"{path.name} cannot be learned from: {error}") from error
    return Film(path.name, torch.from_numpy(frames).permute(0, 3, 1, 2).contiguous())


def _picture(path: Path, side: int, share: int) -> Film:
    try:
        with Image.open(path) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ListError(f"{path.name} has too many pixels: make it smaller.")
            image = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ListError(
            f"{path.name} is no picture that can be read: take it out and start again."
        ) from error
    smaller = min(
        1.0,
        PICTURE_SIDES * side / min(image.size),
        (share / (3 * image.width * image.height)) ** 0.5,
    )
    size = (max(1, round(image.width * smaller)), max(1, round(image.height * smaller)))
    pixels = np.array(image.resize(size, Image.Resampling.BICUBIC))
    return Film(path.name, torch.from_numpy(pixels).permute(2, 0, 1)[None].contiguous())
