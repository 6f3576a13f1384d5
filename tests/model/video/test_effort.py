"""Large pictures are decoded on two cores and only where needed: not one pixel is different."""

from __future__ import annotations

import hashlib
from pathlib import Path

import av
import pytest

from model.video.decoding import Run, pts_of
from model.video.effort import LARGE, SKIP_EXACTLY, Effort, effort_for
from model.video.opening import Guards, opened
from model.video.packets import PacketList
from model.video.pictures import Pictures
from model.video.reader import VideoReader
from tests.model.video.making import number_of, write_video

GUARDS = Guards(1 << 24, 1000)
EFFORTS = [Effort(), Effort(threads=2), Effort(skips=True), Effort(threads=2, skips=True)]


def seen(path: Path, effort: Effort, every: int) -> tuple[dict[int, str], int]:
    """The pixels of every so many-th picture by their times, and how many came out in all."""
    with path.open("rb") as file, opened(file.fileno(), GUARDS) as (container, stream):
        packets = [p for p in container.demux(stream) if p.size]
        listed = PacketList()
        for packet in packets:
            assert packet.pts is not None
            listed.add(packet.pts, 1, key=packet.is_keyframe, hidden=False, corrupt=False)
    wanted = set(listed.shown_times()[::every])
    with path.open("rb") as file, opened(file.fileno(), GUARDS) as (container, stream):
        pictures = Pictures(stream.codec_context, GUARDS)
        run = Run(stream, GUARDS, effort)
        found, count = {}, 0
        for frame in run.ranges(container.demux(stream), listed.ranges(wanted), wanted):
            count += 1
            if pts_of(frame) in wanted:
                pixels = pictures.pixels(frame, (frame.width, frame.height), exact=True)
                found[pts_of(frame)] = hashlib.sha256(pixels.tobytes()).hexdigest()
    assert set(found) == wanted
    return found, count


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("a.mp4", "libx264", {"bf": "3"}),
        ("a.mp4", "libx264", {"bf": "3", "x264-params": "b-pyramid=strict"}),
        ("a.mkv", "libx265", {"x265-params": "bframes=4:log-level=none"}),
        ("a.webm", "libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"}),
    ],
    ids=["h264", "pyramid", "hevc", "vp9"],
)
def test_every_effort_gives_the_same_pictures(
    name: str, codec: str, options: dict[str, str], tmp_path: Path
) -> None:
    path = write_video(tmp_path / name, frames=50, codec=codec, options=options, gop=30)
    for every in (1, 4, 7):
        plainly, _ = seen(path, EFFORTS[0], every)
        for effort in EFFORTS[1:]:
            assert seen(path, effort, every)[0] == plainly


def test_what_is_not_needed_is_not_decoded(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", frames=50, options={"bf": "3"}, gop=50)
    _, whole = seen(path, Effort(), 5)
    _, fewer = seen(path, Effort(skips=True), 5)
    assert fewer < 0.8 * whole


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_large_pictures_are_read_in_the_sandbox(codec: str, tmp_path: Path) -> None:
    """Two threads in a process that may start no other process."""
    options = {"preset": "ultrafast"} | (
        {"x265-params": "log-level=none"} if codec == "libx265" else {}
    )
    path = write_video(
        tmp_path / "large.mp4", size=(3840, 2160), frames=8, codec=codec, options=options
    )
    with VideoReader(path) as reader:
        assert reader.isolation.level == "full" or "kernel" in reader.isolation.reason
        found = [number_of(f.image) for f in reader.frames([0, 3, 7], short_side=64)]
        assert reader.decoder_pid is not None
    assert found == [0, 3, 7]
    assert reader.notes == ()


def test_only_large_pictures_get_more(plain: Path) -> None:
    with av.open(str(plain)) as container:
        context = container.streams.video[0].codec_context
        assert effort_for(context) == Effort()
        assert context.width * context.height < LARGE
        assert context.name in SKIP_EXACTLY


def test_large_pictures_are_decoded_by_two_and_only_where_needed(tmp_path: Path) -> None:
    size = (1920, 1104)
    path = write_video(tmp_path / "large.mp4", size=size, frames=1, options={"preset": "ultrafast"})
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        assert context.width * context.height > LARGE
        assert effort_for(context) == Effort(threads=2, skips=True)
