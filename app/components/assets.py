"""The files of `static/` for `gr.HTML`: style sheets as text, and one line that loads a module.

A component's JavaScript is an ES module that exports `mount`. It is served under an address that
holds the version of all modules together, so that no browser ever mixes old files with new ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "static"
EMPTY = '<div class="sl-root"></div>'  # the modules build everything inside it
SCRIPTS_PATH = "/scripts"  # not /static, which is Gradio's
GIVEN = "{ element, props, watch, trigger, server, upload }"  # what Gradio hands to `js_on_load`
INLINED = "doors"  # the pages of this folder carry their script with them


@dataclass(frozen=True, slots=True)
class Modules:
    """All modules as they were when this process read them.

    `texts` holds UTF-8 by the path below `static/`, with `/` between its parts; `version` is 16
    hexadecimal digits of a hash over all of it.
    """

    version: str
    texts: Mapping[str, bytes]


@cache
def modules() -> Modules:
    """The modules of this process. Read once: what is served must be what its version says."""
    return read_modules(STATIC)


def read_modules(folder: Path) -> Modules:
    """The modules below `folder`, without tests and without what pages carry inline."""
    files = sorted(folder.rglob("*.js"))
    paths = {file.relative_to(folder).as_posix(): file for file in files if _is_served(file)}
    texts = {path: file.read_bytes() for path, file in paths.items()}
    digest = hashlib.sha256()
    for path, text in texts.items():
        digest.update(f"{path} {len(text)} ".encode() + text)
    return Modules(digest.hexdigest()[:16], texts)


def mounted(module: str, *events: str) -> str:
    """The `js_on_load` of a component: loads `module`, a file of `static/`, and mounts it.

    `events` are those that the module fires. They stand in a comment: Gradio gives a component a
    listener for each name that it finds in quotes here. Raises `KeyError` if there is no such
    module.
    """
    known = modules()
    known.texts[module]
    # With the page's own origin: a tab that showed another server before may resolve a path
    # against that one, since browsers keep compiled functions by their text.
    path = f"{SCRIPTS_PATH}/{known.version}/{module}"
    line = f"import(location.origin + '{path}').then((m) => m.mount({GIVEN}))"
    return f"{line} // fires {', '.join(map(repr, events))}" if events else line


def stylesheet(*files: str) -> str:
    """Joins CSS files of `static/`. Gradio nests the rules under the component's own id."""
    return "\n".join(_read(file) for file in files)


def _is_served(file: Path) -> bool:
    return not file.name.endswith(".test.js") and file.parent.name != INLINED


def _read(file: str) -> str:
    return (STATIC / file).read_text(encoding="utf-8")
