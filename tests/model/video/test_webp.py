"""Animated WebP is put together as Pillow puts it together, and kept within the same limits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from model.video import errors
from model.video.facts import VideoLimits
from model.video.reader import VideoReader
from model.video.webp import STRIP

SIZE = (96, 2 * STRIP + 8)  # more than two strips, the last one not full


def pictures(*, alpha: bool, count: int = 6) -> list[Image.Image]:
    """A square that moves over a ramp; with `alpha` over nothing, half of it see-through."""
    found = []
    for index in range(count):
        image = np.zeros((SIZE[1], SIZE[0], 4), np.uint8)
        if not alpha:
            image[...] = np.arange(SIZE[0], dtype=np.uint8)[None, :, None]
            image[..., 3] = 255
        area = image[10 + 9 * index : 40 + 9 * index, 20:60]
        area[...] = (200, 40 * index, 90, 255)
        if alpha:
            area[:, ::2, 3] = 120
        found.append(Image.fromarray(image, "RGBA"))
    return found


def save(path: Path, *, alpha: bool = False, **options: object) -> Path:
    """Lossless, so that every decoder gives the same."""
    first, *others = pictures(alpha=alpha)
    options = {"duration": 100, "lossless": True, "exact": True} | options
    first.save(path, "WEBP", save_all=True, append_images=others, **options)
    return path


def as_pillow_shows(path: Path) -> list[NDArray[np.uint8]]:
    """RGB frames, black where nothing is."""
    found = []
    with Image.open(path) as image:
        for index in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(index)
            rgba = np.asarray(image.convert("RGBA"))
            found.append(rgba[..., :3] * (rgba[..., 3:] > 0))
    return found


@pytest.mark.parametrize("alpha", [False, True], ids=["opaque", "see-through"])
@pytest.mark.parametrize(
    "options", [{}, {"minimize_size": True}, {"allow_mixed": True, "lossless": True}]
)
def test_frames_equal_those_of_pillow(
    alpha: bool, options: dict[str, object], tmp_path: Path
) -> None:
    path = save(tmp_path / "moving.webp", alpha=alpha, **options)
    with VideoReader(path) as reader:
        assert reader.isolation.level == "full"
        size = (reader.info.width, reader.info.height)
        found = [frame.image for frame in reader.frames(range(reader.info.frames), size=size)]
        assert reader.notes == ()
        assert not reader.info.browser_safe
    expected = as_pillow_shows(path)
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        difference = np.abs(ours.astype(int) - theirs)
        if "allow_mixed" in options:  # lossy pictures: colour edges differ from decoder to decoder
            assert difference.mean() <= 1
        else:
            assert difference.max() <= 1


def test_times_are_those_of_the_file_and_of_browsers(tmp_path: Path) -> None:
    path = save(tmp_path / "moving.webp", duration=[40, 200, 5, 300, 80, 100])
    with VideoReader(path) as reader:
        np.testing.assert_allclose(reader.info.pts_s, [0, 0.04, 0.24, 0.34, 0.64, 0.72])
        assert reader.info.duration_s == pytest.approx(0.82)


def test_a_large_canvas_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "moving.webp")
    pixels = SIZE[0] * SIZE[1]
    with pytest.raises(errors.PictureTooLarge):
        VideoReader(path, VideoLimits(max_pixels=pixels - 1))
    with VideoReader(path, VideoLimits(max_pixels=pixels)) as reader:
        assert reader.info.frames == 6
    with pytest.raises(errors.TooLong):
        VideoReader(path, VideoLimits(max_frames=5))


def test_a_damaged_picture_leaves_the_one_before(tmp_path: Path) -> None:
    path = save(tmp_path / "moving.webp")
    data = path.read_bytes()
    second = data.index(b"ANMF", data.index(b"ANMF") + 4)
    path.write_bytes(data[: second + 40] + bytes(40) + data[second + 80 :])
    with VideoReader(path) as reader:
        frames = [frame.image for frame in reader.frames([0, 1])]
        assert "damaged" in " ".join(reader.notes)
    np.testing.assert_array_equal(frames[0], frames[1])


def test_what_lies_outside_the_canvas_is_left_out(tmp_path: Path) -> None:
    path = save(tmp_path / "moving.webp")
    data = bytearray(path.read_bytes())
    place = data.index(b"ANMF") + 8
    data[place : place + 3] = (1000).to_bytes(3, "little")
    path.write_bytes(data)
    with VideoReader(path) as reader:
        assert reader.info.frames == 5


@pytest.mark.parametrize("keep", [20, 30, 60])
def test_the_head_alone_is_no_video(keep: int, tmp_path: Path) -> None:
    path = save(tmp_path / "moving.webp")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises((errors.Damaged, errors.NoFrames)):
        VideoReader(path)
