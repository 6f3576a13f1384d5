"""What lies beside the film is left alone, and the film is found among several pictures."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from av.container import OutputContainer
from av.stream import Disposition

from model.video import errors
from model.video.facts import VideoLimits
from model.video.opening import Guards, Refused, opened
from model.video.reader import VideoReader
from model.video.wire import MAX_TRACKS
from tests.model.video.beside import (
    RATE,
    TEXTS,
    mux,
    picture,
    write_film,
    write_with_sounds,
    write_with_text,
)
from tests.model.video.making import number_of

ROOT = Path(__file__).resolve().parents[3]
NEVER_NEEDED = {
    "PIL": "frames are turned into arrays, not into Pillow's images",
    "av.__main__": "PyAV's command line",
    "argparse": "PyAV's command line",
    "av.datasets": "downloads samples",
    "shutil": "downloads samples",
    "urllib.request": "downloads samples",
}


def frames_of(path: Path) -> list[int]:
    """The numbers of all frames, read in full isolation."""
    with VideoReader(path) as reader:
        assert reader.isolation.level == "full"
        assert reader.info.duration_s == pytest.approx(0.48, abs=0.1)
        return [number_of(frame.image) for frame in reader.frames(range(reader.info.frames))]


@pytest.mark.parametrize("name", TEXTS)
def test_a_film_with_text_is_read(name: str, tmp_path: Path) -> None:
    path = write_with_text(tmp_path, name)
    with av.open(str(path)) as container:
        assert [s.type for s in container.streams] == ["video", "subtitle"]
    assert frames_of(path) == list(range(12))


def _chapters(container: OutputContainer) -> None:
    second = {"id": 1, "start": 0, "end": 200, "time_base": Fraction(1, 1000), "metadata": {}}
    container.set_chapters([second | {"metadata": {"title": "one"}}])  # type: ignore[list-item]


def _timecode(container: OutputContainer) -> None:
    container.streams[0].metadata["timecode"] = "00:00:01:00"


OTHERS: dict[str, tuple[str, Any, Any]] = {
    "chapters": ("mp4", _chapters, lambda *_: None),
    "time code": ("mov", _timecode, lambda *_: None),
    "attachment": (
        "mkv",
        lambda film: film.add_attachment("a.ttf", "font/ttf", bytes(99)),
        lambda *_: None,
    ),
    "GPS": ("mp4", lambda film: film.add_data_stream("bin_data"), lambda c, s: mux(c, s, b"N 52")),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_film_with_other_tracks_is_read(name: str, tmp_path: Path) -> None:
    ending, before, after = OTHERS[name]
    path = write_film(tmp_path / f"film.{ending}", before, after)
    with av.open(str(path)) as container:
        assert len(container.streams) == 2
    assert frames_of(path) == list(range(12))


def test_no_packet_of_another_track_is_read(tmp_path: Path) -> None:
    path = write_with_sounds(tmp_path / "film.mkv", 2, seconds=60)
    with av.open(str(path)) as container:  # the control
        assert sum(packet.stream_index > 0 for packet in container.demux()) > 1800
    guards = Guards(max_pixels=1 << 20, max_frames=100)
    with path.open("rb") as file, opened(file.fileno(), guards) as (container, stream):
        others = [packet for packet in container.demux() if packet.stream_index != stream.index]
        assert len(others) < 500  # those that FFmpeg read before it knew the tracks
        assert not any(s.codec_context.is_open for s in container.streams if s is not stream)


def test_all_that_pyav_imports_late_is_there_before_no_file_can_be_opened() -> None:
    """Every import in PyAV's source, also those within functions; so a newer PyAV is noticed."""
    program = "import sys; sys.path.insert(0, sys.argv[1]); import model.video.decoder\n"
    program += "print(*sys.modules)"
    command = [sys.executable, "-I", "-c", program, str(ROOT)]
    early = set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    late = set(_imports_of_pyav()) - early - NEVER_NEEDED.keys()
    assert not late
    # the control: the list is long, and holds what was once missing
    assert {"av.subtitles.codeccontext", "av.subtitles.stream"} <= set(_imports_of_pyav())


def _imports_of_pyav() -> Iterator[str]:
    """The modules that any line of PyAV imports, and all of its own."""
    root = Path(av.__file__).parent
    for file in root.rglob("*.py"):
        place = file.relative_to(root.parent).with_suffix("").parts
        yield ".".join(place).removesuffix(".__init__")
        for node in ast.walk(ast.parse(file.read_text())):
            yield from _names(node, place)


