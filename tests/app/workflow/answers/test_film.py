"""The film has the video's frames and times; its colours are where and when the evidence was."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from app.workflow.answers import film
from app.workflow.answers.drawing.view import Asked, view_of
from app.workflow.answers.film import LEAST_WIDTH, picture_size, write_film
from model.errors import Cancelled
from model.inference.prediction import Crop, Prediction, Span
from model.video.encoding import write_video
from model.video.errors import FilmFailed
from model.video.reader import Frame, VideoReader
from tests.app.workflow.film_answers import CELLS, answer, hot
from tests.model.video.lasting import write_still_end
from tests.model.video.making import number_of
from tests.model.video.making import write_video as make_video

UNEVEN = [0, 40, 41, 90, 300, 1300, 1301, 1400, 1500, 1501, 1502, 1600]
STEP_S = 0.4
SIDE = Crop(0.125, 0.0, 0.75, 1.0)  # what a square of a 4:3 picture is
Pictures = NDArray[np.uint8]


def info_of(video: Path) -> Any:
    with VideoReader(video) as reader:
        return reader.info


def pictures(path: Path, height: int) -> tuple[Pictures, NDArray[np.float64]]:
    """The part above the strip of all frames, and their seconds."""
    with VideoReader(path) as reader:
        found = [frame.image[:height] for frame in reader.frames(range(reader.info.frames))]
        return np.stack(found), reader.info.pts_s


def colours(video: Path, prediction: Prediction, folder: Path) -> tuple[Any, NDArray[np.float64]]:
    """[frames, height, width]: how much the heat map changes each pixel; and the seconds."""
    height = picture_size(info_of(video))[1]
    shown, plain = folder / "shown.mp4", folder / "plain.mp4"
    write_film(video, prediction, shown, opacity=1.0)
    write_film(video, prediction, plain, opacity=0.0)
    (with_heat, seconds), (without, _) = pictures(shown, height), pictures(plain, height)
    return np.abs(with_heat.astype(np.int16) - without).mean(axis=3), seconds


def strongest(changed: Any, seconds: NDArray[np.float64], area: Crop) -> tuple[float, int, int]:
    """Second, row and column of the cell whose colours differ most."""
    frames, height, width = changed.shape
    rows = np.linspace(area.y, area.y + area.height, CELLS + 1) * height
    columns = np.linspace(area.x, area.x + area.width, CELLS + 1) * width
    cells = np.zeros((frames, CELLS, CELLS))
    for row in range(CELLS):
        for column in range(CELLS):
            top, bottom = round(rows[row]), round(rows[row + 1])
            left, right = round(columns[column]), round(columns[column + 1])
            cells[:, row, column] = changed[:, top:bottom, left:right].mean(axis=(1, 2))
    frame, *cell = np.unravel_index(cells.argmax(), cells.shape)
    return float(seconds[frame]), int(cell[0]), int(cell[1])


@pytest.fixture(scope="module")
def even(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty numbered frames, ten a second."""
    return make_video(tmp_path_factory.mktemp("film") / "even.mp4", frames=30, rate=10)


