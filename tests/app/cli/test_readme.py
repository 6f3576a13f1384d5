"""The commands of the README exist, with these words; `test_every_command` runs them all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.app.cli.circumstances import commands
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = commands()
ALTERNATIVES = re.compile(r"\b[\w-]+(\\\|[\w-]+)+")


def shown() -> list[str]:
    """What stands in the table of commands and in the code blocks, after `python -m app`."""
    table = re.findall(r"^\| (`[^|]*(?:\\\|[^|]*)*) \|", README, re.MULTILINE)
    cells = [code for row in table for code in re.findall(r"`([^`]+)`", row)]
    typed = re.findall(r"python -m app ([a-z][^\n`]*)", README)
    return [one for cell in (*cells, *typed) for one in spread(cell)]


def spread(line: str) -> Iterator[str]:
    """`models list\\|download` is two commands; alternatives of values stay as they are."""
    head, space, rest = line.partition(" ")
    found = ALTERNATIVES.match(rest)
    if found is None or head not in ("models", "users"):
        yield line
        return
    for word in found.group().split("\\|"):
        yield f"{head} {word}{rest[found.end() :]}" if space else head


def command_of(line: str) -> str:
    words = line.split()
    for count in (2, 1):
        name = " ".join(words[:count])
        if name in COMMANDS:
            return name
    pytest.fail(f"The README shows a command that there is not: {line}")


def test_something_is_shown() -> None:
    assert len(shown()) > 20


@pytest.mark.parametrize("line", sorted(set(shown())))
def test_the_options_exist(line: str) -> None:
    command = COMMANDS[command_of(line)]
    known = {
        word
        for parameter in command.params
        for word in (*parameter.opts, *parameter.secondary_opts)
    }
    asked = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", line)) - {"--help", "--nproc-per-node"}
    assert asked <= known | {"--data-dir"}, f"{line} names options that there are not"


def test_every_command_is_shown() -> None:
    assert {command_of(line) for line in shown()} == set(COMMANDS)
