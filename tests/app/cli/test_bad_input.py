"""Every mistake in a `train` or `test` command is one sentence and exit code 2; nothing starts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from model.learning.adapt import from_scratch
from model.learning.runfiles import STATE
from model.weights import checkpoint
from tests.app.cli.conftest import Give, Place, Said, ended, start
from tests.model.learning.films import SPEC
from tests.storage.full_disk import fill_up, no_file_larger_than, small_disk

Mistake = Callable[[Place, Path], dict[str, object]]


def listed(place: Place, tmp_path: Path, text: str) -> dict[str, object]:
    (tmp_path / "bad.txt").write_text(place.list.read_text() + text)
    return {"--data": tmp_path / "bad.txt", "--data-prefix": place.folder}


def broken_video(place: Place, tmp_path: Path) -> dict[str, object]:
    (tmp_path / "broken.mp4").write_bytes(place.films[0].path.read_bytes()[:300])
    return listed(place, tmp_path, f"{tmp_path / 'broken.mp4'} 0\n")


def other_architecture(_: Place, tmp_path: Path) -> dict[str, object]:
    path, spec = tmp_path / "other.safetensors", replace(SPEC, arch="ipcsn-r26")
    checkpoint.save(path, spec, from_scratch(spec, 0).network.state_dict())
    return {"checkpoint": path}


MISTAKES: dict[str, Mistake] = {
    r"The list .*none\.txt cannot be read": lambda _, tmp: {"--data": tmp / "none.txt"},
    r"Line 5 of bad\.txt should be": lambda p, tmp: listed(p, tmp, "no label here\n"),
    r"1 of the 5 videos in bad\.txt are not there: gone\.mp4": lambda p, tmp: listed(
        p, tmp, "gone.mp4 0\n"
    ),
    r"broken\.mp4 \(": broken_video,
    r"classes 0 to 2, but the list gives others: across 0\.mp4 \(3\)": lambda p, tmp: listed(
        p, tmp, "films/across 0.mp4 3\n"
    ),
    r"ipcsn-r26 \(width 10\), but .* ircsn-r26 \(width 10\)": other_architecture,
    r"no model called gone here|gone\.safetensors": lambda _, tmp: {
        "checkpoint": tmp / "gone.safetensors"
    },
    r"No published model is called 'tinny'.* `python -m app models list`": lambda *_: {
        "config": "tinny"
    },
}


def command(place: Place, kind: str, tmp_path: Path, changed: dict[str, object]) -> list[object]:
    given: dict[str, object] = {"config": "tiny", "--data": place.list} | changed
    config, weights = given.pop("config"), given.pop("checkpoint", "tiny")
    if kind == "train":
        given |= {"--load-from": weights, "--work-dir": tmp_path / "run", "--epochs": 1}
        positional = [config]
    else:
        given |= {"--out": tmp_path / "result.json"}
        positional = [config, weights]
    return [kind, *positional, *(word for pair in given.items() for word in pair)]


def refused(said: Said) -> str:
    """The one line that was said."""
    assert said.code == 2, said.err
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize("kind", ["train", "test"])
@pytest.mark.parametrize("says", MISTAKES)
def test_it_is_told_before_anything_starts(
    give: Give, place: Place, tmp_path: Path, kind: str, says: str
) -> None:
    changed = MISTAKES[says](place, tmp_path)
    before = set(tmp_path.rglob("*"))
    said = refused(give(*command(place, kind, tmp_path, changed)))
    assert re.search(says, said), said
    assert set(tmp_path.rglob("*")) == before


def test_as_a_process_of_its_own(place: Place, tmp_path: Path) -> None:
    words = command(place, "train", tmp_path, {"--data": tmp_path / "none.txt"})
    assert "cannot be read" in refused(ended(start(place, *words)))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--num-classes", 1), "classes 0 to 0"),
        (("--labels", "LABELS"), "classes 0 to 0"),
        (("--labels", "LABELS", "--num-classes", 4), "names 1 classes, not 4"),
        (("--labels", "none.txt"), "none.txt cannot be read"),
    ],
)
def test_labels_that_do_not_fit(
    give: Give, place: Place, tmp_path: Path, options: tuple[object, ...], says: str
) -> None:
    (tmp_path / "labels.txt").write_text("across\n")
    words = [tmp_path / "labels.txt" if word == "LABELS" else word for word in options]
    assert says in refused(give(*command(place, "train", tmp_path, {}), *words))


def test_a_folder_that_holds_another_run(give: Give, place: Place, tmp_path: Path) -> None:
    words = command(place, "train", tmp_path, {"--device": "cpu"})
    assert give(*words).code == 0
    state = (tmp_path / "run" / STATE).read_bytes()
    assert "already holds a run" in refused(give(*words))
    assert "another seed" in give(*words, "--resume", "--seed", 5).err
    assert (tmp_path / "run" / STATE).read_bytes() == state
    assert give(*words, "--resume").code == 0


def test_a_disk_that_is_too_full(give: Give, place: Place, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kilobytes=4096) as disk:
        ballast = fill_up(disk, leave=1_000_000)
        words = command(place, "train", disk, {"--device": "cpu"})
        assert "MB are needed" in refused(give(*words))
        assert not (disk / "run").exists()
        ballast.unlink()
        assert give(*words).code == 0


def test_a_disk_that_becomes_full(give: Give, place: Place, tmp_path: Path) -> None:
    words = command(place, "train", tmp_path, {"--device": "cpu"})
    with no_file_larger_than(100_000):
        said = give(*words)
    assert said.code == 2
    assert "Free some space" in said.err.splitlines()[-1]
    assert not (tmp_path / "run" / "model.safetensors").exists()
    assert give(*words, "--resume").code == 0
