"""Downloads from a real server: whole or not at all, resumed, checked, explained."""

from __future__ import annotations

import fcntl
import hashlib
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from model.errors import Cancelled, CheckpointError, DownloadError
from model.weights import catalogue, checkpoint
from model.weights.csn_names import to_mmaction2
from model.weights.download import download
from model.weights.fetching import fetch
from model.weights.spec import ModelSpec
from tests.model.weights.file_server import Behaviour, serving
from tests.model.weights.tiny import TINY, lively_state

CONTENT = bytes(range(256)) * 4096  # 1 MiB
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server() -> Iterator[tuple[Behaviour, str]]:
    behaviour = Behaviour(CONTENT)
    with serving(behaviour) as url:
        yield behaviour, url


@pytest.mark.parametrize("expected", ["", SHA256[:8], SHA256, SHA256.upper()])
def test_arrives_whole_with_progress(
    server: tuple[Behaviour, str], tmp_path: Path, expected: str
) -> None:
    target = tmp_path / "new" / "weights.pth"
    seen: list[tuple[int, int | None]] = []
    found = download(
        server[1], target, sha256=expected, on_progress=lambda *step: seen.append(step)
    )
    assert found == SHA256
    assert target.read_bytes() == CONTENT
    assert [path.name for path in target.parent.iterdir()] == ["weights.pth"]
    assert seen == sorted(seen)
    assert len(seen) > 2
    assert seen[-1] == (len(CONTENT), len(CONTENT))


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("sized", [True, False])
def test_goes_on_where_it_broke_off(
    server: tuple[Behaviour, str], tmp_path: Path, ranges: bool, sized: bool
) -> None:
    behaviour, url = server
    behaviour.ranges, behaviour.break_after = ranges, 600_000
    target = tmp_path / "weights.pth"
    with pytest.raises(DownloadError, match="connection"):
        download(url, target)
    assert not target.exists()
    kept = (tmp_path / "weights.pth.part").stat().st_size
    assert 0 < kept <= 600_000
    behaviour.break_after, behaviour.sized = None, sized
    first: list[int] = []
    download(url, target, on_progress=lambda done, _: first.append(done))
    assert target.read_bytes() == CONTENT
    assert behaviour.asked == [None, f"bytes={kept}-"]
    assert (first[0] > kept) == ranges


def test_goes_on_after_a_person_cancelled(server: tuple[Behaviour, str], tmp_path: Path) -> None:
    behaviour, url = server
    target = tmp_path / "weights.pth"

    def stop(done: int, _total: int | None) -> None:
        if done > 400_000:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        download(url, target, on_progress=stop)
    assert not target.exists()
    assert download(url, target, sha256=SHA256) == SHA256
    assert behaviour.asked[1] is not None


def test_a_finished_part_only_gets_its_name(server: tuple[Behaviour, str], tmp_path: Path) -> None:
    (tmp_path / "weights.pth.part").write_bytes(CONTENT)
    assert download(server[1], tmp_path / "weights.pth") == SHA256


@pytest.mark.parametrize(("part", "shifted"), [(CONTENT + b"more", False), (CONTENT[:5000], True)])
def test_a_part_of_another_file_is_thrown_away(
    server: tuple[Behaviour, str], tmp_path: Path, part: bytes, shifted: bool
) -> None:
    behaviour, url = server
    behaviour.shifted = shifted
    (tmp_path / "weights.pth.part").write_bytes(part)
    assert download(url, tmp_path / "weights.pth") == SHA256
    assert behaviour.asked == [f"bytes={len(part)}-", None]


@pytest.mark.parametrize("expected", ["00000000", SHA256[:-1] + "x"])
def test_another_hash_is_refused_and_the_old_file_stays(
    server: tuple[Behaviour, str], tmp_path: Path, expected: str
) -> None:
    target = tmp_path / "weights.pth"
    target.write_bytes(b"old")
    with pytest.raises(DownloadError, match="not the published file"):
        download(server[1], target, sha256=expected)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"weights.pth": b"old"}


