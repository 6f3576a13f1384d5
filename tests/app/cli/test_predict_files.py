"""`predict` writes the film, the table and the arrays of one video."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.video.reader import VideoReader
from tests.app.cli.conftest import Give, Place


def test_all_three_are_written(give: Give, place: Place, tmp_path: Path) -> None:
    video, labels = place.films[0].path, ("across", "down")
    film, table, arrays = tmp_path / "a.mp4", tmp_path / "a.csv", tmp_path / "a.npz"
    said = give(
        "predict", video, "--model", "tiny", "--top", 1, "--label", labels[1],
        "--film", film, "--csv", table, "--arrays", arrays,
    )  # fmt: skip
    assert said.code == 0, said.err
    with np.load(arrays, allow_pickle=False) as stored:
        assert labels[1] in stored["labels"]
        moments = len(stored["seconds"])
    assert len(table.read_bytes().splitlines()) == moments + 1
    with VideoReader(video) as original, VideoReader(film) as painted:
        assert painted.info.frames == original.info.frames
    assert sorted(tmp_path.iterdir()) == sorted([film, table, arrays])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--film", "FOLDER/a.mp4", "--label", "acros"), "Did you mean across?"),
        (("--film", "FOLDER/none/a.mp4"), "a folder that is there"),
        (("--csv", "FOLDER/a", "--arrays", "FOLDER/a"), "a name of its own"),
        (("--film", "VIDEO"), "a name of its own"),
        (("--film", "FOLDER/a.mp4", "OTHER"), "name only one"),
        (("--arrays", "FOLDER/a.npz", "OTHER"), "name only one"),
        (("--csv", "OTHER", "OTHER"), "a name of its own"),
        (("--csv", "FOLDER/none/a.csv", "OTHER"), "a folder that is there"),
    ],
)
def test_mistakes_are_told_before_anything_starts(
    give: Give, place: Place, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    video = place.films[0].path
    before = video.read_bytes()
    named = {"FOLDER": tmp_path, "VIDEO": video, "OTHER": place.films[1].path}
    given = list(words)
    for word, path in named.items():
        given = [one.replace(word, str(path)) for one in given]
    said = give("predict", video, "--model", "tiny", *given)
    assert said.code == 2
    assert says in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []
    assert video.read_bytes() == before
