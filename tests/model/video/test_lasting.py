"""A video lasts as long as a player plays it, and every second of it has a frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.inference.protocols import plan
from model.video.ending import Ending, end_s
from model.video.proxy import write_proxy
from model.video.reader import VideoReader
from model.video.repeats import LONG_S, repeated
from model.video.whole import is_cut_off
from model.weights.spec import IMAGENET, ModelSpec
from tests.model.video.lasting import write_still_end, write_without_composition_times
from tests.model.video.making import number_of, write_video

SPEC = ModelSpec("m", "ircsn-r50", ("a", "b"), IMAGENET)


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv"])
def test_a_picture_that_stays_last_counts(ending: str, tmp_path: Path) -> None:
    path = write_still_end(tmp_path / f"still.{ending}", stays_s=4)
    with VideoReader(path) as reader:
        info = reader.info
        assert info.duration_s == pytest.approx(24 / 25 + 4, abs=0.05)
        assert reader.notes == ()
        assert info.browser_safe == (ending != "mkv")
        assert len(info.changes) == 25
        np.testing.assert_allclose(np.diff(info.pts_s), 0.04, atol=1e-3)
        last = list(reader.frames([24, 25, info.frames - 1]))
    assert [number_of(frame.image) for frame in last] == [24, 24, 24]
    assert last[-1].pts_s == pytest.approx(info.duration_s - 0.04, abs=0.05)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "webm", "avi"])
def test_the_last_picture_stays_until_the_sound_ends(ending: str, tmp_path: Path) -> None:
    path = write_still_end(tmp_path / f"sound.{ending}", stays_s=0.04, sound_s=3)
    with VideoReader(path) as reader:
        assert reader.info.duration_s == pytest.approx(3, abs=0.1)
        assert reader.notes == ()
        assert len(reader.info.changes) == 25


def test_clips_cover_what_stays(tmp_path: Path) -> None:
    with VideoReader(write_still_end(tmp_path / "still.mp4", stays_s=20)) as reader:
        info = reader.info
    planned = plan("auto", SPEC, info, max_clips=64)
    assert planned.sampling.gaps == ()
    times = info.pts_s[planned.sampling.frame_inds]
    assert times.max() > info.duration_s - 0.2
    assert (np.diff(times, axis=1) < 0.1).all()


@pytest.mark.parametrize("protocol", ["val", "test"])
def test_protocols_of_others_count_every_picture_once(protocol: str, tmp_path: Path) -> None:
    with VideoReader(write_still_end(tmp_path / "still.mp4", moving=80)) as reader:
        info = reader.info
    planned = plan(protocol, SPEC, info, max_clips=64)  # type: ignore[arg-type]
    assert planned.sampling.frame_inds.max() <= 79
    assert (np.diff(planned.sampling.frame_inds, axis=1) == 2).all()


def test_the_copy_lasts_as_long_and_writes_nothing_twice(tmp_path: Path) -> None:
    with VideoReader(write_still_end(tmp_path / "still.mkv")) as reader:
        write_proxy(reader, tmp_path / "copy.mp4")
        original = reader.info
    with VideoReader(tmp_path / "copy.mp4") as reader:
        assert reader.info.duration_s == pytest.approx(original.duration_s, abs=0.01)
        assert len(reader.info.changes) == 25
        assert reader.info.browser_safe


@pytest.mark.parametrize("name", ["a.mp4", "b.mkv", "c.webm"])
def test_what_a_cut_off_file_announces_is_not_believed(name: str, tmp_path: Path) -> None:
    codec = "libvpx" if name.endswith("webm") else "libx264"
    options = {"deadline": "realtime"} if codec == "libvpx" else {"bf": "0"}
    muxing = {"movflags": "faststart"} if name.endswith("mp4") else {}
    path = write_video(tmp_path / name, frames=150, codec=codec, options=options, muxing=muxing)
    with path.open("rb") as file:
        assert not is_cut_off(file.fileno())
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with path.open("rb") as file:
        assert is_cut_off(file.fileno())
    with VideoReader(path) as reader:
        assert reader.info.duration_s < 5
        assert "announces 6 seconds" in " ".join(reader.notes)


def test_recordings_without_a_stated_length_are_not_cut_off(tmp_path: Path) -> None:
    live = write_video(tmp_path / "live.webm", codec="libvpx", muxing={"live": "1"})
    for path in (live, write_video(tmp_path / "a.avi", codec="mpeg4")):
        with path.open("rb") as file:
            assert not is_cut_off(file.fileno())


def test_all_pictures_are_used_where_stamps_are_invented(tmp_path: Path) -> None:
    path = write_without_composition_times(tmp_path / "invented.mp4")
    with VideoReader(path) as reader:
        np.testing.assert_allclose(reader.info.pts_s, np.arange(60) / 25, atol=1e-6)
        assert "time stamps" in " ".join(reader.notes)
        assert not reader.info.browser_safe
        found = [number_of(frame.image) for frame in reader.frames(range(60))]
        assert found == list(range(60))
        assert [number_of(f.image) for f in reader.frames([7, 33])] == [7, 33]
        assert "could not be decoded" not in " ".join(reader.notes)


def ending(
    last: float = 0.04, sound: float = 0.0, file: float = 0.0, *, cut: bool = False
) -> Ending:
    return Ending(last, sound, file, cut)


@pytest.mark.parametrize(
    ("said", "container", "expected"),
    [
        (ending(), "avi", 10.0),
        (ending(last=0.3), "avi", 10.26),
        (ending(last=9.0), "avi", 10.0),
        (ending(last=9.0, file=19.0), "avi", 18.96),
        (ending(last=1e9, file=19.0), "avi", 10.0),
        (ending(sound=13.0), "flv", 13.0),
        (ending(sound=13.0, file=11.0), "flv", 10.0),
        (ending(sound=1e9), "flv", 10.0),
        (ending(file=13.0), "mp4", 13.0),
        (ending(file=13.0), "ts", 10.0),
        (ending(file=13.0, cut=True), "mp4", 10.0),
        (ending(file=1e9), "mp4", 10.0),
        (ending(last=-5.0, sound=-5.0), "mp4", 10.0),
    ],
)
def test_the_end_needs_a_witness(said: Ending, container: str, expected: float) -> None:
    assert end_s(9.96, 0.04, said, container, max_s=1800) == pytest.approx(expected)


@given(
    st.lists(st.floats(1e-5, 300), min_size=1, max_size=40),
    st.floats(1e-5, 2),
    st.integers(50, 5000),
)
def test_frames_are_ascending_and_hold_every_picture(
    stays: list[float], step: float, most: int
) -> None:
    times = np.cumsum([0.0, *stays])
    pictures, seconds = repeated(times[:-1], float(times[-1]), step, max_frames=most)
    assert (np.unique(pictures) == np.arange(len(stays))).all()
    assert (np.diff(pictures) >= 0).all()
    assert (np.diff(seconds) > 0).all()
    assert seconds[-1] < times[-1]
    assert len(seconds) <= most
    np.testing.assert_array_equal(
        seconds[np.searchsorted(pictures, np.arange(len(stays)))], times[:-1]
    )


def test_only_what_stays_long_is_repeated() -> None:
    cameras = np.cumsum([0, *([0.03, 0.1, 0.04, 0.5, LONG_S] * 9)])
    even = repeated(cameras, float(cameras[-1]) + 0.04, 0.04, max_frames=1000)
    np.testing.assert_array_equal(even[1], cameras)
    slides = np.arange(9, dtype=np.float64) * 20
    np.testing.assert_array_equal(repeated(slides, 180, 20, max_frames=1000)[1], slides)
    recording = repeated(np.array([0, 0.04, 5.0]), 5.04, 0.04, max_frames=1000)
    np.testing.assert_allclose(np.diff(recording[1]), 0.04, atol=1e-6)
    assert np.bincount(recording[0]).tolist() == [1, 124, 1]
