"""The copy that browsers play: same pictures, same times, nothing left over when it fails."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from model.errors import Cancelled
from model.video import errors
from model.video.proxy import proxy_size, write_proxy
from model.video.reader import VideoReader
from tests.model.video.making import number_of, turn, write_video

VIDEOS = {
    "uneven.mkv": {"times": [0, 40, 41, 90, 300, 1300, 1301, 1400, 1500, 1501, 1502, 1600]},
    "ten_bit.mp4": {"codec": "libx264", "pixels": "yuv420p10le"},
    "plain.avi": {"codec": "mpeg4", "options": {"bf": "2"}},
    "pictures.gif": {"codec": "gif", "pixels": "rgb8"},
    "odd.mp4": {"pixels": "yuv444p", "size": (65, 49)},
    "large.avi": {"codec": "mpeg4", "size": (1600, 1000)},
    "slow.mkv": {"times": [i * 3000 for i in range(12)]},
    "one.avi": {"codec": "mpeg4", "frames": 1},
}


@pytest.mark.parametrize("name", VIDEOS)
def test_the_copy_has_the_same_pictures_at_the_same_times(name: str, tmp_path: Path) -> None:
    source = write_video(tmp_path / name, **VIDEOS[name])  # type: ignore[arg-type]
    target = tmp_path / "copy.mp4"
    with VideoReader(source) as reader:
        assert not reader.info.browser_safe or name in {"uneven.mkv", "slow.mkv"}
        write_proxy(reader, target)
        original = reader.info
    with VideoReader(target) as reader:
        copy = reader.info
        np.testing.assert_allclose(copy.pts_s, original.pts_s, atol=2e-5)
        assert copy.duration_s == pytest.approx(original.duration_s, abs=1e-3)
        assert (copy.start_s, copy.browser_safe, copy.notes) == (0.0, True, ())
        assert (copy.width, copy.height) == proxy_size(original)
        found = [number_of(frame.image) for frame in reader.frames(range(copy.frames))]
    assert found == list(range(original.frames))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["copy.mp4", name])


def test_the_copy_starts_fast_and_can_be_sought_in(tmp_path: Path) -> None:
    source = write_video(tmp_path / "a.avi", codec="mpeg4", frames=100, rate=25)
    target = tmp_path / "copy.mp4"
    with VideoReader(source) as reader:
        write_proxy(reader, target)
    data = target.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(target)) as container:
        stream = container.streams.video[0]
        keys = [p.pts or 0 for p in container.demux(stream) if p.size and p.is_keyframe]
        assert stream.codec_context.pix_fmt == "yuv420p"
    assert len(keys) >= 4
    assert max(np.diff(keys)) <= 90_000


def test_the_copy_keeps_colours(tmp_path: Path) -> None:
    source, target = tmp_path / "a.avi", tmp_path / "copy.mp4"
    colours = np.zeros((64, 96, 3), np.uint8)
    colours[:, :32], colours[:, 32:64], colours[:, 64:] = (
        (200, 40, 40),
        (40, 200, 40),
        (40, 40, 200),
    )
    with av.open(str(source), "w") as container:
        stream = container.add_stream("mjpeg", rate=25, options={"qmin": "1", "qmax": "1"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuvj444p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(colours, format="rgb24")))
        container.mux(stream.encode(None))
    with VideoReader(source) as reader:
        write_proxy(reader, target)
    with VideoReader(target) as reader:
        image = next(reader.frames([0])).image
    for x in (16, 48, 80):
        np.testing.assert_allclose(image[32, x].astype(int), colours[32, x], atol=12)


def test_the_copy_of_a_turned_video_is_upright(plain: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "turned.mp4", tmp_path / "copy.mp4"
    source.write_bytes(plain.read_bytes())
    turn(source, (0, 1, -1, 0))
    with VideoReader(source) as reader:
        write_proxy(reader, target)
    with VideoReader(target) as reader:
        assert (reader.info.width, reader.info.height, reader.info.rotation) == (48, 64, 0)


def test_cancelling_leaves_nothing(plain: Path, tmp_path: Path) -> None:
    def stop(share: float) -> None:
        if share > 0.5:
            raise Cancelled

    with VideoReader(plain) as reader, pytest.raises(Cancelled):
        write_proxy(reader, tmp_path / "copy.mp4", on_progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_one_sentence(plain: Path, tmp_path: Path) -> None:
    with VideoReader(plain) as reader, pytest.raises(errors.ProxyFailed, match="disk"):
        write_proxy(reader, tmp_path / "missing" / "copy.mp4")


def test_an_old_copy_stays_until_the_new_one_is_whole(plain: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.mp4"
    target.write_bytes(b"old")

    def stop(_: float) -> None:
        raise Cancelled

    with VideoReader(plain) as reader:
        with pytest.raises(Cancelled):
            write_proxy(reader, target, on_progress=stop)
        assert target.read_bytes() == b"old"
        write_proxy(reader, target)
    assert len(target.read_bytes()) > 100


def test_sizes_of_copies() -> None:
    sizes = {
        (1920, 1080): (1280, 720),
        (1080, 1920): (720, 1280),
        (640, 480): (640, 480),
        (4000, 100): (1280, 32),
        (1, 1): (16, 16),
        (341, 255): (340, 256),
    }
    for (width, height), expected in sizes.items():
        assert proxy_size(_Size(width, height)) == expected  # type: ignore[arg-type]


class _Size:
    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
