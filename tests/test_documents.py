"""Every link of a document leads somewhere, and every file that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROOMS = ("app", "model", "storage", "static", "tests", "benchmarks")
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(file for room in ROOMS for file in (ROOT / room).rglob("*.md"))]
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(rf"`((?:{'|'.join(ROOMS)})/[\w./-]+\.\w+)`")
ELSEWHERE = ("https://", "http://")


def anchors(file: Path) -> set[str]:
    """What can stand behind `#`, as GitHub makes it of the headings."""
    heads = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def faults(file: Path, text: str) -> list[str]:
    """Links and names in `text`, the text of `file`, that lead nowhere."""
    lost = [name for name in NAMED.findall(text) if not (ROOT / name).exists()]
    for link in LINK.findall(text):
        path, _, anchor = link.partition("#")
        target = file.parent / path if path else file
        if link.startswith(ELSEWHERE):
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    return lost


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_and_names_lead_somewhere(file: Path) -> None:
    assert faults(file, file.read_text(encoding="utf-8")) == []


def test_a_dead_link_is_noticed() -> None:
    text = "[a](nowhere.md), [b](README.md#nowhere), [c](README.md#licence), `app/nowhere.py`"
    assert faults(ROOT / "x.md", text) == ["app/nowhere.py", "nowhere.md", "README.md#nowhere"]


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 90
