"""What the documents say of commands and settings is what the program has.

`test_every_command` runs all commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app.cli.documents import PARTS, commands_help, renewed, settings_table
from app.settings import PREFIX, Settings
from tests.app.cli.circumstances import commands
from tests.conftest import ROOT

DOCUMENTS = ("README.md", "app/cli/README.md", "app/server/README.md", "model/learning/README.md")
COMMANDS = commands()
TYPED = re.compile(r"(?:second-look|python -m app) ([a-z][^\n`]*)")


def shown() -> Iterator[str]:
    """What is typed after the program's name, in code blocks and code spans, by hand."""
    for name in DOCUMENTS:
        text = (ROOT / name).read_text(encoding="utf-8")
        by_hand = re.sub(r"<!-- (\w+): made by .*?<!-- end of \1 -->", "", text, flags=re.DOTALL)
        blocks = re.findall(r"^ *```\n(.*?)```|`([^`\n]+)`", by_hand, re.DOTALL | re.MULTILINE)
        for part in ("".join(pair) for pair in blocks):
            yield from (line for line in TYPED.findall(part) if not line.startswith("."))


SHOWN = sorted(set(shown()))


def command_of(line: str) -> str:
    words = line.replace("second-look ", "").split()  # the name of the image stands before it
    for count in (2, 1):
        name = " ".join(words[:count])
        if name in COMMANDS:
            return name
    pytest.fail(f"A document shows a command that there is not: {line}")


@pytest.mark.parametrize("name", PARTS)
def test_what_is_made_from_the_program_is_up_to_date(name: str) -> None:
    file, make = PARTS[name]
    text = (ROOT / file).read_text(encoding="utf-8")
    assert renewed(text, name, make()) == text, "run python -m app.cli.documents"


def test_a_stale_part_is_noticed() -> None:
    text = (ROOT / "app/cli/README.md").read_text(encoding="utf-8")
    stale = text.replace("--film <path>", "--movie <path>")
    assert stale != text
    assert renewed(stale, "help", commands_help()) == text


def test_a_document_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no marks for help"):
        renewed("# The command line", "help", "")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_of_every_command_is_there(name: str) -> None:
    assert f"### `{name}`\n\n```\nUsage: second-look {name} " in commands_help()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_a_meaning(name: str) -> None:
    row = next(row for row in settings_table().splitlines() if f"`{PREFIX}{name.upper()}`" in row)
    assert row.endswith(". |")


def test_something_is_shown() -> None:
    assert len(SHOWN) > 20


@pytest.mark.parametrize("line", SHOWN)
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
    assert {command_of(line) for line in SHOWN} == set(COMMANDS)
