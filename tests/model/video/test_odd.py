"""Odd, broken and hostile files: frames, or exactly one plain sentence that says why."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.errors import VideoError
from model.video import errors
from model.video.facts import VideoInfo, VideoLimits
from model.video.reader import VideoReader
from tests.model.video.kinds import make_seeds, mutant
from tests.model.video.making import (
    encrypted_webm,
    number_of,
    write_sound,
    write_video,
)
from tests.model.video.players import check_covered

FAST_VP = {"deadline": "realtime", "cpu-used": "8"}


def outcome(path: Path) -> str:
    """`N frames`, or the code of the one sentence."""
    return seen(path)[0]


def seen(path: Path) -> tuple[str, VideoInfo | None]:
    """The outcome, and what was found in the file unless it was refused."""
    try:
        count, info = read_whole(path)
    except VideoError as error:
        code, sentence = error.code, str(error)
    else:
        return f"{count} frames", info
    assert is_sentence(sentence), sentence
    return code, None


def read_whole(path: Path) -> tuple[int, VideoInfo]:
    """Reads every frame and checks what is promised of all videos; gives their number."""
    with VideoReader(path, VideoLimits(inspect_s=30)) as reader:
        count, info = 0, reader.info
        for frame in reader.frames(range(reader.info.frames), short_side=32):
            assert frame.image.ndim == 3
            assert min(frame.image.shape[:2]) == 32
            count += 1
        assert count == reader.info.frames == len(reader.info.pts_s)
        assert reader.info.duration_s > reader.info.pts_s[-1]
        assert (np.diff(reader.info.pts_s) > 0).all()
        assert all(is_sentence(note) for note in reader.notes)
    return count, info


def is_sentence(text: str) -> bool:
    return text.endswith(".") and "\n" not in text and "Errno" not in text and len(text) < 200


MADE: dict[str, dict[str, Any]] = {
    "ten_bit.mp4": {"codec": "libx265", "pixels": "yuv420p10le"},
    "full_colour.mp4": {"pixels": "yuv444p"},
    "alpha.webm": {"codec": "libvpx-vp9", "pixels": "yuva420p", "options": FAST_VP},
    "interlaced.mp4": {"options": {"x264-params": "interlaced=1"}, "size": (64, 64)},
    "odd_size.mp4": {"pixels": "yuv444p", "size": (65, 49)},
    "tiny.gif": {"codec": "gif", "pixels": "rgb8", "size": (1, 1)},
    "thin.avi": {"codec": "mjpeg", "pixels": "yuvj444p", "size": (2, 600)},
    "pictures.gif": {"codec": "gif", "pixels": "rgb8"},
    "av1.mkv": {"codec": "libsvtav1", "options": {"preset": "12"}, "size": (64, 64)},
    "vp8.webm": {"codec": "libvpx", "options": FAST_VP},
    "fragments.mp4": {"muxing": {"movflags": "frag_keyframe+empty_moov"}},
    "slow.mp4": {"rate": 1},
    "fast.mp4": {"rate": 1000},
}


@pytest.mark.parametrize("name", MADE)
def test_odd_videos_are_read_whole(name: str, tmp_path: Path) -> None:
    options = dict(MADE[name])
    if options.get("codec") == "libx265":
        options["options"] = {"x265-params": "log-level=none"}
    path = write_video(tmp_path / name, **options)
    assert outcome(path) == "12 frames"


def test_one_frame_is_a_video(tmp_path: Path) -> None:
    path = write_video(tmp_path / "one.mp4", frames=1)
    with VideoReader(path) as reader:
        assert reader.info.frames == 1
        assert reader.info.duration_s == pytest.approx(0.04)
        assert number_of(next(reader.frames([0])).image) == 0


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    assert outcome(write_sound(tmp_path / "sound.mp4")) == "no-video-stream"
    assert outcome(write_sound(tmp_path / "cover.mp4", cover=True)) == "no-video-stream"


def test_codecs_that_are_switched_off_are_named(tmp_path: Path) -> None:
    path = write_video(tmp_path / "lossless.avi", codec="huffyuv", pixels="yuv422p")
    with pytest.raises(errors.UnsupportedCodec, match="huffyuv"):
        VideoReader(path)
    assert outcome(write_video(tmp_path / "magic.avi", codec="magicyuv", pixels="yuv420p")) == (
        "unsupported-codec"
    )


def test_encrypted_videos_are_named(plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "protected.mp4"
    path.write_bytes(plain.read_bytes().replace(b"avc1", b"encv"))
    assert outcome(path) == "encrypted"
    assert outcome(encrypted_webm(tmp_path / "protected.webm")) == "encrypted"


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00" * 100, b"hello, this is no video at all", b"RIFF\x24\x00\x00\x00WAVEfmt "],
    ids=["empty", "zeros", "text", "sound"],
)
def test_other_files_are_no_videos(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file.mp4"
    path.write_bytes(data)
    assert outcome(path) == "not-a-video"


@pytest.mark.parametrize(
    "head",
    [b"\x00\x00\x00\x10ftypisom" + bytes(400), b"\x1aE\xdf\xa3" + bytes(400),
     b"RIFF\x00\x00\x00\x00AVI LIST" + bytes(400), b"GIF89a" + bytes(400)],
    ids=["mp4", "mkv", "avi", "gif"],
)  # fmt: skip
def test_a_head_without_a_body_is_damaged(head: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(head)
    assert outcome(path) in {"damaged", "no-video-stream", "no-frames"}


def test_what_is_no_file_is_unreadable(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "missing.mp4", tmp_path / "pipe", Path("/dev/zero")):
        assert outcome(path) == "unreadable"


def test_a_file_that_breaks_off_gives_what_is_there(tmp_path: Path) -> None:
    path = write_video(
        tmp_path / "long.mp4", frames=150, options={"bf": "0"}, muxing={"movflags": "faststart"}
    )
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with VideoReader(path) as reader:
        assert 20 < reader.info.frames < 150
        assert "announces 6 seconds" in " ".join(reader.notes)
        assert not reader.info.browser_safe
        last = next(reader.frames([reader.info.frames - 1]))
        assert abs(number_of(last.image) - last.index) <= 1


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """One small file of each kind."""
    return make_seeds(tmp_path_factory.mktemp("seeds"))


MUTANTS = 120  # thousands: `python -m benchmarks.broken_videos`


def test_mutants_end_in_frames_or_a_sentence(seeds: list[bytes], tmp_path: Path) -> None:
    def run(number: int) -> str:
        path = tmp_path / f"mutant{number}"
        path.write_bytes(mutant(seeds[number % len(seeds)], number))
        found = outcome(path)
        path.unlink()
        return found

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(run, range(MUTANTS)))
    assert "decoder-crashed" not in found, found.index("decoder-crashed")
    assert "timed-out" not in found, found.index("timed-out")
    assert any("frames" in one for one in found)
    assert any("frames" not in one for one in found)


EXPECTED = {
    "av1-clearkey-cbcs-video.mp4": "encrypted",
    "short-cenc.mp4": "encrypted",
    "bipbop_480wp_1001kbps-cenc-video-key1-init.mp4": "encrypted",
    "text_renamed.mp4": "not-a-video",
    "zero_bytes.mp4": "not-a-video",
    "nasa_13013.mp4.audio_44100.mp3": "not-a-video",
    "video_sample.ogg": "not-a-video",
    "bbb_sunflower_QCIF_30fps_h263_noaudio_1f.3gp": "1 frames",
    "bipbop_audioinit.mp4": "no-video-stream",
    "bipbop_nonfragment_header.mp4": "no-frames",
    "truncated_demo_300k.mp4": "damaged",
    "truncated_video1_100k.webm": "19 frames",
    "corrupted.mp4": "50 frames",
    "h265_10bits.mp4": "30 frames",
    "av1-video.mp4": "375 frames",
    "metadata.mp4": "1 frames",
    "video_rotation_90.mp4": "1 frames",
    "mmaction2-demo.mp4": "280 frames",
    "mmaction2-test.avi": "164 frames",
    "paddlevideo-horse_riding.gif": "33 frames",
    "CV-ZMH-fun_theory.mp4": "218 frames",
    "muhammad2033-v_BaseballPitch_g01_c03.avi": "103 frames",
}


@pytest.fixture(scope="module", params=["odd", "clips"])
def real(
    request: pytest.FixtureRequest, shared_dir: Path
) -> dict[Path, tuple[str, VideoInfo | None]]:
    """All files of a folder, and what is seen in each."""
    folder = shared_dir / "data" / request.param
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(files, pool.map(seen, files), strict=True))


@pytest.mark.shared
def test_every_real_file_gives_frames_or_a_sentence(
    real: dict[Path, tuple[str, VideoInfo | None]],
) -> None:
    assert len(real) > 40
    found = {path.name: said for path, (said, _) in real.items()}
    assert {"decoder-crashed", "timed-out"}.isdisjoint(found.values()), found
    known = {name: found[name] for name in EXPECTED if name in found}
    assert known == {name: EXPECTED[name] for name in known}


@pytest.mark.shared
def test_real_files_are_covered_as_long_as_players_play(
    real: dict[Path, tuple[str, VideoInfo | None]],
) -> None:
    check_covered({path: info for path, (_, info) in real.items()})


@pytest.mark.shared
def test_rotated_phone_videos_show_the_same_picture(shared_dir: Path) -> None:
    folder = shared_dir / "data" / "odd" / "decord"
    turns = {}
    for degrees in (0, 90, 180, 270):
        with VideoReader(folder / f"video_{degrees}.mov") as reader:
            assert reader.info.rotation == degrees
            shape = (reader.info.height, reader.info.width)
            assert shape == ((568, 320) if degrees in (90, 270) else (320, 568))
            turns[degrees] = next(reader.frames([0])).image
    assert turns[90].shape == turns[270].shape
