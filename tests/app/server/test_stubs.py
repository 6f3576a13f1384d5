"""Components get no type stubs while the program starts, and do otherwise."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from contextlib import nullcontext
from pathlib import Path

import gradio as gr
import pytest

from app.server.stubs import without_stubs

COMPONENT = "import gradio as gr\n\n\nclass Mine(gr.HTML):\n    EVENTS = []\n"


@pytest.mark.parametrize("wanted", [True, False], ids=["as usual", "without"])
def test_a_component_gets_a_stub_unless_it_is_left_out(wanted: bool, tmp_path: Path) -> None:
    source = tmp_path / "mine.py"
    source.write_text(COMPONENT)
    spec = importlib.util.spec_from_file_location("mine", source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "mine", module)
        with nullcontext() if wanted else without_stubs():
            spec.loader.exec_module(module)
    assert issubclass(module.Mine, gr.HTML)
    assert source.with_suffix(".pyi").is_file() is wanted


def test_other_files_are_found_as_ever() -> None:
    before = inspect.getfile
    with without_stubs():
        assert inspect.getfile(Path) == before(Path)
        with pytest.raises(OSError, match="stub"):
            inspect.getfile(gr.HTML)
    assert inspect.getfile is before
