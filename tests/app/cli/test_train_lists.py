"""`train` and `test` from folders of classes and lists with names."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from model.weights import checkpoint
from tests.app.cli.conftest import Give, Place


@pytest.fixture
def classes(place: Place, tmp_path: Path) -> Path:
    """A folder for each class, called other than in the model."""
    for film in place.films:
        folder = tmp_path / "classes" / ("going down" if film.label else "going across")
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(film.path, folder)
    return tmp_path / "classes"


def test_the_folders_become_the_classes(give: Give, classes: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    words = ("--work-dir", run, "--epochs", 1, "--device", "cpu")
    said = give("train", "tiny", "--data", classes, *words)
    assert said.code == 0, said.err
    first = "classes names 2 classes: going across, going down."
    assert said.err.startswith(first)
    labels = checkpoint.read_spec(run / "model.safetensors").labels
    assert labels == ("going across", "going down")
    weights = run / "model.safetensors"
    tested = give("test", "tiny", weights, "--data", classes, "--protocol", "val")
    assert tested.code == 0, tested.err
    assert tested.err.startswith(first)


def test_folders_that_the_model_knows_keep_its_classes(
    give: Give, place: Place, classes: Path, tmp_path: Path
) -> None:
    (classes / "going across").rename(classes / "Across")
    (classes / "going down").rename(classes / "down")
    run = tmp_path / "run"
    said = give("train", "tiny", "--data", classes, "--work-dir", run, "--epochs", 1)
    assert said.code == 0, said.err
    assert "classes names 2 classes: across, down." in said.err
    wanted = checkpoint.read_spec(place.tiny).labels
    assert checkpoint.read_spec(run / "model.safetensors").labels == wanted


def test_what_numbers_stand_for_is_said_first(give: Give, place: Place) -> None:
    said = give("test", "tiny", "tiny", "--data", place.list, "--protocol", "val")
    assert said.err.startswith("The numbers in list.txt count from 0: 0 is across, 1 is down.")
    shifted = place.folder / "shifted.txt"
    shifted.write_text("".join(f"films/{f.path.name} {f.label + 1}\n" for f in place.films))
    again = give(
        "test", "tiny", "tiny", "--data", shifted, "--protocol", "val", "--numbers-from", 1
    )
    assert again.out == said.out
    assert "shifted.txt count from 1: 1 is across, 2 is down." in again.err


def test_names_that_are_unknown_are_one_line(give: Give, place: Place, classes: Path) -> None:
    said = give("test", "tiny", "tiny", "--data", classes)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "2 of the 2 class names" in said.err
    labels = place.folder / "labels.txt"
    labels.write_text("\n".join(checkpoint.read_spec(place.tiny).labels) + "\n")
    run = classes.parent / "run"
    words = ("train", "tiny", "--data", classes, "--work-dir", run, "--labels", labels)
    said = give(*words)
    assert (said.code, said.err.count("\n")) == (2, 1)
