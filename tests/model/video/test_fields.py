"""Two moments woven into one picture are taken apart; what does not move stays sharp."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from model.video.proxy import write_proxy
from model.video.reader import VideoReader

SIZE = (192, 96)
OFF: tuple[tuple[str, ...], ...] = ((), ("fields",))


def moment(number: int) -> NDArray[np.uint8]:
    """A bright block uint8 [H, W, 3] that moves 12 pixels from one moment to the next."""
    image = np.full((SIZE[1], SIZE[0], 3), 40, np.uint8)
    left = 10 + 12 * number
    image[16:80, left : left + 48] = 210
    return image


def write_woven(path: Path, *, still: bool = False) -> Path:
    """Five pictures whose odd lines are half a picture later than their even ones."""
    options = {"x264-params": "interlaced=1", "crf": "4"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for index in range(5):
            image = moment(0 if still else 2 * index)
            image[1::2] = moment(0 if still else 2 * index + 1)[1::2]
            frame = VideoFrame.from_ndarray(image, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def combs(image: NDArray[np.uint8]) -> float:
    """How much lines differ from the next inside of the block's height, on average."""
    inside = image[image.shape[0] // 4 : image.shape[0] * 3 // 4, :, 1].astype(int)
    return float(np.abs(np.diff(inside, axis=0)).mean())


@pytest.mark.parametrize(("short_side", "size"), [(96, None), (None, (192, 96))])
def test_woven_pictures_are_taken_apart(
    short_side: int | None, size: tuple[int, int] | None, tmp_path: Path
) -> None:
    path = write_woven(tmp_path / "woven.mp4")
    with VideoReader(path) as reader:
        assert not reader.info.browser_safe
        image = next(reader.frames([2], short_side=short_side, size=size)).image
        assert image.shape == (96, 192, 3)
        assert combs(image) < 2
        edge = np.flatnonzero(image[48, :, 1] > 120)
        assert abs(int(edge[0]) - (10 + 12 * 4)) <= 1
    with VideoReader(path, guards_off=["fields"]) as reader:  # the control
        assert combs(next(reader.frames([2], short_side=short_side, size=size)).image) > 15


def test_the_copy_for_browsers_has_no_combs(tmp_path: Path) -> None:
    with VideoReader(write_woven(tmp_path / "woven.mp4")) as reader:
        write_proxy(reader, tmp_path / "copy.mp4")
    with VideoReader(tmp_path / "copy.mp4") as reader:
        assert reader.info.browser_safe
        assert combs(next(reader.frames([2], size=(192, 96))).image) < 4


def test_what_stands_still_loses_nothing(tmp_path: Path) -> None:
    path = write_woven(tmp_path / "still.mp4", still=True)
    images = []
    for off in OFF:
        with VideoReader(path, guards_off=off) as reader:
            images.append(next(reader.frames([2], short_side=96)).image)
    woven, whole = images
    np.testing.assert_array_equal(woven, whole)
