"""The Dockerfile, line by line. It cannot be built where the tests run, so each line is tried."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from app.server.port import take_port
from app.settings import PREFIX, Settings
from tests.conftest import ROOT
from tests.serving import site


@dataclass(frozen=True)
class Line:
    """One instruction; `rest` is everything after its word."""

    word: str
    rest: str


def read(text: str) -> list[Line]:
    """The instructions of a Dockerfile, with continued lines joined and comments left out."""
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", kept)
    pairs = (line.partition(" ") for line in joined.splitlines() if line.strip())
    return [Line(word, rest.strip()) for word, _, rest in pairs]


LINES = read((ROOT / "Dockerfile").read_text("utf-8"))
IGNORED = [
    line
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def all_of(word: str) -> list[str]:
    return [line.rest for line in LINES if line.word == word]


def only(word: str) -> str:
    (rest,) = all_of(word)
    return rest


def variables() -> dict[str, str]:
    return dict(pair.split("=", 1) for rest in all_of("ENV") for pair in shlex.split(rest))


def copied() -> list[str]:
    return [source for rest in all_of("COPY") for source in rest.split()[:-1]]


def goes_into_the_build(path: str) -> bool:
    """What .dockerignore says of `path`: the last rule that fits it wins."""
    kept = True
    for rule in IGNORED:
        pattern = rule.removeprefix("!").removeprefix("**/")
        if fnmatch(path, pattern) or any(fnmatch(part, pattern) for part in Path(path).parts):
            kept = rule.startswith("!")
    return kept


def test_only_known_words_in_a_sensible_order() -> None:
    words = [line.word for line in LINES]
    assert words[0] == "FROM"
    assert set(words) <= {
        "FROM", "ARG", "ENV", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "EXPOSE",
        "HEALTHCHECK", "ENTRYPOINT", "CMD",
    }  # fmt: skip
    assert words.index("USER") < words.index("VOLUME") < words.index("ENTRYPOINT")
    assert re.fullmatch(r"python:3\.11-slim-[a-z]+", only("FROM"))


def test_one_build_argument_chooses_the_torch() -> None:
    assert only("ARG") == "TORCH_INDEX=https://download.pytorch.org/whl/cpu"
    chosen = re.search(r"\$\((grep[^)]*\)==' requirements\.txt)\)", all_of("RUN")[0])
    assert chosen
    picked = subprocess.run(
        ["sh", "-c", chosen[1]], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert picked.stdout.split() == ["torch==2.14.1", "torchvision==0.29.1"]


@pytest.mark.parametrize("command", all_of("RUN"))
def test_commands_are_shell_and_stop_at_a_failure(command: str) -> None:
    subprocess.run(["sh", "-n", "-c", command], check=True)
    assert ";" not in command
    assert "sudo" not in command
    assert "apt-get" not in command  # needs no more than Python's image brings


def test_it_does_not_run_as_root() -> None:
    user = only("USER")
    made = [
        command
        for command in all_of("RUN")
        if f"useradd --uid 10001 --create-home {user}" in command
    ]
    assert len(made) == 1
    assert user not in ("root", "0")
    assert f"--owner={user}" in made[0]


def test_the_volume_is_the_data_folder() -> None:
    assert only("VOLUME") == variables()["SECOND_LOOK_DATA_DIR"] == "/data"
    assert any(command.endswith("/data") for command in all_of("RUN"))


def test_settings_exist_and_ask_for_a_login() -> None:
    given = {name: value for name, value in variables().items() if name.startswith(PREFIX)}
    values: dict[str, Any] = {n.removeprefix(PREFIX).lower(): v for n, v in given.items()}
    settings = Settings(**values)
    assert not settings.is_local
    assert settings.users_file == Path("/data/users")
    assert only("EXPOSE") == str(settings.port)


@pytest.mark.parametrize("source", copied())
def test_what_is_copied_is_there(source: str) -> None:
    assert (ROOT / source).exists()
    assert goes_into_the_build(source)


@pytest.mark.parametrize(
    "path", [".venv", ".git", "data", "tests", "app/__pycache__", "model/video/__pycache__/a.pyc"]
)
def test_what_need_not_go_into_the_build_stays_out(path: str) -> None:
    assert not goes_into_the_build(path)


def test_what_is_copied_is_enough_to_start(tmp_path: Path) -> None:
    for source in copied():
        if (ROOT / source).is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / source, tmp_path / source, ignore=ignore)
        else:
            shutil.copy(ROOT / source, tmp_path / source)
    start = json.loads(only("ENTRYPOINT")) + json.loads(only("CMD"))
    assert start[0] == "python"
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    environment |= {"SECOND_LOOK_HOST": "0.0.0.0", "SECOND_LOOK_DATA_DIR": str(tmp_path / "data")}
    started = subprocess.run(
        [sys.executable, *start[1:]], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    # Nobody can log in yet: it says so, which is as far as it gets without a file of people.
    assert started.returncode == 2, started.stderr
    assert "SECOND_LOOK_USERS_FILE" in started.stderr


def check_health(port: int) -> int:
    command = json.loads(only("HEALTHCHECK").partition("CMD ")[2])
    assert command[0] == "python"
    program = [part.replace(":7860", f":{port}") for part in command[1:]]
    return subprocess.run([sys.executable, *program], capture_output=True).returncode


def test_the_health_check_sees_a_server(settings: Settings) -> None:
    with site(settings) as running:
        assert check_health(int(running.url.rpartition(":")[2])) == 0


def test_the_health_check_misses_a_server() -> None:
    with take_port("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    assert check_health(port) != 0
