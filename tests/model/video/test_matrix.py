"""Side data of a kind that PyAV does not know is no reason to refuse a video."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame

from model.video.matrix import UPRIGHT, accept_unknown_side_data, display_matrix
from model.video.reader import VideoReader
from tests.model.video.making import number_of, numbered

SIZE = (64, 48)
MAKER, ORIENTATION = 0x010F, 0x0112  # tags of EXIF 2.3
QUARTER_TURN = 6  # orientation: the picture must be turned by 90 degrees clockwise


def write_photos(path: Path, *, orientation: int = 1, frames: int = 6) -> Path:
    """JPEG pictures one after the other, each with its EXIF, as cameras and their tools write."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("mjpeg", rate=10)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuvj444p"
        for index in range(frames):
            frame = VideoFrame.from_ndarray(numbered(index, SIZE), format="rgb24")
            frame = frame.reformat(format="yuvj444p")
            frame.pts, frame.time_base = index, Fraction(1, 10)
            for encoded in stream.encode(frame):
                packet = av.Packet(with_exif(bytes(encoded), orientation))
                packet.pts = packet.dts = index
                packet.time_base, packet.stream = Fraction(1, 10), stream
                packet.is_keyframe = True
                container.mux(packet)
    return path


def with_exif(jpeg: bytes, orientation: int) -> bytes:
    """The picture with an APP1 segment that holds a maker and an orientation."""
    entries = struct.pack("<HHI4s", MAKER, 2, 4, b"Me!\0")
    entries += struct.pack("<HHIHH", ORIENTATION, 3, 1, orientation, 0)
    tiff = b"II*\0" + struct.pack("<IH", 8, 2) + entries + bytes(4)
    exif = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


@pytest.mark.parametrize("ending", ["avi", "mov", "mkv"])
def test_photos_with_exif_are_a_video(ending: str, tmp_path: Path) -> None:
    with VideoReader(write_photos(tmp_path / f"photos.{ending}")) as reader:
        assert [number_of(frame.image) for frame in reader.frames(range(6))] == list(range(6))
        assert reader.notes == ()


def test_a_photo_that_says_how_it_lay_is_turned(tmp_path: Path) -> None:
    with VideoReader(write_photos(tmp_path / "photos.avi", orientation=QUARTER_TURN)) as reader:
        assert reader.info.rotation == 90
        assert (reader.info.width, reader.info.height) == SIZE[::-1]


def test_pyav_alone_stumbles_over_the_same_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the hook the side data cannot even be listed."""
    with av.open(str(write_photos(tmp_path / "photos.avi"))) as container:
        frames = list(container.decode(video=0))
    with pytest.raises(ValueError, match="not a valid Type"):
        display_matrix(frames[0])
    monkeypatch.setattr(Type, "_missing_", Type._missing_)  # put back afterwards
    accept_unknown_side_data()
    assert display_matrix(frames[1]) == UPRIGHT
