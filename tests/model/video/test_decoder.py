"""What the decoder says of every kind of file, heard in this process and not through its walls."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import av.logging
import numpy as np
import pytest

from model.video.decoder import COUNTED_PACKETS, Decoder, converse
from model.video.decoding import Run, packets_of
from model.video.listing import list_packets
from model.video.opening import Guards, Refused
from model.video.reader import VideoReader
from model.video.sandbox import Isolation
from model.video.wire import HEADER, MAX_TRACKS, Kind
from tests.model.video.beside import write_with_sounds
from tests.model.video.kinds import FRAMES, write_kind
from tests.model.video.lasting import write_without_composition_times
from tests.model.video.making import (
    encrypted_webm,
    number_of,
    write_sound,
    write_video,
)
from tests.model.video.talking import HERE, Exhausted, guards_for, talking, told
from tests.model.video.test_colour import KINDS, LIMITED, write_bars
from tests.model.video.test_fields import combs, write_woven
from tests.model.video.test_tracks import two_pictures

LATER = 1024  # ticks: two frames
REGULAR = ["h264.mp4", "hevc.mkv", "film.ts"]
COUNTED = ["vp8.webm", "mpeg4.avi", "pictures.gif", "pictures.webp", "pictures.apng"]


@pytest.mark.parametrize("name", [*REGULAR, *COUNTED])
def test_it_says_what_the_reader_hears_through_the_walls(name: str, tmp_path: Path) -> None:
    path = write_kind(tmp_path, name)
    with VideoReader(path) as reader:
        walled = {f.index: f.image for f in reader.frames(range(FRAMES), short_side=48)}
        codec = reader.info.codec
    with talking(path) as talk:
        found, repaired = talk.frames(range(FRAMES))
        assert talk.told.facts["codec"] == codec
        assert len(talk.told.times) == FRAMES
        assert (np.diff(talk.told.times) > 0).all()
    assert not repaired
    assert found.keys() == walled.keys()
    for index, image in found.items():
        np.testing.assert_array_equal(image, walled[index])


def test_some_frames_come_as_they_come_in_the_whole(tmp_path: Path) -> None:
    path = write_video(tmp_path / "long.mp4", frames=200, gop=15, options={"bf": "3"})
    with talking(path) as talk:
        whole, _ = talk.frames(range(200))
        some, _ = talk.frames([3, 90, 91, 199])
        for_people, _ = talk.frames([90], (32, 24), exact=False)
    assert list(some) == [3, 90, 91, 199]
    for index, image in some.items():
        np.testing.assert_array_equal(image, whole[index])
    assert number_of(for_people[90]) == 90


def test_invented_times_are_noticed_before_anything_is_sent(tmp_path: Path) -> None:
    """The codec holds pictures back, and no packet says so."""
    path = write_without_composition_times(tmp_path / "invented.mp4")
    with talking(path) as talk:
        found, repaired = talk.frames(range(60))
    assert [number_of(image) for image in found.values()] == list(range(60))
    assert not repaired


def test_a_frame_out_of_order_repairs_the_rest(tmp_path: Path) -> None:
    """Times that only the decoder disproves: the last packets say that they come first."""
    path = write_video(tmp_path / "turned.mp4", frames=12, gop=1, options={"bf": "0"})
    turned = tmp_path / "turned.mkv"
    with av.open(str(path)) as theirs, av.open(str(turned), "w") as ours:
        stream = ours.add_stream_from_template(theirs.streams.video[0])
        packets = [packet for packet in theirs.demux(video=0) if packet.size]
        times = [packet.pts for packet in packets]
        times[5], times[6] = times[6], times[5]
        for packet, time in zip(packets, times, strict=True):
            assert time is not None
            packet.pts = time + LATER  # no packet is shown before it comes
            packet.stream = stream
            ours.mux(packet)
    with talking(turned) as talk:
        found, repaired = talk.frames(range(12))
        again, once_more = talk.frames(range(12))
    assert repaired
    assert not once_more  # it has learned it
    assert len(again) == 12
    assert set(found) == set(range(12)) - {5}  # it was too late for it; the reader fills the gap
    with VideoReader(turned) as reader:
        shown = [number_of(frame.image) for frame in reader.frames(range(12))]
        assert shown[5] == shown[4] == 4
        assert "1 of 12 pictures could not be decoded" in " ".join(reader.notes)


def test_a_video_too_long_to_count_is_believed(tmp_path: Path) -> None:
    """To decode it whole only to count would take too long; only its first picture is looked at."""
    path = write_kind(tmp_path, "pictures.webp")
    data = path.read_bytes()
    start = data.index(b"ANMF")
    size = 8 + int.from_bytes(data[start + 4 : start + 8], "little")
    broken = data[start : start + 24] + bytes(size + size % 2 - 24)
    many = data[: start + size + size % 2] + broken * COUNTED_PACKETS
    path.write_bytes(many[:4] + (len(many) - 8).to_bytes(4, "little") + many[8:])
    answer = told(path, guards_for(path, frames=COUNTED_PACKETS + 1))
    assert len(answer.times) == COUNTED_PACKETS + 1
    assert answer.facts["errors"] == 0


def refusal(path: Path, guards: Guards | None = None) -> str:
    return told(path, guards).refusal


def test_encrypted_files_are_refused(plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "protected.mp4"
    path.write_bytes(plain.read_bytes().replace(b"avc1", b"encv"))
    assert refusal(path) == "encrypted"
    assert refusal(encrypted_webm(tmp_path / "protected.webm")) == "encrypted"


def test_files_without_a_film_are_refused(tmp_path: Path) -> None:
    assert refusal(write_sound(tmp_path / "sound.mp4")) == "no-video-stream"
    assert refusal(write_sound(tmp_path / "cover.mp4", cover=True)) == "no-video-stream"
    still = write_video(tmp_path / "still.png", codec="png", pixels="rgb24", frames=1)
    assert refusal(still) == "no-video-stream"


def test_a_codec_that_is_switched_off_is_named(tmp_path: Path) -> None:
    path = write_video(tmp_path / "lossless.avi", codec="huffyuv", pixels="yuv422p")
    answer = told(path)
    assert (answer.refusal, answer.detail) == ("unsupported-codec", "huffyuv")


def test_no_packet_is_no_frame(tmp_path: Path) -> None:
    path = write_video(tmp_path / "fragments.mp4", muxing={"movflags": "frag_keyframe+empty_moov"})
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"moof") - 4])
    assert refusal(path) == "no-frames"


def test_nothing_that_decodes_is_damage(plain: Path, tmp_path: Path) -> None:
    data = bytearray(plain.read_bytes())
    start, stop = data.index(b"mdat") + 4, data.index(b"moov") - 4
    if start > stop:
        stop = len(data)
    data[start:stop] = bytes(stop - start)
    path = tmp_path / "empty.mp4"
    path.write_bytes(data)
    assert refusal(path) == "damaged"


def test_bytes_that_ffmpeg_cannot_take_apart_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "head.mp4"
    path.write_bytes(b"\x00\x00\x00\x10ftypisom" + bytes(400))
    answer = told(path)
    assert (answer.refusal, answer.detail) == ("damaged", "InvalidDataError")


def test_limits_that_ffmpeg_keeps_are_told_from_damage(tmp_path: Path) -> None:
    """Only its log says which it was."""
    large = write_video(tmp_path / "large.mp4", size=(640, 480))
    early = guards_for(large, "stated_pixels", "frame_pixels", pixels=100_000)
    assert refusal(large, early) == "picture-too-large"
    many = write_with_sounds(tmp_path / "many.mp4", MAX_TRACKS, seconds=0.1)
    assert refusal(many) == "too-many-tracks"


def test_the_number_of_frames_is_limited(plain: Path) -> None:
    assert refusal(plain, guards_for(plain, frames=11)) == "too-long"
    assert refusal(plain, guards_for(plain, frames=12)) == ""


def test_the_log_is_left_as_it_was(plain: Path) -> None:
    before = av.logging.get_level()
    assert refusal(plain) == ""
    assert av.logging.get_level() == before


class Failing(Decoder):
    """A decoder whose machine fails it in the middle."""

    def __init__(self, channel: socket.socket, error: BaseException) -> None:
        super().__init__(channel, Guards(1, 1))
        self._error = error

    def serve(self) -> None:
        raise self._error


@pytest.mark.parametrize(
    ("error", "code", "detail"),
    [
        (MemoryError(), "too-much-memory", ""),
        (Refused("unsupported-codec", "x"), "unsupported-codec", "x"),
        (OSError("disk"), "damaged", "OSError"),
        (ValueError("bytes"), "damaged", "ValueError"),
    ],
)
def test_whatever_happens_has_a_code(error: BaseException, code: str, detail: str) -> None:
    reader, theirs = socket.socketpair()
    with reader, theirs:
        converse(Failing(theirs, error), HERE)
        said = reader.recv(1 << 16)
    hello = HEADER.unpack(said[: HEADER.size])
    assert hello[0] == Kind.HELLO
    last = said[HEADER.size + hello[2] :]
    assert HEADER.unpack(last[: HEADER.size])[0] == Kind.ERROR
    assert json.loads(last[HEADER.size :]) == {"code": code, "detail": detail}


def test_a_reader_that_hung_up_is_told_nothing() -> None:
    reader, theirs = socket.socketpair()
    reader.close()
    with theirs, pytest.raises(BrokenPipeError):
        converse(Failing(theirs, MemoryError()), Isolation("full"))


def test_slips_of_the_program_are_not_called_damage() -> None:
    reader, theirs = socket.socketpair()
    with reader, theirs, pytest.raises(ZeroDivisionError):
        converse(Failing(theirs, ZeroDivisionError()), HERE)


@pytest.mark.parametrize("kind", ["pq", "hlg", "wide"])
def test_colours_are_converted_as_through_the_walls(kind: str, tmp_path: Path) -> None:
    path = write_bars(tmp_path / "bars.mp4", kind, "bt2020", LIMITED, tags=KINDS[kind])
    same_as_walled(path, (128, 32))
    with talking(path) as talk:
        assert talk.told.facts["converted"]
    with talking(path, guards_for(path, "colour")) as talk:  # the control
        plainly, _ = talk.frames([2], (128, 32))
    with talking(path) as talk:
        converted, _ = talk.frames([2], (128, 32))
    assert np.abs(plainly[2].astype(int) - converted[2]).max() > 20


@pytest.mark.parametrize("still", [False, True])
def test_woven_pictures_come_as_through_the_walls(still: bool, tmp_path: Path) -> None:
    path = write_woven(tmp_path / "woven.mp4", still=still)
    same_as_walled(path, (192, 96))
    with talking(path, guards_for(path, "fields")) as talk:  # the control
        woven, _ = talk.frames([2], (192, 96))
    with talking(path) as talk:
        found, _ = talk.frames([2], (192, 96))
    assert (combs(woven[2]) > 10) == (not still)
    assert combs(found[2]) < 2


def same_as_walled(path: Path, size: tuple[int, int]) -> None:
    """The same pixels for people as from the limited process."""
    with VideoReader(path) as reader:
        walled = [frame.image for frame in reader.frames([1, 2], size=size)]
    with talking(path) as talk:
        found, _ = talk.frames([1, 2], size, exact=False)
    np.testing.assert_array_equal(list(found.values()), walled)


@pytest.mark.parametrize("frames", [(1, 12), (12, 12), (1, 1)])
def test_the_film_is_found_among_two_pictures(frames: tuple[int, int], tmp_path: Path) -> None:
    path = two_pictures(tmp_path / "two.mkv", frames=frames, default=2, sizes=((128, 96), (64, 48)))
    answer = told(path)
    assert answer.facts["videos"] == 2
    film = 1 if frames == (1, 12) else 0
    assert answer.facts["width"] == (128, 64)[film]
    assert len(answer.times) == frames[film]


def test_the_second_track_may_break_off(tmp_path: Path) -> None:
    path = two_pictures(
        tmp_path / "two.mp4", frames=(1, 12), default=0, sizes=((128, 96), (64, 48))
    )
    data = path.read_bytes()
    start = data.index(b"mdat") + 4
    path.write_bytes(data[:start] + bytes(len(data) - start))
    assert told(path).refusal in {"damaged", "no-frames", "no-video-stream"}


def test_sound_is_listened_to_for_its_end(tmp_path: Path) -> None:
    path = write_with_sounds(tmp_path / "film.mkv", 1, seconds=2)
    assert told(path).facts["sound_end_s"] == pytest.approx(2, abs=0.1)
    assert told(write_kind(tmp_path, "film.ts")).facts["sound_end_s"] == 0


@pytest.mark.parametrize("name", ["a.mp4", "b.mkv"])
def test_what_breaks_off_is_told_as_far_as_it_goes(name: str, tmp_path: Path) -> None:
    muxing = {"movflags": "faststart"} if name.endswith("mp4") else {}
    path = write_video(tmp_path / name, frames=150, options={"bf": "0"}, muxing=muxing)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with talking(path) as talk:
        assert talk.told.facts["cut_off"]
        count = len(talk.told.times)
        assert 20 < count < 150
        found, _ = talk.frames(range(count))
    assert 20 < len(found) <= count


def test_a_last_frame_that_cannot_be_decoded_ends_the_request(tmp_path: Path) -> None:
    """Once by its times, once by counting."""
    for name, codec in (("a.mp4", "libx264"), ("a.avi", "mpeg4")):
        path = write_video(tmp_path / name, frames=24, codec=codec, gop=1, options={"bf": "0"})
        with av.open(str(path)) as container:
            packets = [packet for packet in container.demux(video=0) if packet.size]
            places = [(packet.pos or 0, packet.size) for packet in packets]
        start, size = places[-1]
        data = bytearray(path.read_bytes())
        data[start : start + size] = bytes(size)
        path.write_bytes(data)
        with talking(path) as talk:
            last = len(talk.told.times) - 1
            found, _ = talk.frames([3, 23 if name == "a.mp4" else last])
        assert number_of(found[3]) == 3


def test_large_pictures_are_refused_by_what_they_state(plain: Path) -> None:
    assert refusal(plain, guards_for(plain, pixels=64 * 48 - 1)) == "picture-too-large"
    assert refusal(plain, guards_for(plain, pixels=64 * 48)) == ""


def test_a_film_whose_packets_are_encrypted_is_refused(tmp_path: Path) -> None:
    """Also where no sample entry says so."""
    key = {"encryption_key": "0123456789abcdef" * 2, "encryption_kid": "fedcba9876543210" * 2}
    muxing = {"encryption_scheme": "cenc-aes-ctr"} | key
    path = write_video(tmp_path / "locked.mp4", muxing=muxing)
    assert refusal(path) == "encrypted"
    with path.open("rb") as file, pytest.raises(Refused, match="encrypted"):
        list_packets(file.fileno(), guards_for(path))


@pytest.mark.parametrize("task", ["list", "decode"])
def test_memory_that_is_used_up_has_a_code(task: str) -> None:
    machine: Any = Exhausted()
    guards = Guards(1, 1)
    tasks: dict[str, Callable[[], object]] = {
        "list": lambda: list(packets_of(machine)),
        "decode": lambda: list(Run(machine, guards).frames([machine])),
    }
    with pytest.raises(Refused, match="too-much-memory"):
        tasks[task]()
