"""A data folder with a tiny model, real videos in a list, and two ways to give a command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli.main import run
from app.settings import Settings, whole_environment
from model.learning.adapt import from_scratch
from model.learning.examples import Example
from model.weights import checkpoint
from tests.conftest import ROOT
from tests.model.learning.films import SPEC, draw_set


@dataclass(frozen=True, slots=True)
class Place:
    """`list` names `films`, `one` the first of them alone, and `val` the first two as the seed's
    validation list does."""

    folder: Path
    settings: Settings
    films: tuple[Example, ...]
    list: Path
    one: Path
    val: Path

    @property
    def tiny(self) -> Path:
        """The model of this machine that is called `tiny`."""
        return self.settings.models_dir / "tiny.safetensors"


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str


Give = Callable[..., Said]


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("programmer")
    settings = Settings(data_dir=folder / "data", engine="torch", min_free_bytes=0)
    settings.models_dir.mkdir(parents=True)
    films = draw_set(folder / "films", each=2)
    lists = (folder / f"{name}.txt" for name in ("list", "one", "val"))
    made = Place(folder, settings, films, *lists)
    named = [f"films/{film.path.name} {film.label}\n" for film in films]
    made.list.write_text("".join(named))
    made.one.write_text(named[0])
    made.val.write_text("".join(f"films/{f.path.stem} 20 {f.label}\n" for f in films[:2]))
    checkpoint.save(made.tiny, SPEC, from_scratch(SPEC, 0).network.state_dict())
    return made


def start(
    place: Place, *arguments: object, launcher: tuple[str, ...] = (sys.executable,)
) -> subprocess.Popen[str]:
    """The command as a process of its own."""
    return subprocess.Popen(
        [*launcher, "-m", "app", *map(str, arguments)],
        cwd=ROOT,
        env=whole_environment(place.settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> Said:
    out, err = process.communicate()
    return Said(process.returncode, out, err)


@pytest.fixture
def give(
    place: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Give]:
    """Gives a command inside this process, which saves the seconds that a new one starts in."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    before = dict(os.environ)
    for name, value in whole_environment(place.settings).items():
        monkeypatch.setenv(name, value)

    def command(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["app", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            run()
        said = capfd.readouterr()
        return Said(int(left.value.code or 0), said.out, said.err)

    yield command
    os.environ.clear()
    os.environ.update(before)
    for number, handler in handlers.items():
        signal.signal(number, handler)
