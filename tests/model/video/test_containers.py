"""Every kind of file that people have is read whole, and what is refused names a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.pages.look.page import ACCEPTED
from model.errors import VideoError
from model.video import errors
from model.video.containers import CONTAINERS, CONTENT_TYPES, ENDINGS, HEAD_SIZE, container_of
from model.video.proxy import write_proxy
from model.video.reader import VideoReader
from tests.model.video.kinds import FRAMES, KINDS, write_kind, write_vc1
from tests.model.video.making import number_of, write_video

PLAYED = {"h264.mp4", "vp8.webm"}  # by browsers, as they are


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_read_whole_and_can_be_played(name: str, tmp_path: Path) -> None:
    path = write_kind(tmp_path, name)
    with VideoReader(path) as reader:
        info = reader.info
        assert reader.isolation.level == "full"
        assert info.duration_s == pytest.approx(FRAMES / 25, abs=0.01)
        found = [number_of(frame.image) for frame in reader.frames(range(info.frames))]
        assert found == list(range(FRAMES))
        assert reader.notes == ()
        assert info.browser_safe == (name in PLAYED)
        if not info.browser_safe:
            write_proxy(reader, tmp_path / "copy.mp4")
            with VideoReader(tmp_path / "copy.mp4") as copy:
                assert copy.info.browser_safe
                assert copy.info.frames == FRAMES


@pytest.mark.parametrize("codec", ["wmv3", "vc1"])
def test_what_only_others_can_write_is_read(codec: str, tmp_path: Path) -> None:
    with VideoReader(write_vc1(tmp_path / "noise.avi", codec)) as reader:
        assert reader.info.codec == codec
        assert len(list(reader.frames(range(reader.info.frames)))) >= FRAMES - 1


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_an_ending_that_is_accepted(name: str, tmp_path: Path) -> None:
    path = write_kind(tmp_path, name)
    with path.open("rb") as file:
        container = container_of(file.read(HEAD_SIZE))
    assert container is not None
    assert path.suffix in next(one.endings for one in CONTAINERS if one.name == container)
    assert path.suffix in ACCEPTED


def test_there_is_one_list_of_endings() -> None:
    assert [*ENDINGS, ".zip"] == ACCEPTED
    assert len(set(ENDINGS)) == len(ENDINGS)
    assert all(ending == ending.lower() and ending.startswith(".") for ending in ENDINGS)
    assert CONTENT_TYPES["mp4"] == "video/mp4"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"G" + bytes(187), None),
        ((b"\x47" + bytes(187)) * 5, "ts"),
        (bytes(4) + (b"\x47" + bytes(191)) * 5, "ts"),
        ((b"\x47" + bytes(187)) * 4 + bytes(188), None),
        (b"GIF89a" + bytes(1000), "gif"),
        (b"\x00\x00\x01\xba\x44", "mpg"),
        (b"\x00\x00\x01\xb3\x44", None),
        (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), "wmv"),
        (b"FLV\x01\x05", "flv"),
        (b"FLV\x02\x05", None),
        (b"\x1f\x07\x00\xbf" + bytes(100), "dv"),
        (b"\x1f\x8b\x08\x00" + bytes(100), None),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8X", "webp"),
    ],
)
def test_kinds_are_told_by_their_first_bytes(head: bytes, expected: str | None) -> None:
    assert container_of(head) == expected


def test_what_stays_refused_names_a_program_that_converts_it(tmp_path: Path) -> None:
    ogg = tmp_path / "old.ogv"
    ogg.write_bytes(b"OggS" + bytes(100))
    with pytest.raises(errors.NotAVideo, match="HandBrake"):
        VideoReader(ogg)
    magic = write_video(tmp_path / "magic.avi", codec="magicyuv", pixels="yuv420p")
    with pytest.raises(errors.UnsupportedCodec, match="HandBrake"):
        VideoReader(magic)


@pytest.mark.parametrize("name", ["still.png", "still.webp"])
def test_a_single_picture_is_no_video(name: str, tmp_path: Path) -> None:
    codec = {"still.png": "png", "still.webp": "libwebp"}[name]
    pixels = {"still.png": "rgb24", "still.webp": "yuv420p"}[name]
    path = write_video(tmp_path / name, codec=codec, pixels=pixels, frames=1)
    with pytest.raises(errors.NoVideoStream):
        VideoReader(path)


def test_a_file_is_taken_apart_only_as_what_it_begins_like(tmp_path: Path) -> None:
    """A program stream with the head of a tape: FFmpeg alone would find the film in it."""
    path = write_kind(tmp_path, "capture.mpg")
    path.write_bytes(b"\x1f\0\0" + bytes(97) + path.read_bytes())
    with pytest.raises(VideoError):
        VideoReader(path)
    with VideoReader(path, guards_off=["demuxer"]) as reader:  # the control
        assert reader.info.codec == "mpeg2video"
