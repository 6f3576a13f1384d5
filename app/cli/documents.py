"""The parts of documents that are made from the program, so that they say what it does.

`python -m app.cli.documents` writes them anew; a test fails while one is stale. Each part stands
between two marks in a file whose other lines are written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer.main
from pydantic.fields import FieldInfo

from app.cli.main import app
from app.settings import PREFIX, PROJECT, Settings

WIDTH = 100
PROGRAM = "second-look"


def commands_help() -> str:
    """What `--help` says of every command, a heading and a block each."""
    blocks = [
        f"### `{name}`\n\n```\n{text}\n```"
        for name, text in _help_of(PROGRAM, typer.main.get_command(app))
    ]
    return "\n\n".join(blocks)


def settings_table() -> str:
    """A row for each setting: its variable, its default and what it means."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join(["| variable | default | what it sets |", "|---|---|---|", *rows])


PARTS: Mapping[str, tuple[str, Callable[[], str]]] = {
    "help": ("app/cli/README.md", commands_help),
    "settings": ("app/server/README.md", settings_table),
}
"""By the name in the marks: the file, from the project's folder, and what makes the part."""


def renewed(text: str, name: str, part: str) -> str:
    """`text` with the part called `name` replaced. Raises `ValueError` if it has no such part."""
    begin, end = f"<!-- {name}: made by app/cli/documents.py -->", f"<!-- end of {name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"There are no marks for {name}: {begin} and {end}")
    return f"{before}{begin}\n\n{part}\n\n{end}{after}"


def write_all(project: Path = PROJECT) -> None:
    """Writes every part into its file."""
    for name, (file, make) in PARTS.items():
        path = project / file
        path.write_text(renewed(path.read_text("utf-8"), name, make()), "utf-8")


def _help_of(word: str, command: Any, parent: Any = None) -> Iterator[tuple[str, str]]:
    """Name as typed and help text of each command below `command`, groups left out."""
    width: dict[str, Any] = {"terminal_width": WIDTH, "max_content_width": WIDTH}
    context = command.make_context(word, [], parent=parent, resilient_parsing=True, **width)
    if not hasattr(command, "list_commands"):
        yield context.command_path.removeprefix(f"{PROGRAM} "), _text_of(command, context)
        return
    for inner in command.list_commands(context):
        yield from _help_of(inner, command.get_command(context, inner), context)


def _text_of(command: Any, context: Any) -> str:
    text = command.get_help(context)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _row(name: str, field: FieldInfo) -> str:
    meaning = " ".join((field.description or "").split())
    return f"| `{PREFIX}{name.upper()}` | {_default_of(field)} | {meaning} |"


def _default_of(field: FieldInfo) -> str:
    """As it is typed; nothing where it is computed, empty, or none at all."""
    if field.default_factory is not None or field.default in (None, "", ()):
        return ""
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    if hasattr(field.default, "human_readable"):
        return f"`{re.sub(r'[.]0(?=[A-Z])', '', field.default.human_readable())}`"
    if isinstance(field.default, float):
        return f"`{field.default:g}`"
    return f"`{field.default}`"


if __name__ == "__main__":
    write_all()
