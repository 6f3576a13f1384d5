"""The opening recipe itself: each option has its effect. Uses own files, so it runs in here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

import av
import pytest
from av.container import InputContainer
from av.video.stream import VideoStream

from model.video.decoding import Run, packets_of
from model.video.encryption import mp4_is_encrypted
from model.video.listing import Listing, _listen
from model.video.opening import Guards, NamelessFile, Refused, opened
from model.video.tracks import film_track
from tests.model.video.kinds import KINDS, mutant
from tests.model.video.making import write_video

LIMIT = 1_000_000


@contextmanager
def opening(path: Path, *off: str) -> Iterator[tuple[InputContainer, VideoStream, Guards]]:
    descriptor = os.open(path, os.O_RDONLY)
    guards = Guards(LIMIT, 100, off=frozenset({"codec_whitelist", "stated_pixels", *off}))
    try:
        with opened(descriptor, guards) as (container, stream):
            yield container, stream, guards
    finally:
        os.close(descriptor)


def decoded(path: Path, *off: str) -> int:
    with opening(path, "frame_pixels", *off) as (container, stream, guards):
        return sum(1 for _ in Run(stream, guards).frames(packets_of(container, stream)))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    return write_video(folder / "a.mov", codec="png", pixels="rgb24", size=(2000, 1000), frames=1)


def test_the_limit_on_pixels_holds_while_probing(large: Path) -> None:
    with opening(large) as (_, stream, _):
        assert stream.codec_context.width == 0
    with opening(large, "probe_pixels") as (_, stream, _):  # the control
        assert stream.codec_context.width == 2000


def test_the_limit_on_pixels_holds_while_decoding(large: Path) -> None:
    assert decoded(large, "probe_pixels") == 0
    assert decoded(large, "probe_pixels", "decode_pixels") == 1  # the control


def test_every_frame_is_measured(large: Path) -> None:
    with (
        opening(large, "probe_pixels", "decode_pixels") as (container, stream, guards),
        pytest.raises(Refused, match="picture-too-large"),
    ):
        list(Run(stream, guards).frames(packets_of(container, stream)))


def test_the_file_has_no_name(plain: Path) -> None:
    with opening(plain) as (container, _, _):
        assert container.name == "<none>"
    with opening(plain, "nameless") as (container, _, _):  # the control
        assert container.name == str(plain)


def test_a_nameless_file_reads_and_seeks(plain: Path) -> None:
    data = plain.read_bytes()
    descriptor = os.open(plain, os.O_RDONLY)
    try:
        file = NamelessFile(descriptor)
        assert file.read(8) == data[:8]
        assert file.tell() == 8
        assert file.seek(-4, os.SEEK_END) == len(data) - 4
        assert file.read(100) == data[-4:]
        assert file.read(100) == b""
    finally:
        os.close(descriptor)


def encrypted(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return mp4_is_encrypted(descriptor)
    finally:
        os.close(descriptor)


def test_encrypted_tracks_are_found_by_their_entry(plain: Path, tmp_path: Path) -> None:
    assert not encrypted(plain)
    path = tmp_path / "protected.mp4"
    path.write_bytes(plain.read_bytes().replace(b"avc1", b"encv"))
    assert encrypted(path)


@pytest.mark.parametrize("cut", [0, 7, 8, 100, 300, 500])
def test_broken_boxes_are_no_trouble(cut: int, plain: Path, tmp_path: Path) -> None:
    data = plain.read_bytes()
    moov = data.index(b"moov") - 4
    path = tmp_path / "broken.mp4"
    for damage in (data[:cut], data[moov : moov + cut], data[:moov] + bytes(cut) + b"\xff" * cut):
        path.write_bytes(damage)
        assert not encrypted(path)


def test_a_chain_of_tiny_boxes_ends(tmp_path: Path) -> None:
    path = tmp_path / "tiny.mp4"
    path.write_bytes((8).to_bytes(4, "big") + b"moov" + (b"\x00\x00\x00\x08free" * 200_000))
    assert not encrypted(path)


LISTS = ["format_whitelist", "codec_whitelist", "protocol_whitelist", "probe_pixels", "demuxer"]


@pytest.mark.parametrize("off", [[], LISTS], ids=["kept", "off"])
def test_a_good_file_passes_whatever_is_kept(off: list[str], plain: Path) -> None:
    assert decoded(plain, *off) == 12


def test_a_misspelt_option_stops_the_decoder(plain: Path) -> None:
    with pytest.raises(RuntimeError, match="treads"):
        decoded(plain, "spelling")


def test_a_playlist_that_asks_for_another_file_is_denied(tmp_path: Path) -> None:
    write_video(tmp_path / "secret.ts", frames=5)
    path = tmp_path / "list.m3u8"
    path.write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{tmp_path}/secret.ts\n#EXT-X-ENDLIST\n"
    )
    walls = ("format_whitelist", "protocol_whitelist", "nameless")
    assert decoded(path, *walls, "io_open") == 5  # the control
    with pytest.raises((PermissionError, av.FFmpegError)):
        decoded(path, *walls)


def test_parts_beyond_the_end_give_what_is_there(plain: Path) -> None:
    with opening(plain) as (container, stream, guards):
        run = Run(stream, guards)
        assert len(list(run.ranges(packets_of(container, stream), [range(99)], ()))) > 0
    with opening(plain) as (container, stream, guards):
        assert list(Run(stream, guards).ranges(packets_of(container, stream), [], ())) == []


def test_packets_end_where_the_file_breaks(tmp_path: Path) -> None:
    """On the first of some broken files on which FFmpeg gives up in the middle."""
    seed = write_video(tmp_path / "a.apng", **KINDS["pictures.apng"]).read_bytes()
    path = tmp_path / "broken.apng"
    for number in range(60):
        path.write_bytes(mutant(seed, number))
        if gives_up(path):
            break
    else:
        pytest.fail("FFmpeg gives up on none of them")
    with opening(path) as (container, stream, _):
        assert 0 < len(list(packets_of(container, stream))) < 12


def gives_up(path: Path) -> bool:
    """Whether FFmpeg raises after it has given a packet."""
    count = 0
    try:
        with opening(path) as (container, stream, _):
            for _ in container.demux(stream):
                count += 1
    except (av.FFmpegError, Refused):
        return 0 < count < 12
    return False


class BreaksOff:
    """A container that breaks off before its first packet."""

    def demux(self, *streams: object) -> Iterator[NoReturn]:
        raise av.InvalidDataError(0, f"no packet of {len(streams)} tracks")
        yield


def test_the_likeliest_track_is_the_film_where_nothing_moves(plain: Path) -> None:
    broken: Any = BreaksOff()
    with opening(plain) as (_, stream, _):
        assert film_track(broken, [stream]) is stream


def test_sound_without_times_says_nothing_of_the_end() -> None:
    listing = Listing(0)
    packet = av.Packet(b"sound")
    _listen(listing, packet)
    assert listing.sound_end_s == 0
    packet.pts, packet.duration, packet.time_base = 100, 50, Fraction(1, 100)
    _listen(listing, packet)
    assert listing.sound_end_s == 1.5
