"""What the process says is checked before it is believed; and which videos browsers play."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import VideoError
from model.video import errors
from model.video.browser import plays_in_browsers
from model.video.claims import Claims, believed
from model.video.containers import container_of
from model.video.facts import Orientation, VideoInfo, VideoLimits, orientation_of
from model.video.wire import NO_PTS

GOOD: dict[str, Any] = {
    "codec": "h264",
    "tag": "avc1",
    "width": 640,
    "height": 360,
    "tick_s": 0.001,
    "rate": 25.0,
    "aspect": 1.0,
    "codec_aspect": 1.0,
    "converted": False,
    "stated_s": 0.4,
    "videos": 1,
    "pixel_format": "yuv420p",
    "matrix": [1.0, 0.0, 0.0, 1.0],
    "errors": 0,
    "hidden": 0,
    "last_duration": 40,
    "sound_end_s": 0.0,
    "file_end_s": 0.4,
    "cut_off": False,
}
TICKS = np.arange(10, dtype=np.int64) * 40
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=100),
    st.lists(st.one_of(st.floats(), st.text(max_size=3)), max_size=5),
)


def info_of(
    ticks: np.ndarray[Any, Any] = TICKS, container: str = "mp4", **changed: Any
) -> VideoInfo:
    info, _ = believed(Claims(GOOD | changed), ticks, container, VideoLimits())
    return info


def test_good_claims_are_believed() -> None:
    info = info_of()
    assert info.frames == 10
    assert info.duration_s == pytest.approx(0.4)
    assert info.fps == pytest.approx(25)
    assert info.browser_safe
    assert info.notes == ()


@given(st.sampled_from(sorted(GOOD)), JUNK)
def test_any_claim_may_be_a_lie(name: str, value: Any) -> None:
    try:
        info = info_of(**{name: value})
    except (VideoError, ValueError, TypeError, KeyError, OverflowError):
        return
    assert info.width > 0
    assert info.height > 0
    assert np.isfinite([info.duration_s, info.fps, info.start_s]).all()
    assert 0 < info.duration_s <= VideoLimits().max_duration_s


@pytest.mark.parametrize("name", sorted(GOOD))
def test_no_claim_may_be_missing(name: str) -> None:
    claims = Claims({key: value for key, value in GOOD.items() if key != name})
    with pytest.raises((ValueError, KeyError)):
        believed(claims, TICKS, "mp4", VideoLimits())


def test_a_huge_picture_is_not_believed() -> None:
    with pytest.raises(errors.PictureTooLarge):
        info_of(width=60_000, height=60_000)


def test_wild_shapes_of_pixels_are_ignored() -> None:
    assert info_of(aspect=2.0).width == 1280
    assert info_of(aspect=1e6).width == 640
    assert info_of(aspect=0.0).width == 640


def test_a_last_frame_that_stays_for_ever_is_not_believed() -> None:
    assert info_of(last_duration=10**9).duration_s == pytest.approx(0.4)
    assert info_of(last_duration=80).duration_s == pytest.approx(0.44)
    assert info_of(last_duration=-5).duration_s == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"matrix": [0.7, 0.7, -0.7, 0.7]}, "slanted"),
        ({"videos": 2}, "more than one video"),
        ({"errors": 3}, "damaged"),
        ({"stated_s": 60.0}, "announces 60 seconds"),
        ({"ticks": np.full(10, NO_PTS)}, "time stamps"),
    ],
)
def test_what_is_odd_is_said(changed: dict[str, Any], words: str) -> None:
    info = info_of(**changed)
    assert words in " ".join(info.notes)
    assert not info.browser_safe


def test_avi_times_are_even() -> None:
    ticks = np.array([1, 4, 3, 2, 5, 6], np.int64)
    info = info_of(ticks, "avi", tick_s=0.04)
    np.testing.assert_allclose(info.pts_s, np.arange(6) * 0.04)
    assert info.notes == ()


PLAYS: dict[str, Any] = {
    "container": "mp4",
    "codec": "h264",
    "tag": "avc1",
    "pixel_format": "yuv420p",
    "turned": False,
    "mirrored": False,
    "odd": False,
    "start_s": 0.0,
    "stated_s": 1.0,
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, True),
        ({"turned": True}, True),
        ({"pixel_format": "yuvj420p"}, True),
        ({"container": "webm", "codec": "vp9", "tag": ""}, True),
        ({"container": "webm", "codec": "vp8", "tag": ""}, True),
        ({"container": "webm", "codec": "vp8", "turned": True}, False),
        ({"container": "webm", "codec": "vp8", "stated_s": 0.0}, False),
        ({"container": "webm", "codec": "libdav1d"}, False),
        ({"container": "mkv"}, False),
        ({"container": "avi"}, False),
        ({"container": "gif", "codec": "gif"}, False),
        ({"codec": "hevc", "tag": "hvc1"}, False),
        ({"codec": "mpeg4", "tag": "mp4v"}, False),
        ({"tag": "avc3"}, False),
        ({"pixel_format": "yuv420p10le"}, False),
        ({"pixel_format": "yuv444p"}, False),
        ({"mirrored": True}, False),
        ({"odd": True}, False),
        ({"start_s": 0.74}, False),
        ({"start_s": -0.1}, False),
    ],
)
def test_which_videos_browsers_play(changed: dict[str, Any], expected: bool) -> None:
    assert plays_in_browsers(**(PLAYS | changed)) is expected


@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize("flip_x", [False, True])
@pytest.mark.parametrize("flip_y", [False, True])
def test_the_eight_turns_move_corners_as_their_matrix_says(
    swap: bool, flip_x: bool, flip_y: bool
) -> None:
    x_sign, y_sign = (-1.0 if flip else 1.0 for flip in (flip_x, flip_y))
    a, b, c, d = (0.0, y_sign, x_sign, 0.0) if swap else (x_sign, 0.0, 0.0, y_sign)
    turn = orientation_of((a, b, c, d))
    assert turn == Orientation(swap, flip_x, flip_y)
    assert turn.mirrored == (a * d - b * c < 0)
    height, width = 3, 5
    image = np.arange(height * width * 3, dtype=np.uint8).reshape(height, width, 3)
    shown = turn.upright(image)
    for y, x in ((0, 0), (0, 4), (2, 0), (1, 3)):
        shown_x, shown_y = a * x + c * y, b * x + d * y
        column = int(shown_x) if a + c > 0 else shown.shape[1] - 1 + int(shown_x)
        row = int(shown_y) if b + d > 0 else shown.shape[0] - 1 + int(shown_y)
        np.testing.assert_array_equal(shown[row, column], image[y, x])


def test_a_matrix_that_says_nothing_is_no_turn() -> None:
    assert orientation_of((0.0, 0.0, 0.0, 0.0)) == Orientation()
    assert orientation_of((0.7, 0.7, -0.7, 0.7)) is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\x00\x00\x00\x20ftypisom", "mp4"),
        (b"\x00\x00\x00\x08wide\x00\x00", "mp4"),
        (b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1fB\x86\x81\x01B\x82\x84webm", "webm"),
        (b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1fB\x86\x81\x01B\x82\x88matroska", "mkv"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "avi"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"GIF89a\x01\x00", "gif"),
        (b"GIF88a\x01\x00", None),
        (b"#EXTM3U\n", None),
        (b"", None),
    ],
)
def test_containers_are_told_by_their_first_bytes(head: bytes, expected: str | None) -> None:
    assert container_of(head) == expected
