"""Every guard of the opening recipe, with a control that shows what happens without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.errors import VideoError
from model.video import errors
from model.video.facts import VideoLimits
from model.video.reader import VideoReader
from tests.model.video.conftest import CanaryServer
from tests.model.video.making import number_of, write_video

# What can keep a file from opening another one. Any of these alone must be enough.
WALLS = {"format_whitelist", "protocol_whitelist", "nameless", "filter"}
# Looked at before FFmpeg sees the file, or stopping only one kind of playlist.
OTHERS = {"signature", "io_open", "codec_whitelist"}
QUICK = VideoLimits(inspect_s=2.0)

PLAYLISTS = {
    "hls_file.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{folder}/secret.ts\n"
    "#EXT-X-ENDLIST\n",
    "hls_file.mp4": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{folder}/secret.ts\n"
    "#EXT-X-ENDLIST\n",
    "hls_web.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{web}/hls.ts\n#EXT-X-ENDLIST\n",
    "hls_web.mp4": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{web}/hls.ts\n#EXT-X-ENDLIST\n",
    "concat_file.mp4": "ffconcat version 1.0\nfile secret.ts\n",
    "concat_web.mp4": "ffconcat version 1.0\nfile {web}/concat.ts\n",
    "sdp.mp4": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
    "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    "dash.mpd": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
    '<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1">'
    "<BaseURL>{web}/dash.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>",
}


@pytest.fixture
def folder(tmp_path: Path, canary_server: CanaryServer) -> Path:
    """Playlists of every kind beside a file that they must not reach."""
    write_video(tmp_path / "secret.ts", frames=5)
    web = f"http://127.0.0.1:{canary_server.port}"
    for name, text in PLAYLISTS.items():
        (tmp_path / name).write_text(text.format(folder=tmp_path, web=web))
    return tmp_path


def frames_of(path: Path, off: set[str]) -> int:
    """How many frames the reader finds; 0 if it refuses."""
    try:
        with VideoReader(path, QUICK, guards_off=off) as reader:
            return reader.info.frames
    except VideoError:
        return 0


def test_playlists_reach_nothing(folder: Path, canary_server: CanaryServer) -> None:
    for name in PLAYLISTS:
        with pytest.raises(errors.NotAVideo):
            VideoReader(folder / name, QUICK)
    assert canary_server.hits == []


@pytest.mark.parametrize("wall", sorted(WALLS))
def test_each_wall_alone_holds(wall: str, folder: Path, canary_server: CanaryServer) -> None:
    for name in PLAYLISTS:
        if (name, wall) == ("sdp.mp4", "nameless"):
            continue  # waits for packets from the network until it is stopped
        assert frames_of(folder / name, (WALLS | OTHERS) - {wall}) == 0, name
    assert canary_server.hits == []


def test_denied_opening_stops_playlists_that_ask(folder: Path, canary_server: CanaryServer) -> None:
    for name in PLAYLISTS:
        if name.startswith("hls"):
            assert frames_of(folder / name, WALLS | OTHERS - {"io_open"}) == 0
    assert canary_server.hits == []


def test_without_walls_playlists_reach_files_and_servers(
    folder: Path, canary_server: CanaryServer
) -> None:
    """The control: the very same files are dangerous."""
    assert frames_of(folder / "hls_file.m3u8", WALLS | OTHERS) == 5
    assert frames_of(folder / "concat_file.mp4", WALLS | OTHERS) == 5
    frames_of(folder / "hls_web.m3u8", WALLS | OTHERS)
    assert canary_server.hits == ["/hls.ts"]


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture of 2 million pixels in a few kilobytes, of a kind that is not read here."""
    folder = tmp_path_factory.mktemp("bomb")
    return write_video(
        folder / "bomb.mov", codec="png", pixels="rgb24", size=(2000, 1000), frames=1
    )


SMALL = VideoLimits(max_pixels=1_000_000)
BEFORE = {"codec_whitelist", "stated_pixels"}


@pytest.mark.parametrize(
    ("off", "error"),
    [
        (set(), errors.UnsupportedCodec),
        ({"codec_whitelist"}, errors.PictureTooLarge),
        (BEFORE | {"frame_pixels"}, errors.PictureTooLarge),
        (BEFORE | {"frame_pixels", "probe_pixels"}, errors.PictureTooLarge),
        (BEFORE | {"probe_pixels", "decode_pixels"}, errors.PictureTooLarge),
        (BEFORE | {"probe_pixels", "decode_pixels", "frame_pixels"}, errors.PictureTooLarge),
    ],
    ids=["codec", "stated", "probe and decode", "decode", "frame", "claim"],
)
def test_each_guard_against_huge_pictures_holds(
    off: set[str], error: type[VideoError], bomb: Path
) -> None:
    with pytest.raises(error):
        VideoReader(bomb, SMALL, guards_off=off)


def test_the_bomb_is_a_picture_where_it_is_allowed(bomb: Path) -> None:
    """The control: only the guards refuse it."""
    with VideoReader(bomb, guards_off=["codec_whitelist"]) as reader:
        assert number_of(next(reader.frames([0], short_side=100)).image) == 0


def test_memory_is_limited(tmp_path: Path) -> None:
    path = write_video(tmp_path / "large.mp4", size=(3840, 2160), frames=3)
    with pytest.raises(VideoError):
        VideoReader(path, VideoLimits(memory=200 << 20))
    with VideoReader(path) as reader:  # the control
        assert number_of(next(reader.frames([2], short_side=100)).image) == 2


def test_the_number_of_frames_is_limited(plain: Path) -> None:
    with pytest.raises(errors.TooLong):
        VideoReader(plain, VideoLimits(max_frames=11))
    with VideoReader(plain, VideoLimits(max_frames=12)) as reader:
        assert reader.info.frames == 12
    # without the guard in the process the reader still refuses the long list
    with pytest.raises(errors.DecoderCrashed):
        VideoReader(plain, VideoLimits(max_frames=11), guards_off=["max_frames"])


def test_the_duration_is_limited(plain: Path) -> None:
    with pytest.raises(errors.TooLong):
        VideoReader(plain, VideoLimits(max_duration_s=0.4))
    with VideoReader(plain, VideoLimits(max_duration_s=0.5)) as reader:
        assert reader.info.frames == 12


def test_the_size_of_the_file_is_limited(plain: Path) -> None:
    size = plain.stat().st_size
    with pytest.raises(errors.TooLarge):
        VideoReader(plain, VideoLimits(max_bytes=size - 1))
    with VideoReader(plain, VideoLimits(max_bytes=size)) as reader:
        assert reader.info.frames == 12


def test_misspelt_codec_options_do_not_pass_silently(plain: Path) -> None:
    """FFmpeg would ignore them; the process stops instead."""
    with pytest.raises(errors.DecoderCrashed):
        VideoReader(plain, guards_off=["spelling"])
