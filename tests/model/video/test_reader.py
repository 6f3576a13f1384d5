"""Frames come out right: which, when, how large, which way up."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from model.video.errors import Damaged
from model.video.facts import VideoLimits
from model.video.reader import VideoReader
from tests.model.video.making import number_of, remux, turn, write_video


def numbers(path: Path, indices: list[int] | range | None = None) -> list[tuple[int, int]]:
    """(index, number carried) of each frame."""
    with VideoReader(path) as reader:
        wanted = range(reader.info.frames) if indices is None else indices
        return [(frame.index, number_of(frame.image)) for frame in reader.frames(wanted)]


def test_facts_of_a_plain_video(plain: Path) -> None:
    with VideoReader(plain) as reader:
        info = reader.info
        assert (info.frames, info.width, info.height, info.rotation) == (12, 64, 48, 0)
        assert (info.codec, info.container, info.browser_safe) == ("h264", "mp4", True)
        np.testing.assert_allclose(info.pts_s, np.arange(12) / 25)
        assert info.duration_s == pytest.approx(12 / 25)
        assert info.fps == pytest.approx(25)
        assert reader.notes == ()


def test_frames_come_once_and_ascending(plain: Path) -> None:
    assert numbers(plain, [7, 3, 3, 11, 0]) == [(0, 0), (3, 3), (7, 7), (11, 11)]


def test_frames_carry_their_time_and_an_own_array(plain: Path) -> None:
    with VideoReader(plain) as reader:
        frames = list(reader.frames(np.array([2, 4])))
    assert [frame.pts_s for frame in frames] == pytest.approx([0.08, 0.16])
    assert frames[0].image.flags.c_contiguous
    assert frames[0].image.flags.writeable
    assert frames[0].image.dtype == np.uint8


@pytest.mark.parametrize(
    ("asked", "shape"),
    [({}, (48, 64, 3)), ({"short_side": 24}, (24, 32, 3)), ({"size": (50, 20)}, (20, 50, 3))],
)
def test_frames_have_the_asked_size(asked: dict[str, Any], shape: tuple[int], plain: Path) -> None:
    with VideoReader(plain) as reader:
        frame = next(reader.frames([5], **asked))
    assert frame.image.shape == shape
    assert number_of(frame.image) == 5


@pytest.mark.parametrize("indices", [[-1], [12]])
def test_indices_outside_are_refused(indices: list[int], plain: Path) -> None:
    with VideoReader(plain) as reader, pytest.raises(ValueError, match=r"0\.\.11"):
        reader.frames(indices)


@pytest.mark.parametrize("size", [(0, 10), (10, 100_000)])
def test_sizes_outside_are_refused(size: tuple[int, int], plain: Path) -> None:
    with VideoReader(plain) as reader, pytest.raises(ValueError, match="size"):
        reader.frames([0], size=size)


def test_no_frames_wanted_gives_none(plain: Path) -> None:
    assert numbers(plain, []) == []


def test_making_av1_leaves_the_priority_as_it_was(tmp_path: Path) -> None:
    before = os.sched_getscheduler(0)
    write_video(tmp_path / "video.mp4", codec="libsvtav1", options={"preset": "12"})
    assert os.sched_getscheduler(0) == before


GROUPS = [
    ("libx264", "mp4", {"bf": "3", "x264-params": "open-gop=1"}),
    ("libx264", "mkv", {"bf": "2"}),
    ("libx265", "mp4", {"x265-params": "log-level=none:open-gop=1"}),
    ("libvpx-vp9", "webm", {"deadline": "realtime", "cpu-used": "8"}),
    ("libsvtav1", "mp4", {"preset": "12"}),
    ("mpeg4", "mp4", {"bf": "2"}),
    ("mpeg4", "avi", {"bf": "2"}),
    ("libvpx", "webm", {"deadline": "realtime", "cpu-used": "8", "auto-alt-ref": "1"}),
    ("mjpeg", "avi", {}),
    ("gif", "gif", {}),
]


@pytest.mark.parametrize(("codec", "container", "options"), GROUPS)
def test_parts_are_decoded_as_the_whole_is(
    codec: str, container: str, options: dict[str, str], tmp_path: Path
) -> None:
    """Skipping from key frame to key frame must not change a single pixel."""
    pixels = {"mjpeg": "yuvj420p", "gif": "rgb8"}.get(codec, "yuv420p")
    path = write_video(
        tmp_path / f"video.{container}",
        frames=200,
        codec=codec,
        pixels=pixels,
        gop=15,
        options=options,
    )
    with VideoReader(path) as reader:
        whole = {f.index: f.image for f in reader.frames(range(reader.info.frames))}
        assert [number_of(image) for image in whole.values()] == list(range(200))
        for wanted in ([3, 90, 91, 199], [150], range(100, 140)):
            for frame in reader.frames(wanted):
                np.testing.assert_array_equal(frame.image, whole[frame.index])
        assert reader.notes == ()


def test_skipping_really_skips(tmp_path: Path) -> None:
    """A file whose middle is destroyed still gives the frames around it, without a note."""
    path = write_video(
        tmp_path / "video.mp4", frames=200, gop=15, options={"bf": "0", "sc_threshold": "0"}
    )
    with av.open(str(path)) as container:
        packets = [p for p in container.demux(video=0) if p.size]
        assert packets[60].is_keyframe
        places = [p.pos or 0 for p in packets]
    data = bytearray(path.read_bytes())
    data[places[70] : places[120]] = bytes(places[120] - places[70])
    path.write_bytes(data)
    with VideoReader(path) as reader:
        assert [number_of(f.image) for f in reader.frames([4, 190])] == [4, 190]
        assert reader.notes == ()
        with pytest.raises(Damaged):  # not even one that could stand in
            list(reader.frames([100, 101]))
        list(reader.frames(range(200)))
        assert "could not be decoded" in " ".join(reader.notes)


TURNS = {
    (1, 0, 0, 1): 0,
    (0, 1, -1, 0): 90,
    (-1, 0, 0, -1): 180,
    (0, -1, 1, 0): 270,
}


@pytest.mark.parametrize(("matrix", "degrees"), TURNS.items())
def test_phone_videos_stand_upright(
    matrix: tuple[int, int, int, int], degrees: int, plain: Path, tmp_path: Path
) -> None:
    path = tmp_path / "turned.mp4"
    path.write_bytes(plain.read_bytes())
    turn(path, matrix)
    with VideoReader(plain) as reader:
        stored = next(reader.frames([9])).image
    with VideoReader(path) as reader:
        image = next(reader.frames([9])).image
        small = next(reader.frames([9], short_side=24)).image
        assert reader.info.rotation == degrees
        assert (reader.info.height, reader.info.width) == image.shape[:2]
    # np.rot90 turns counter-clockwise
    np.testing.assert_array_equal(image, np.rot90(stored, -degrees // 90))
    assert min(small.shape[:2]) == 24
    assert (small.shape[0] > small.shape[1]) == (image.shape[0] > image.shape[1])


def test_a_mirrored_video_is_mirrored_back_and_needs_a_copy(plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "mirrored.mp4"
    path.write_bytes(plain.read_bytes())
    turn(path, (-1, 0, 0, 1))
    with VideoReader(plain) as reader:
        stored = next(reader.frames([9])).image
    with VideoReader(path) as reader:
        np.testing.assert_array_equal(next(reader.frames([9])).image, stored[:, ::-1])
        assert not reader.info.browser_safe


def test_uneven_times_are_kept(tmp_path: Path) -> None:
    times = [0, 40, 41, 90, 300, 1300, 1301, 1400]
    path = write_video(tmp_path / "uneven.mp4", frames=8, times=times)
    with VideoReader(path) as reader:
        np.testing.assert_allclose(reader.info.pts_s, np.array(times) / 1000, atol=1e-9)
        assert reader.notes == ()


def test_a_wild_jump_in_time_is_closed_and_said(tmp_path: Path) -> None:
    times = [0, 40, 80, 120, 2_000_000_000, 2_000_000_040]
    path = write_video(tmp_path / "wild.mkv", frames=6, times=times)
    with VideoReader(path) as reader:
        np.testing.assert_allclose(reader.info.pts_s, np.arange(6) * 0.04, atol=1e-6)
        assert "time stamps" in reader.notes[0]
        assert not reader.info.browser_safe


def test_a_recording_without_duration_has_one(tmp_path: Path) -> None:
    path = write_video(
        tmp_path / "live.webm",
        codec="libvpx",
        options={"deadline": "realtime", "cpu-used": "8"},
        muxing={"live": "1"},
    )
    with VideoReader(path) as reader:
        assert reader.info.duration_s == pytest.approx(0.48, abs=0.01)
        assert reader.info.frames == 12
        assert not reader.info.browser_safe


def test_a_stream_that_starts_in_the_middle_counts_what_decodes(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.mp4", frames=60, gop=12, options={"bf": "2"})
    path = remux(whole, tmp_path / "late.mkv", skip=5)
    with av.open(str(path)) as container:
        expected = sum(1 for _ in container.decode(video=0))
    found = numbers(path)
    assert len(found) == expected < 60
    carried = [number for _, number in found]
    assert carried == sorted(carried)
    assert carried[-1] == 59


def test_hidden_frames_before_the_start_are_not_counted(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.mp4", frames=60, gop=60, options={"bf": "0"})
    path = remux(whole, tmp_path / "cut.mp4", shift=-20 * 512)  # 512 ticks a frame
    with av.open(str(path)) as container:
        pictures = [f.to_ndarray(format="rgb24") for f in container.decode(video=0)]
    shown = [number_of(picture.astype(np.uint8)) for picture in pictures]
    assert len(shown) < 60
    assert [number for _, number in numbers(path)] == shown
    with VideoReader(path) as reader:
        assert not reader.info.browser_safe


def test_pixels_that_are_not_square_are_told(tmp_path: Path) -> None:
    path = tmp_path / "wide.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(2)
        frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with VideoReader(path) as reader:
        info = reader.info
        assert (info.width, info.height) == (128, 48)
        assert (info.stored_width, info.stored_height) == (64, 48)


def test_progress_is_told_and_ends_at_one(plain: Path) -> None:
    shares: list[float] = []
    with VideoReader(plain) as reader:
        list(reader.frames([1, 2, 5, 9], on_progress=shares.append))
    assert shares == [0.25, 0.5, 0.75, 1.0]


def test_stopping_early_ends_the_process_and_the_reader_can_go_on(plain: Path) -> None:
    with VideoReader(plain) as reader:
        frames = reader.frames(range(12))
        assert next(frames).index == 0
        frames.close()  # type: ignore[attr-defined]
        assert reader.decoder_pid is None
        assert number_of(next(reader.frames([7])).image) == 7


def test_several_videos_are_told(tmp_path: Path) -> None:
    path = write_video(tmp_path / "two.mkv", videos=2)
    with VideoReader(path) as reader:
        assert "more than one video" in reader.notes[0]
        assert reader.info.frames == 12


def test_limits_must_make_sense() -> None:
    with pytest.raises(ValueError, match="positive"):
        VideoLimits(max_bytes=0)
    with pytest.raises(ValueError, match="positive"):
        VideoLimits(decode_s=0)
    with pytest.raises(ValueError, match="positive"):
        VideoLimits(stall_s=0)


def test_the_budget_grows_with_the_work() -> None:
    limits = VideoLimits(decode_s=100)
    small, long, large = (
        limits.decode_budget_s(*what) for what in ((640 * 480, 60), (640 * 480, 600), (1 << 23, 60))
    )
    assert 10 < small < min(long, large)
    assert limits.decode_budget_s(3840 * 2160, 300) > 60  # 5 s of 4K at 60: 17 to 21 s
    assert limits.decode_budget_s(3840 * 2160, 30_000) == 100
    patient = VideoLimits(decode_s=100, patience=3)
    assert patient.decode_budget_s(3840 * 2160, 30_000) == 300
    assert patient.decode_budget_s(640 * 480, 60) == 3 * small
    assert patient.inspect_budget_s == 3 * limits.inspect_budget_s