@pytest.mark.parametrize(("name", "times"), [("uneven.mkv", UNEVEN), ("even.mp4", None)])
def test_frames_and_times_are_those_of_the_video(
    name: str, times: list[int] | None, tmp_path: Path
) -> None:
    video, target = make_video(tmp_path / name, times=times), tmp_path / "film.mp4"
    original = info_of(video)
    seconds = np.linspace(0, original.duration_s, 5)
    write_film(video, answer(hot(5, 2, (3, 3)), seconds, info=original), target)
    with VideoReader(target) as reader:
        assert reader.info.frames == original.frames
        np.testing.assert_allclose(reader.info.pts_s, original.pts_s, atol=2e-5)
        assert reader.info.duration_s == pytest.approx(original.duration_s, abs=1e-3)
        assert reader.info.browser_safe
        height = picture_size(original)[1]
        found = [number_of(f.image[: height // 2 * 2]) for f in reader.frames(range(12))]
    assert found == list(range(12))
    data = target.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(target)) as container:
        assert [s.codec_context.name for s in container.streams] == ["h264"]
        assert container.streams.video[0].codec_context.pix_fmt == "yuv420p"


def test_the_film_goes_on_while_a_picture_stays(tmp_path: Path) -> None:
    video, target = write_still_end(tmp_path / "still.mp4", stays_s=3), tmp_path / "film.mp4"
    original = info_of(video)
    seconds = np.array([0.0, original.duration_s - 0.5])
    write_film(video, answer(hot(2, 1, (3, 3)), seconds, info=original), target)
    film = info_of(target)
    assert film.duration_s == pytest.approx(original.duration_s, abs=0.01)
    # the play head moves on: every frame is drawn, also those of the picture that stays
    assert len(film.changes) == original.frames > len(original.changes)


@pytest.mark.parametrize(("area", "shift_s"), [(Crop(0, 0, 1, 1), 0.0), (SIDE, 0.0), (SIDE, 1.0)])
def test_colours_are_where_and_when_the_evidence_was(
    even: Path, tmp_path: Path, area: Crop, shift_s: float
) -> None:
    seconds = np.arange(8.0) * STEP_S
    # A film that paints a second late must be noticed.
    told = answer(hot(8, 3, (1, 5)), seconds + shift_s, info=info_of(even), area=area, crop=area)
    second, row, column = strongest(*colours(even, told, tmp_path), area)
    assert (row, column) == (1, 5)
    assert (abs(second - seconds[3]) <= 0.1) == (shift_s == 0)
    assert abs(second - seconds[3] - shift_s) <= 0.1


def test_nothing_is_painted_beyond_the_crop_nor_in_a_gap(even: Path, tmp_path: Path) -> None:
    volume = np.full((2, 8, CELLS, CELLS), 0, np.float16)
    volume[0] = 25
    gap = Span(1.05, 1.95)
    seconds = np.array([0, 0.4, 0.8, 1.0, 2.0, 2.2, 2.6, 2.9])
    told = answer(volume, seconds, info=info_of(even), gaps=(gap,), area=SIDE, crop=SIDE)
    changed, when = colours(even, told, tmp_path)
    width = changed.shape[2]
    inside = changed[:, :, round(0.2 * width) : round(0.8 * width)].mean(axis=(1, 2))
    in_gap = (when > gap.start_s) & (when < gap.end_s)
    assert inside[~in_gap].min() > 20
    assert inside[in_gap].max() < 3
    # A few pixels off the edge, where the codec smears.
    assert changed[:, :, : round(0.11 * width)].mean() < 1.5


def test_the_play_head_walks(even: Path, tmp_path: Path) -> None:
    write_film(even, answer(hot(8, 3, (1, 5)), np.arange(8.0) * STEP_S, info=info_of(even)),
               tmp_path / "film.mp4")  # fmt: skip
    height = picture_size(info_of(even))[1]
    with VideoReader(tmp_path / "film.mp4") as reader:
        strips = [frame.image[height:] for frame in reader.frames(range(30))]
    # The head is the one column that is dark all along the upper plot.
    rows = slice(60, 80)
    heads = [int(strip[rows, 110:].mean(axis=(0, 2)).argmin()) for strip in strips[1:]]
    steps = np.diff(heads)
    assert (steps > 0).all()
    assert np.ptp(steps) <= 3


def test_where_nothing_may_be_shown_nothing_is_painted(even: Path, tmp_path: Path) -> None:
    volume = np.full((2, 8, CELLS, CELLS), np.nan, np.float16)
    told = answer(volume, np.arange(8.0) * STEP_S, info=info_of(even))
    assert view_of(told, Asked()) is None
    changed, _ = colours(even, told, tmp_path)
    assert changed.max() == 0


def test_a_small_picture_is_enlarged_and_a_high_one_stands_in_the_middle(tmp_path: Path) -> None:
    small = info_of(make_video(tmp_path / "small.mp4", size=(64, 48), frames=2))
    assert picture_size(small) == (LEAST_WIDTH, 480)
    video = make_video(tmp_path / "high.mp4", size=(48, 96), frames=2)
    assert picture_size(info_of(video)) == (360, 720)
    write_film(
        video, answer(hot(2, 0, (3, 3)), np.array([0.0, 0.04]), info=info_of(video)),
        tmp_path / "film.mp4",
    )  # fmt: skip
    with VideoReader(tmp_path / "film.mp4") as reader:
        assert reader.info.width == LEAST_WIDTH
        image = next(reader.frames([0])).image[:720]
    assert image[:, :130].max() < 30
    assert image[400:700, 150:490].mean() > 80


def test_stopping_leaves_nothing(even: Path, tmp_path: Path) -> None:
    def stop(stage: str, share: float) -> None:
        assert stage == "copying"
        if share > 0.5:
            raise Cancelled("stop")

    told = answer(hot(8, 3, (1, 5)), np.arange(8.0) * STEP_S, info=info_of(even))
    with pytest.raises(Cancelled):
        write_film(even, told, tmp_path / "film.mp4", on_progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_one_sentence(even: Path, tmp_path: Path) -> None:
    told = answer(hot(8, 3, (1, 5)), np.arange(8.0) * STEP_S, info=info_of(even))
    with pytest.raises(FilmFailed, match="folder"):
        write_film(even, told, tmp_path / "missing" / "film.mp4")


def peak_bytes(video: Path, target: Path) -> int:
    """The most memory that Python and numpy held at once while the film was written."""
    original = info_of(video)
    told = answer(hot(5, 2, (3, 3)), np.linspace(0, original.duration_s, 5), info=original)
    tracemalloc.start()
    try:
        write_film(video, told, target)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def all_at_once(frames: Iterable[Frame], *given: Any, **named: Any) -> None:
    """What a careless writer would do."""
    write_video(list(frames), *given, **named)


@pytest.mark.parametrize("careless", [False, True])
def test_a_longer_film_needs_no_more_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, careless: bool
) -> None:
    if careless:
        monkeypatch.setattr(film, "write_video", all_at_once)
    short, longer = (make_video(tmp_path / f"{n}.mp4", frames=n) for n in (10, 40))
    more = peak_bytes(longer, tmp_path / "b.mp4") - peak_bytes(short, tmp_path / "a.mp4")
    one_frame = 640 * 600 * 3
    assert (more > 10 * one_frame) == careless
