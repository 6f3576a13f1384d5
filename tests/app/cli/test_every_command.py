"""Bad input and bad circumstances end every command with one line and exit code 2.

The commands are asked of the program itself, so that a new one cannot be forgotten.
"""

from __future__ import annotations

import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from app.cli import exit_codes as ending
from app.settings import whole_environment
from model.learning.adapt import from_scratch
from model.weights.csn_names import to_mmaction2
from storage.engine import sqlite
from tests.app.cli.circumstances import (
    Words,
    commands,
    examples,
    line,
    with_value,
    without_overrides,
)
from tests.app.cli.conftest import Give, Place, Said
from tests.conftest import ROOT, DataAt
from tests.model.learning.films import SPEC
from tests.storage.full_disk import fill_up, small_disk

COMMANDS = commands()
ENDLESS = ("serve", "worker")  # they run until they are stopped
NO_FILES = ("train", "test", "distill")  # they only read models from the data folder
MODELS = ("model", "config", "checkpoint", "teacher", "student", "load_from", "name")
PROGRESS = re.compile(r" *\d+%|epoch \d|[\d.]+( of [\d.]+)? MB$|Note: |.* of its output lost")
CHATTY = re.compile(r"The training begins|There is nothing to validate|Nothing shows whether")


def takes(name: str, parameter: str) -> bool:
    return parameter in {one.name for one in COMMANDS[name].params}


def is_path(parameter: Any) -> bool:
    return "Path" in str(parameter.type_descriptor.annotation)


@pytest.fixture(scope="module", autouse=True)
def made(place: Place) -> None:
    """What the examples name and `place` does not have."""
    (place.folder / "labels.txt").write_text("\n".join(SPEC.labels) + "\n")
    pictures = place.folder / "pictures"
    pictures.mkdir(exist_ok=True)
    Image.fromarray(np.full((64, 64, 3), 90, np.uint8)).save(pictures / "grey.png")
    state = to_mmaction2(from_scratch(SPEC, 0).network.state_dict())
    torch.save({"state_dict": state}, place.folder / "theirs.pth")


@pytest.fixture(autouse=True)
def own_world(give: Give, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is in the data folder, there is no graphics card, and nobody waits a minute for
    a database that is not given back."""
    del give  # which says where the database is
    for variable in ("SECOND_LOOK_DATABASE_URL", "SECOND_LOOK_MEDIA_URL"):
        monkeypatch.delenv(variable)
    monkeypatch.setattr(sqlite, "MIGRATION_WAIT_S", 0.1)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")


def refused(said: Said) -> str:
    """The one line that was said; progress may stand before it."""
    assert "Traceback" not in said.err, said.err
    assert said.code == 2, (said.code, said.out, said.err)
    told = re.split(r"[\r\n]+", said.err.strip())
    lines = [one for one in told if not (PROGRESS.match(one) or CHATTY.match(one))]
    assert len(lines) == 1, said.err
    return lines[0]


def ended_well(said: Said) -> None:
    """It worked, or it was refused."""
    if said.code != 0:
        refused(said)


def test_every_command_has_an_example(place: Place, tmp_path: Path) -> None:
    known = examples(place, tmp_path)
    assert set(known) == set(COMMANDS)
    for name, command in COMMANDS.items():
        parameters = {parameter.name for parameter in command.params}
        assert set(known[name]) <= parameters
        paths = {p.name for p in command.params if is_path(p)} - {"data_dir"}
        assert paths <= set(known[name]), f"{name} takes {paths}, and each needs an example"


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - set(ENDLESS)))
def test_the_example_works(
    give: Give,
    place: Place,
    tmp_path: Path,
    data_at: DataAt,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """The positive control: what follows fails because of what is changed, and of that only."""
    if name == "check":  # which looks at six seconds with the default
        data_at(tmp_path / "data")
        monkeypatch.setenv("SECOND_LOOK_ENGINE", "openvino")
    said = give(*line(name, examples(place, tmp_path)[name], **elsewhere(place, tmp_path)))
    if name == "finetune":
        assert "Nobody has confirmed" in refused(said)
    else:
        assert said.code == 0, said.err


def elsewhere(place: Place, tmp_path: Path) -> dict[str, Words]:
    """A data folder of the test's own, with the tiny model."""
    folder = tmp_path / "data"
    (folder / "models").mkdir(parents=True, exist_ok=True)
    shutil.copy(place.tiny, folder / "models")
    return {"data_dir": ["--data-dir", folder]}


Damage = Callable[[Path], object]


def a_folder(path: Path) -> Path:
    path.mkdir()
    return path


def a_file(path: Path) -> Path:
    path.write_text("Dear friends, this is a letter.\n")
    return path


def inside_a_file(path: Path) -> Path:
    return a_file(path) / "inside"


def nothing(path: Path) -> Path:
    return path


def locked_file(path: Path) -> Path:
    a_file(path).chmod(0)
    return path


def locked_folder(path: Path) -> Path:
    path.mkdir(mode=0o555)
    return path / "inside"


def no_text(path: Path) -> Path:
    path.write_bytes(bytes(range(256)) * 20)
    return path


def too_long(path: Path) -> Path:
    return path.with_name("long" * 100)


DAMAGES = (
    a_folder, a_file, inside_a_file, nothing, locked_file, locked_folder, no_text, too_long,
)  # fmt: skip
FILES = [
    (name, parameter.name)
    for name, command in sorted(COMMANDS.items())
    for parameter in command.params
    if name not in ENDLESS
    and (is_path(parameter) or (parameter.name in MODELS and name not in ("users add", "finetune")))
    and parameter.name != "data_dir"
]


@pytest.mark.parametrize(("name", "parameter"), FILES)
def test_a_path_that_is_something_else(
    give: Give, place: Place, tmp_path: Path, name: str, parameter: str
) -> None:
    words = examples(place, tmp_path)[name]
    given = words.get(parameter, [f"--{parameter}", ""])
    keep = elsewhere(place, tmp_path)
    for damage in DAMAGES:
        path = damage(tmp_path / f"{damage.__name__}{suffix(given)}")
        with without_overrides():
            said = give(*line(name, words, **{parameter: with_value(given, path)}, **keep))
        ended_well(said)
        for run in ("run", "film.mp4", "arrays.npz", "moments.csv"):
            shutil.rmtree(tmp_path / run, ignore_errors=True)


def suffix(words: Words) -> str:
    """Of the right path, so that only what is there is wrong."""
    return Path(str(words[-1])).suffix


@pytest.mark.parametrize("name", sorted(COMMANDS))
@pytest.mark.parametrize("damage", [a_file, inside_a_file, locked_folder, too_long])
def test_a_data_folder_that_cannot_be_used(
    give: Give, place: Place, tmp_path: Path, name: str, damage: Damage
) -> None:
    words = examples(place, tmp_path)[name]
    with without_overrides():
        said = give(*line(name, words, data_dir=["--data-dir", damage(tmp_path / "data")]))
    refused(said)


@contextmanager
def broken(file: Path) -> Iterator[None]:
    file.write_bytes(b"this is no database" * 500)
    yield


@contextmanager
def a_folder_instead(file: Path) -> Iterator[None]:
    file.mkdir()
    yield


@contextmanager
def in_use(file: Path) -> Iterator[None]:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN EXCLUSIVE")
    yield
    connection.close()


@contextmanager
def from_the_future(file: Path) -> Iterator[None]:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    connection.close()
    yield


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {*NO_FILES, "users add"}))
@pytest.mark.parametrize("fault", [broken, a_folder_instead, in_use, from_the_future])
def test_a_database_that_cannot_be_used(
    give: Give, place: Place, tmp_path: Path, name: str, fault: Callable[[Path], Any]
) -> None:
    keep = elsewhere(place, tmp_path)
    with fault(tmp_path / "data" / "second-look.sqlite3"):
        refused(give(*line(name, examples(place, tmp_path)[name], **keep)))


