"""Weight files by URI."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.errors import NotFoundError
from storage.weights import LocalWeights


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a folder, 100 %" / "ü.safetensors"
    path.parent.mkdir()
    path.write_bytes(b"weights")
    return path


def test_a_file_comes_back_by_its_uri(file: Path) -> None:
    store = LocalWeights()
    assert store.uri_of(file) == f"file://{file}"
    assert store.path_of(store.uri_of(file)) == file


def test_a_relative_path_is_registered_whole(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    assert LocalWeights().path_of(LocalWeights().uri_of(Path(file.name))) == file
    assert LocalWeights().is_at(f"file://{file}", Path(file.name))


def test_a_file_is_the_same_by_another_link_and_no_other_is(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(file.parent)
    other = file.with_name("other.safetensors")
    store = LocalWeights()
    uri = store.uri_of(file)
    assert store.is_at(uri, link / file.name)
    assert not store.is_at(uri, other)
    other.write_bytes(b"weights")
    assert not store.is_at(uri, other)
    file.unlink()
    assert store.is_at(uri, file)  # its place, though it is gone


@pytest.mark.parametrize("uri", ["s3://bucket/a.safetensors", "/a.safetensors", ""])
def test_what_is_no_file_of_this_machine_says_so(uri: str, file: Path) -> None:
    with pytest.raises(NotFoundError, match="cannot get them"):
        LocalWeights().path_of(uri)
    assert not LocalWeights().is_at(uri, file)
