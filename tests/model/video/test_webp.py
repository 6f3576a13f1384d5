"""Animated WebP is put together as Pillow puts it together, and kept within the same limits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from model.video import errors, webp
from model.video.facts import VideoLimits
from model.video.opening import Guards, Refused
from model.video.reader import VideoReader
from model.video.webp import STRIP, AnimationPass, read_animation
from tests.model.video.talking import Exhausted, guards_for, talking, told

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


def changed(path: Path, at: int, data: bytes) -> Path:
    """The file with other bytes at one place."""
    content = bytearray(path.read_bytes())
    content[at : at + len(data)] = data
    path.write_bytes(content)
    return path


def nth_picture(path: Path, number: int) -> int:
    """Where the data of a picture's chunk begins."""
    data, at = path.read_bytes(), 0
    for _ in range(number + 1):
        at = data.index(b"ANMF", at) + 8
    return at


@pytest.mark.parametrize("alpha", [False, True], ids=["opaque", "see-through"])
def test_the_decoder_gives_what_comes_through_the_walls(alpha: bool, tmp_path: Path) -> None:
    for options in ({"lossless": True}, {"lossless": False, "minimize_size": True}):
        path = save(tmp_path / "moving.webp", alpha=alpha, **options)
        with VideoReader(path) as reader:
            walled = [frame.image for frame in reader.frames(range(6), size=SIZE)]
        with talking(path) as talk:
            found, _ = talk.frames(range(6), SIZE, exact=False)
        np.testing.assert_array_equal(list(found.values()), walled)


def test_areas_are_cleared_where_the_file_says_so(tmp_path: Path) -> None:
    """The first picture, a ramp, is gone before the second, which draws only what is new."""
    path = save(tmp_path / "moving.webp")
    plainly = shown(path)
    cleared = shown(changed(path, nth_picture(path, 0) + 15, b"\x03"))
    np.testing.assert_array_equal(cleared[0], plainly[0])
    assert plainly[1][-1, -1].any()
    assert not cleared[1][-1, -1].any()


def shown(path: Path) -> list[NDArray[np.uint8]]:
    with talking(path) as talk:
        found, _ = talk.frames(range(6), SIZE, exact=False)
    return list(found.values())


def test_stills_are_no_video(tmp_path: Path) -> None:
    for alpha, lossless in ((False, False), (False, True), (True, False)):
        path = tmp_path / "still.webp"
        pictures(alpha=alpha)[0].save(path, "WEBP", lossless=lossless)
        assert told(path).refusal == "no-video-stream"


def test_what_is_broken_has_a_code(tmp_path: Path) -> None:
    path = save(tmp_path / "moving.webp")
    whole = path.read_bytes()
    for keep, code in ((12, "damaged"), (20, "damaged"), (30, "no-frames"), (60, "no-frames")):
        path.write_bytes(whole[:keep])
        assert told(path).refusal == code, keep
    path.write_bytes(whole[:12] + b"JUNK" + whole[16:])
    assert told(path).refusal == "damaged"
    path.write_bytes(whole)
    assert told(path, guards_for(path, pixels=SIZE[0] * SIZE[1] - 1)).refusal == "picture-too-large"
    assert told(path, guards_for(path, frames=5)).refusal == "too-long"


def test_pictures_that_cannot_be_shown_are_counted(tmp_path: Path) -> None:
    path = save(tmp_path / "moving.webp")
    second = nth_picture(path, 1)
    changed(path, second + 16 + 8, bytes(40))
    answer = told(path)
    assert answer.facts["errors"] == 1
    assert len(answer.times) == 6


def test_a_picture_of_another_size_than_stated_is_left_out(tmp_path: Path) -> None:
    path = save(tmp_path / "moving.webp")
    second = nth_picture(path, 1)
    width = int.from_bytes(path.read_bytes()[second + 6 : second + 9], "little")
    changed(path, second + 6, (width - 1).to_bytes(3, "little"))
    assert told(path).facts["errors"] == 1


def test_nothing_but_damage_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "moving.webp")
    for number in range(6):
        changed(path, nth_picture(path, number) + 16 + 8, bytes(24))
    assert told(path).refusal == "damaged"


def test_chunks_that_are_no_pictures_are_passed_over(tmp_path: Path) -> None:
    """One of a kind that nobody knows, of odd length, and a picture too short to be one."""
    path = save(tmp_path / "moving.webp")
    data = path.read_bytes()
    first = data.index(b"ANMF")
    extra = b"XTRA\x03\0\0\0abc\0" + b"ANMF\x04\0\0\0abcd"
    path.write_bytes(data[:first] + extra + data[first:])
    assert len(told(path).times) == 6
    changed(path, nth_picture(path, 1), (1000).to_bytes(3, "little"))  # beyond the canvas
    assert len(told(path).times) == 5


def test_memory_that_is_used_up_has_a_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(guards: Guards) -> Exhausted:
        del guards
        return Exhausted()

    path = save(tmp_path / "moving.webp")
    guards = guards_for(path)
    with path.open("rb") as file:
        animation = read_animation(file.fileno(), guards)
        run = AnimationPass(file.fileno(), animation, guards)
        monkeypatch.setattr(webp, "_fresh_codec", exhausted)
        with pytest.raises(Refused, match="too-much-memory"):
            list(run.frames())


def test_parts_are_the_whole_since_each_picture_builds_on_those_before(tmp_path: Path) -> None:
    path = save(tmp_path / "moving.webp")
    guards = guards_for(path)
    with path.open("rb") as file:
        run = AnimationPass(file.fileno(), read_animation(file.fileno(), guards), guards)
        assert [frame.pts for frame in run.ranges([range(4, 5)], {400})] == list(range(0, 600, 100))
