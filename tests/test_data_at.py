"""What the data folders of the tests share (`data_at` in conftest.py): converted networks alone."""

from __future__ import annotations

from pathlib import Path

from model.inference.engines.openvino_engine import OpenVINOEngine
from tests.conftest import DataAt
from tests.model.inference.tiny import TINY_SIZE, tiny_network


def place(cache_dir: Path) -> Path:
    """Where the engine keeps what it converts."""
    return OpenVINOEngine(tiny_network(), "ab" * 32, cache_dir)._files.place(TINY_SIZE).resolve()


def test_what_is_converted_in_one_is_there_in_the_other(data_at: DataAt, tmp_path: Path) -> None:
    one, other = (data_at(tmp_path / name) / "cache" for name in ("one", "other"))
    assert place(one) == place(other)
    assert place(one).parent.is_dir()
    assert place(tmp_path / "elsewhere") != place(one)


def test_nothing_else_is(data_at: DataAt, tmp_path: Path) -> None:
    one, other = (data_at(tmp_path / name) / "cache" for name in ("one", "other"))
    (one / "features").mkdir()
    assert [path.name[:8] for path in other.iterdir()] == ["openvino"]
