"""Rules for everything in `static/` that no browser test can see broken at once."""

from __future__ import annotations

import importlib
import pkgutil
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from app import components
from app.components.adding import batches, uploads
from app.components.assets import STATIC, modules, mounted, read_modules, stylesheet
from app.components.guide import guide
from app.components.models import shelf
from app.components.progress import progress
from app.components.recorder import recorder
from app.components.teaching import version_list
from tests.conftest import ROOT
from tests.serving import in_a_loop

PYTHON = [
    importlib.import_module(f"{components.__name__}.{module.name}")
    for module in pkgutil.iter_modules(components.__path__)
]
COMPONENTS = [module for module in PYTHON if hasattr(module, "STYLES")]
SCRIPTS = sorted(file for file in STATIC.rglob("*.js") if not file.name.endswith(".test.js"))
STYLES = sorted(STATIC.rglob("*.css"))

MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(")
ELSEWHERE = re.compile(
    r"https?://(?!www\.w3\.org/2000/svg)|@import\s+(?:url|['\"])|\bimport\(|sendBeacon"
)
IMPORTED = re.compile(r"^(?:import|\}) .*?'(\.[^']+)';$", re.MULTILINE)
MOUNTED = re.compile(r'mounted\(f?"([^"]+)"')
ENTRIES = sorted(  # what Python names, with `{name}` for one of several in a folder
    entry
    for file in (ROOT / "app/components").glob("*.py")
    for entry in MOUNTED.findall(file.read_text(encoding="utf-8"))
)


def imports(path: str, texts: Mapping[str, bytes]) -> list[str]:
    """What the module at `path` imports, as paths below `static/`."""
    found = IMPORTED.findall(texts[path].decode())
    return [posixpath.normpath(posixpath.join(posixpath.dirname(path), one)) for one in found]


def reached(entries: Iterable[str], texts: Mapping[str, bytes]) -> set[str]:
    """All modules that are loaded with one of `entries`."""
    seen: set[str] = set()
    waiting = list(entries)
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += imports(path, texts)
    return seen


def mounting() -> list[str]:
    return [path for path, text in modules().texts.items() if b"\nexport function mount(" in text]


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_no_script_parses_markup_or_calls_elsewhere(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert MARKUP.search(text) is None
    assert ELSEWHERE.search(text) is None


def test_the_rule_would_notice() -> None:
    assert MARKUP.search("node.innerHTML = label")
    assert ELSEWHERE.search("fetch('https://example.org')")
    assert ELSEWHERE.search("@import url(a.css)")
    assert ELSEWHERE.search("@import 'a.css'")


@pytest.mark.parametrize("module", COMPONENTS, ids=lambda module: module.__name__)
def test_styles_survive_gradios_templates(module: Any) -> None:
    # css_template is filled in as a Handlebars template and then as a JavaScript string.
    css = stylesheet(*module.STYLES)
    for special in ("${", "`", "{{", "\\", "@keyframes"):
        assert special not in css
    assert css.count("{") == css.count("}")


@pytest.mark.parametrize("path", sorted(modules().texts))
def test_every_module_imports_what_is_there(path: str) -> None:
    assert [one for one in imports(path, modules().texts) if one not in modules().texts] == []


def test_python_names_every_module_that_mounts() -> None:
    fits = [re.compile(re.sub(r"\\\{.*?\\\}", r"\\w+", re.escape(entry))) for entry in ENTRIES]
    unnamed = [path for path in mounting() if not any(fit.fullmatch(path) for fit in fits)]
    assert unnamed == []
    assert {"viewer/viewer.js", "models/getting.js"} <= set(mounting())


def test_no_module_is_left_out() -> None:
    assert set(modules().texts) - reached(mounting(), modules().texts) == set()


def test_a_left_out_module_would_be_noticed() -> None:
    texts = {
        "a/a.js": b"import { b } from '../b/b.js';\nimport {\n  c,\n} from './c.js';\n",
        "b/b.js": b"",
        "a/c.js": b"",
        "a/d.js": b"",
    }
    assert reached(["a/a.js"], texts) == {"a/a.js", "b/b.js", "a/c.js"}


def test_the_line_loads_and_mounts() -> None:
    line = mounted("viewer/viewer.js")
    assert line.startswith(
        f"import(location.origin + '/scripts/{modules().version}/viewer/viewer.js').then("
    )
    assert "m.mount({ element, props, watch, trigger, server, upload })" in line
    with pytest.raises(KeyError):
        mounted("viewer/nothing.js")


FIRING: list[tuple[Callable[[], gr.HTML], str, set[str]]] = [
    (
        lambda: uploads(at_once=1, most_bytes=1, most_archive_bytes=1),
        "adding/uploads.js",
        {"opened"},
    ),
    (batches, "adding/batches.js", {"opened"}),
    (progress, "progress/progress.js", {"arrived"}),
    (guide, "guide/guide.js", {"turned"}),
    (recorder, "recorder/recorder.js", {"recorded"}),
    (version_list, "teaching/versions.js", {"promote"}),
    (shelf, "models/shelf.js", {"get_model", "let_answer"}),
]


@pytest.mark.parametrize(("make", "module", "events"), FIRING, ids=[one[1] for one in FIRING])
def test_gradio_knows_the_events_that_a_module_fires(
    make: Callable[[], gr.HTML], module: str, events: set[str]
) -> None:
    component = in_a_loop(make)
    for event in events:
        assert f"'{event}'" in modules().texts[module].decode()
        assert callable(getattr(component, event))
    with pytest.raises(AttributeError):
        getattr(component, "nothing")  # noqa: B009


def test_every_change_of_a_module_is_a_new_version(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.js").write_text("one")
    (tmp_path / "a/c.js").write_text("two")
    first = read_modules(tmp_path)
    assert set(first.texts) == {"a/b.js", "a/c.js"}
    (tmp_path / "a/c.js").write_text("too")
    second = read_modules(tmp_path)
    (tmp_path / "a/c.js").rename(tmp_path / "a/d.js")
    versions = [first.version, second.version, read_modules(tmp_path).version]
    assert len(set(versions)) == 3


def test_tests_and_inlined_scripts_are_not_served(tmp_path: Path) -> None:
    for path in ("a/b.test.js", "doors/doors.js", "a/b.css"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("x")
    assert read_modules(tmp_path).texts == {}


def test_no_file_of_a_components_folder_is_left_out() -> None:
    used = {STATIC / name for module in COMPONENTS for name in module.STYLES}
    folders = {file.parent for file in used}
    there = {file for file in STYLES if file.parent in folders}
    assert there - used == set()


@pytest.mark.parametrize("file", [*SCRIPTS, *STYLES], ids=lambda file: file.name)
def test_files_stay_short(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 250