@pytest.mark.parametrize("name", [name for name in COMMANDS if takes(name, "device")])
def test_a_device_that_is_not_there(give: Give, place: Place, tmp_path: Path, name: str) -> None:
    words = examples(place, tmp_path)[name]
    said = refused(give(*line(name, words, device=["--device", "cuda"])))
    assert said.startswith("No graphics card can be used here")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_full_disk(give: Give, place: Place, tmp_path: Path, name: str) -> None:
    """Both what is kept and what is written would go there."""
    with small_disk(tmp_path / "disk", kilobytes=2048) as disk:
        keep = elsewhere(place, disk)
        fill_up(disk, leave=0)
        before = {path for path in disk.rglob("*") if path.is_file()}
        said = refused(give(*line(name, examples(place, disk)[name], **keep)))
        assert re.search("free some space|make some room", said, re.IGNORECASE), said
        left = {path for path in disk.rglob("*") if path.is_file()} - before
        assert not [path for path in left if not path.name.startswith("second-look.sqlite3")]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["predict"], "Missing argument"),
        (["predict", "a.mp4", "--engine", "abacus"], "Invalid value for '--engine'"),
        (["predict", "a.mp4", "--pixles", "3"], "No such option: --pixles"),
        (["portray"], "No such command 'portray'"),
        (["models", "portray"], "No such command 'portray'"),
        (["train", "tiny", "--epochs", "many"], "Invalid value for '--epochs'"),
    ],
)
def test_words_that_are_wrong_are_one_line_too(give: Give, words: Words, says: str) -> None:
    said = refused(give(*words))
    assert says in said
    assert said.endswith("--help")


def test_no_words_at_all_print_the_help(give: Give) -> None:
    said = give()
    assert said.code == 2
    assert "predict" in said.err


def shell(place: Place, command: str) -> subprocess.CompletedProcess[str]:
    environment = whole_environment(place.settings)
    command = command.replace("APP", f"{sys.executable} -m app")
    return subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def test_a_port_that_is_taken(place: Place) -> None:
    """In a process of its own: Gradio looks only once where its folder is."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = shell(place, f"APP serve --port {port}")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"127.0.0.1:{port} cannot be used" in done.stderr


def test_output_that_finds_no_room(place: Place) -> None:
    done = shell(place, "APP models list > /dev/full")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "The disk is full" in done.stderr


def test_output_that_nobody_reads(place: Place) -> None:
    done = shell(place, "APP models list | true")
    assert done.stderr == ""


def test_without_the_mend_there_is_a_traceback(
    give: Give, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The positive control of this file."""
    words = examples(place, tmp_path)["models list"]
    monkeypatch.setattr(ending, "sentence_about", _raise)
    with pytest.raises(NotADirectoryError):
        give(*line("models list", words, data_dir=["--data-dir", inside_a_file(tmp_path / "x")]))
    monkeypatch.setattr("app.workflow.programmers.training.check_device", lambda _: None)
    monkeypatch.setattr("model.learning.processes.check_device", lambda _: None)
    words = examples(place, tmp_path)["train"]
    with pytest.raises((RuntimeError, AssertionError), match=r"NVIDIA|CUDA"):
        give(*line("train", words, device=["--device", "cuda"]))


def _raise(error: OSError) -> str:
    raise error