@pytest.mark.parametrize(
    ("status", "message"), [(404, "not there any more"), (403, "answered 403"), (503, "503")]
)
def test_a_refusing_server_is_explained(
    server: tuple[Behaviour, str], tmp_path: Path, status: int, message: str
) -> None:
    server[0].status = status
    with pytest.raises(DownloadError, match=message):
        download(server[1], tmp_path / "weights.pth")
    assert not (tmp_path / "weights.pth").exists()


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{closed}/w.pth", "http://no-such-host.invalid/w", "ftp://x/y"]
)
def test_being_offline_is_explained(tmp_path: Path, url: str) -> None:
    with pytest.raises(DownloadError, match="when this computer is online"):
        download(url.format(closed=closed_port()), tmp_path / "weights.pth")
    assert not (tmp_path / "weights.pth").exists()


def test_a_full_disk_is_explained(server: tuple[Behaviour, str], tmp_path: Path) -> None:
    full = tmp_path / "weights.pth.part"
    full.symlink_to("/dev/full")  # the kernel's own disk without room
    with pytest.raises(DownloadError, match="the disk is full"):
        download(server[1], tmp_path / "weights.pth")


def test_a_place_that_is_no_folder_is_explained(
    server: tuple[Behaviour, str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DownloadError, match="could not be kept"):
        download(server[1], tmp_path / "file" / "weights.pth")


def test_follows_where_the_file_moved(server: tuple[Behaviour, str], tmp_path: Path) -> None:
    server[0].moved = True
    assert download(server[1], tmp_path / "weights.pth", sha256=SHA256) == SHA256


def test_two_downloads_do_not_mix(server: tuple[Behaviour, str], tmp_path: Path) -> None:
    with (tmp_path / "weights.pth.part").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(DownloadError, match="already"):
            download(server[1], tmp_path / "weights.pth")
    assert download(server[1], tmp_path / "weights.pth") == SHA256


@pytest.fixture
def published(tmp_path: Path) -> tuple[ModelSpec, bytes]:
    """What a publisher would put on a server: a network with 400 classes in MMAction2's names."""
    labels = tuple(f"class {index}" for index in range(400))
    spec = replace(TINY, labels=labels)
    source = tmp_path / "source.pth"
    state: dict[str, Tensor] = to_mmaction2(lively_state(spec))
    torch.save({"meta": {"epoch": 1}, "state_dict": state}, source)
    return spec, source.read_bytes()


def entry_of(url: str, **changes: str) -> catalogue.Entry:
    known = catalogue.find("ipcsn_bnfrozen_r152_32x2x1_180e")
    return replace(known, **{"url": url, "arch": "ipcsn-r26", "sha256": ""} | changes)  # type: ignore[arg-type]


def test_a_published_model_is_fetched_and_imported(
    tmp_path: Path, published: tuple[ModelSpec, bytes]
) -> None:
    content = published[1]
    known = hashlib.sha256(content).hexdigest()
    target = tmp_path / "ours.safetensors"
    with serving(Behaviour(content)) as url:
        entry = entry_of(url, sha256=known[:8])
        version = fetch(entry, target, downloads=tmp_path / "downloads")
    loaded = checkpoint.load(target)
    assert loaded.sha256 == version
    assert loaded.spec.name == entry.name
    assert loaded.spec.normalisation == entry.normalisation
    assert loaded.spec.labels[:2] == ("abseiling", "air drumming")
    assert known in loaded.spec.origin
    assert list((tmp_path / "downloads").iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"arch": "ircsn-r50"}, CheckpointError), ({"sha256": "00000000"}, DownloadError)],
)
def test_what_is_not_as_the_catalogue_says_is_not_taken(
    tmp_path: Path,
    published: tuple[ModelSpec, bytes],
    changes: dict[str, str],
    error: type[Exception],
) -> None:
    target = tmp_path / "ours.safetensors"
    with serving(Behaviour(published[1])) as url, pytest.raises(error):
        fetch(entry_of(url, **changes), target, downloads=tmp_path / "downloads")
    assert not target.exists()


def test_the_embedded_model_needs_no_download(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="ships with the program"):
        fetch(catalogue.find("default"), tmp_path / "x.safetensors", downloads=tmp_path)