def _names(node: ast.AST, place: tuple[str, ...]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if not alias.name.startswith("cython"))
    if isinstance(node, ast.ImportFrom):
        module = ".".join([*place[: -node.level or None], *filter(None, [node.module])])
        module = module if node.level else str(node.module)
        if module.startswith("cython"):
            return
        yield module
        for alias in node.names:
            if module.startswith("av") and importlib.util.find_spec(module) is not None:
                name = f"{module}.{alias.name}"
                if getattr(importlib.util.find_spec(module), "submodule_search_locations", None):
                    yield from [name] if importlib.util.find_spec(name) else []


def test_many_tracks_are_read_and_too_many_are_named(tmp_path: Path) -> None:
    assert frames_of(write_with_sounds(tmp_path / "17.mp4", 17)) == list(range(12))
    path = write_with_sounds(tmp_path / "many.mp4", MAX_TRACKS, seconds=0.1)
    with pytest.raises(errors.TooManyTracks, match=f"at most {MAX_TRACKS} are allowed"):
        VideoReader(path)


def test_too_little_memory_is_named(tmp_path: Path) -> None:
    path = write_film(tmp_path / "film.mp4")
    with pytest.raises(errors.TooMuchMemory, match=r"at most 1\.0 MB"):
        VideoReader(path, VideoLimits(memory=1 << 20))


def two_pictures(
    path: Path, *, frames: tuple[int, int], default: int, sizes: tuple[tuple[int, int], ...]
) -> Path:
    """Two picture tracks; the first frame of track k carries the number 100 k."""
    with av.open(str(path), "w") as container:
        streams: list[Any] = []
        for number, size in enumerate(sizes):
            stream = container.add_stream("libx264", rate=RATE)
            stream.width, stream.height = size
            stream.pix_fmt = "yuv420p"
            stream.disposition = Disposition.default if number == default else Disposition(0)
            streams.append(stream)
        for number, stream in enumerate(streams):
            for index in range(frames[number]):
                frame = picture(100 * number + index, sizes[number])
                frame.pts = index
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    return path


SMALL, LARGE = (64, 48), (128, 96)


@pytest.mark.parametrize("ending", ["mkv", "mp4"])
@pytest.mark.parametrize(
    ("frames", "default", "sizes", "chosen"),
    [
        ((1, 12), 0, (LARGE, SMALL), 1),
        ((12, 12), 1, (LARGE, SMALL), 1),
        ((12, 12), 2, (SMALL, LARGE), 1),
        ((12, 12), 2, (SMALL, SMALL), 0),
        ((1, 1), 1, (LARGE, SMALL), 1),
    ],
    ids=["moving before default", "default", "size", "order", "stills"],
)
def test_the_film_is_chosen_as_players_do(
    frames: tuple[int, int],
    default: int,
    sizes: tuple[tuple[int, int], ...],
    chosen: int,
    ending: str,
    tmp_path: Path,
) -> None:
    if ending == "mp4" and default == 2:
        pytest.skip("MP4 always has a default track")
    path = two_pictures(tmp_path / f"two.{ending}", frames=frames, default=default, sizes=sizes)
    with VideoReader(path) as reader:
        assert (reader.info.width, reader.info.height) == sizes[chosen]
        assert reader.info.frames == frames[chosen]
        assert number_of(next(reader.frames([0])).image) == 100 * chosen
        assert "the one that players show" in " ".join(reader.notes)
        assert not reader.info.browser_safe


def test_a_film_that_cannot_be_read_does_not_hide_one_that_can(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "two.avi"), "w") as container:
        unknown: Any = container.add_stream("magicyuv", rate=RATE)
        film: Any = container.add_stream("libx264", rate=RATE)
        for stream in (unknown, film):
            stream.width, stream.height = SMALL
            stream.pix_fmt = "yuv420p"
        for stream in (unknown, film):
            for index in range(12):
                container.mux(stream.encode(picture(index)))
            container.mux(stream.encode(None))
    with VideoReader(tmp_path / "two.avi") as reader:
        assert reader.info.codec == "h264"


def test_a_track_that_is_gone_is_damage(tmp_path: Path) -> None:
    path = write_film(tmp_path / "film.mp4")
    guards = Guards(max_pixels=1 << 20, max_frames=100)
    with path.open("rb") as file, pytest.raises(Refused), opened(file.fileno(), guards, 7):
        pass
