"""Rules for everything in `static/` that no browser test can see broken at once."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from app import components
from app.components.assets import STATIC, script, stylesheet

MODULES = [
    importlib.import_module(f"{components.__name__}.{module.name}")
    for module in pkgutil.iter_modules(components.__path__)
]
COMPONENTS = [module for module in MODULES if hasattr(module, "SCRIPTS")]
SCRIPTS = sorted(STATIC.rglob("*.js"))
STYLES = sorted(STATIC.rglob("*.css"))

MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(")
ELSEWHERE = re.compile(r"https?://(?!www\.w3\.org/2000/svg)|@import|\bimport\(|sendBeacon")


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_no_script_parses_markup_or_calls_elsewhere(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert MARKUP.search(text) is None
    assert ELSEWHERE.search(text) is None


def test_the_rule_would_notice() -> None:
    assert MARKUP.search("node.innerHTML = label")
    assert ELSEWHERE.search("fetch('https://example.org')")


@pytest.mark.parametrize("module", COMPONENTS, ids=lambda module: module.__name__)
def test_styles_survive_gradios_templates(module: object) -> None:
    # css_template is filled in as a Handlebars template and then as a JavaScript string.
    css = stylesheet(*module.STYLES)  # type: ignore[attr-defined]
    for special in ("${", "`", "{{", "\\", "@keyframes"):
        assert special not in css
    assert css.count("{") == css.count("}")


@pytest.mark.parametrize("module", COMPONENTS, ids=lambda module: module.__name__)
def test_scripts_are_joined_in_strict_mode(module: object) -> None:
    text = script("x.js", *module.SCRIPTS)  # type: ignore[attr-defined]
    assert text.startswith("'use strict';")
    assert text.endswith("//# sourceURL=second-look/x.js")


def test_no_file_of_a_component_is_left_out() -> None:
    used = {STATIC / name for module in COMPONENTS for name in (*module.SCRIPTS, *module.STYLES)}
    folders = {file.parent for file in used}
    there = {file for file in (*SCRIPTS, *STYLES) if file.parent in folders}
    assert there - used == set()


@pytest.mark.parametrize("file", [*SCRIPTS, *STYLES], ids=lambda file: file.name)
def test_files_stay_short(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 250
