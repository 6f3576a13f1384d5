from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem

from storage.errors import InvalidError, NoSpaceError, NotFoundError, StorageError
from storage.media import CHECK_EVERY_BYTES, CHUNK_BYTES, MediaStore, side_uri
from tests.conftest import ROOT
from tests.storage.full_disk import files_in, fill_up, no_file_larger_than, small_disk

CONTENT = bytes(range(256)) * 5000  # more than one chunk
DIGEST = hashlib.sha256(CONTENT).hexdigest()
URI = f"{DIGEST[:2]}/{DIGEST}"


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MediaStore:
    """A store in a folder, and one that only fsspec can reach."""
    if request.param == "folder":
        return MediaStore(tmp_path / "media", reserve_bytes=0)
    root = f"memory://{uuid.uuid4().hex}"
    return MediaStore(root, reserve_bytes=0, spool=tmp_path / "spool")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.mark.parametrize("as_file", [True, False])
def test_bytes_are_kept_under_their_hash_and_once(
    store: MediaStore, tmp_path: Path, as_file: bool
) -> None:
    upload = tmp_path / "my holiday.mp4"
    upload.write_bytes(CONTENT)
    first = store.put(upload if as_file else io.BytesIO(CONTENT))
    again = store.put(io.BytesIO(CONTENT))
    assert (first.sha256, first.uri, first.size, first.created) == (DIGEST, URI, len(CONTENT), True)
    assert (again.uri, again.created) == (URI, False)
    upload.unlink()
    with store.open(URI) as stream:
        assert stream.read() == CONTENT
    assert store.local_path(URI).read_bytes() == CONTENT
    assert store.local_path(URI) == store.local_path(URI)
    assert store.location(URI).endswith(URI)
    assert store.exists(URI)


def test_many_put_the_same_bytes_at_once(folder: Path) -> None:
    store = MediaStore(folder, reserve_bytes=0)
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(lambda _: store.put(io.BytesIO(CONTENT)), range(16)))
    assert {one.uri for one in stored} == {URI}
    assert files_in(folder) == {URI}


def test_side_files_stand_beside_and_are_replaced_whole(store: MediaStore) -> None:
    store.put(io.BytesIO(CONTENT))
    uri = store.put_side(DIGEST, "proxy.mp4", io.BytesIO(b"first"))
    assert uri == f"{URI}.proxy.mp4" == side_uri(DIGEST, "proxy.mp4")
    with store.draft(DIGEST, "proxy.mp4") as draft:
        assert draft.uri == uri
        draft.path.write_bytes(b"second")
        with store.open(uri) as stream:
            assert stream.read() == b"first"
    with store.open(uri) as stream:
        assert stream.read() == b"second"


def test_a_side_file_that_fails_leaves_the_old_one(store: MediaStore, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.write_bytes(b"whole")
    uri = store.put_side(DIGEST, "map.npz", whole)

    def fail() -> None:
        with store.draft(DIGEST, "map.npz") as draft:
            draft.path.write_bytes(b"ha")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with pytest.raises(FileNotFoundError), store.draft(DIGEST, "map.npz"):
        pass  # nothing was written
    with store.open(uri) as stream:
        assert stream.read() == b"whole"
    assert not [name for name in files_in(tmp_path) if ".drafts" in name]


def test_deleting(store: MediaStore) -> None:
    store.put(io.BytesIO(CONTENT))
    assert store.delete(URI)
    assert not store.delete(URI)
    assert not store.exists(URI)
    with pytest.raises(NotFoundError):
        store.open(URI)
    with pytest.raises(NotFoundError):
        store.local_path(URI)


@pytest.mark.parametrize(
    "uri",
    ["../../etc/passwd", "/etc/passwd", "", ".drafts/x", f"{URI}/../x", f"{URI}.", f"{URI}\n",
     "file:///etc/passwd", f"AB/{DIGEST}", f"{URI}.a/b", f"{URI}..", f"zz/{'z' * 64}"],
)  # fmt: skip
def test_no_name_leads_out_of_the_store(store: MediaStore, uri: str) -> None:
    for use in (store.open, store.exists, store.delete, store.local_path, store.location):
        with pytest.raises(NotFoundError):
            use(uri)


@pytest.mark.parametrize("name", ["../x", "", ".hidden", "a/b", "A.mp4", "x" * 99, "a\n"])
def test_no_side_name_leads_out_of_the_store(name: str) -> None:
    with pytest.raises(InvalidError):
        side_uri(DIGEST, name)


def test_empty_and_too_large_files_are_refused_without_a_trace(folder: Path) -> None:
    store = MediaStore(folder, reserve_bytes=0)
    with pytest.raises(InvalidError, match="empty"):
        store.put(io.BytesIO())
    with pytest.raises(InvalidError, match="at most 1 MB"):
        store.put(io.BytesIO(CONTENT), max_bytes=1 << 20)
    assert store.put(io.BytesIO(CONTENT), max_bytes=len(CONTENT)).created
    assert files_in(folder) == {URI}


class BrokenPipe(io.BytesIO):
    """A browser that goes away in the middle of an upload."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise ConnectionResetError
        return super().read(size)


def test_an_upload_that_breaks_off_leaves_nothing(folder: Path) -> None:
    with pytest.raises(ConnectionResetError):
        MediaStore(folder, reserve_bytes=0).put(BrokenPipe(CONTENT))
    assert files_in(folder) == set()


def test_what_would_not_fit_is_refused_before_it_is_written(folder: Path, tmp_path: Path) -> None:
    upload = tmp_path / "sparse.mp4"
    with upload.open("wb") as sparse:
        sparse.truncate(2 * shutil.disk_usage(tmp_path).free)
    with pytest.raises(NoSpaceError, match="disk is full"):
        MediaStore(folder, reserve_bytes=0).put(upload)
    assert not (folder / ".drafts").exists()


def test_the_reserve_stays_free(folder: Path) -> None:
    with pytest.raises(NoSpaceError):
        MediaStore(folder, reserve_bytes=1 << 50).put(io.BytesIO(CONTENT))
    with pytest.raises(NoSpaceError):
        MediaStore(folder, reserve_bytes=1 << 50).put_side(DIGEST, "x", io.BytesIO(CONTENT))
    assert files_in(folder) == set()


def test_a_long_stream_comes_in_whole(folder: Path) -> None:
    store = MediaStore(folder, reserve_bytes=0)
    content = bytes(CHECK_EVERY_BYTES + 1)
    assert store.put(io.BytesIO(content)).size == len(content)


def test_free_space_is_looked_at_while_a_long_stream_comes_in(folder: Path) -> None:
    """The stream itself fills the disk to the reserve, as its length was not known before."""

    store = MediaStore(folder, reserve_bytes=0)

    class Endless(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            store._reserve = 1 << 60
            return bytes(size or 0)

    with pytest.raises(NoSpaceError):
        store.put(Endless())
    assert files_in(folder) == set()


@pytest.mark.parametrize("limit", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, len(CONTENT) - 1])
def test_a_disk_that_fills_up_at_any_point_leaves_nothing(folder: Path, limit: int) -> None:
    store = MediaStore(folder, reserve_bytes=0)
    with pytest.raises(NoSpaceError), no_file_larger_than(limit):
        store.put(io.BytesIO(CONTENT))
    with pytest.raises(NoSpaceError), no_file_larger_than(limit):
        store.put_side(DIGEST, "proxy.mp4", io.BytesIO(CONTENT))
    assert files_in(folder) == set()
    assert store.put(io.BytesIO(CONTENT)).created


def test_a_truly_full_disk_leaves_nothing_and_recovers(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kilobytes=4096) as disk:
        store = MediaStore(disk / "media", reserve_bytes=0)
        store.put(io.BytesIO(b"small"))
        before = files_in(disk / "media")
        ballast = fill_up(disk, leave=len(CONTENT) // 2)
        with pytest.raises(NoSpaceError):
            store.put(io.BytesIO(CONTENT))
        assert files_in(disk / "media") == before
        ballast.unlink()
        assert store.put(io.BytesIO(CONTENT)).created


def aged(path: Path, seconds: float = 7200) -> Path:
    """A file as if it were two hours old."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(b"left over")
    before = time.time() - seconds
    os.utime(path, (before, before))
    return path


def test_the_janitor_takes_old_leftovers_only(folder: Path) -> None:
    store = MediaStore(folder, reserve_bytes=0)
    store.put(io.BytesIO(CONTENT))
    aged(folder / URI)
    aged(folder / ".drafts" / "crashed")
    aged(folder / ".drafts" / "in use", seconds=60)
    assert store.sweep() == (".drafts/crashed",)
    assert store.sweep() == ()
    assert files_in(folder) == {URI, ".drafts/in use"}


def test_the_janitor_takes_old_files_of_no_video(folder: Path) -> None:
    store = MediaStore(folder, reserve_bytes=0)
    kept, lost, young = (store.put(io.BytesIO(content)) for content in (b"kept", b"lost", b"new"))
    for one in (kept, lost):
        aged(folder / one.uri)
        aged(folder / store.put_side(one.sha256, "proxy.mp4", io.BytesIO(b"x")))
    swept = store.sweep(keep={kept.uri})
    assert set(swept) == {lost.uri, f"{lost.uri}.proxy.mp4"}
    assert files_in(folder) == {kept.uri, f"{kept.uri}.proxy.mp4", young.uri}


def test_a_file_that_is_uploaded_again_is_young_again(folder: Path) -> None:
    store = MediaStore(folder, reserve_bytes=0)
    aged(folder / store.put(io.BytesIO(CONTENT)).uri)
    store.put(io.BytesIO(CONTENT))
    assert store.sweep(keep=()) == ()


def test_copies_of_remote_files_are_swept_too(tmp_path: Path) -> None:
    store = MediaStore(f"memory://{uuid.uuid4().hex}", reserve_bytes=0, spool=tmp_path)
    store.put(io.BytesIO(CONTENT))
    aged(store.local_path(URI))
    assert store.sweep(keep=()) == (f".copies/{URI}",)
    assert store.local_path(URI).read_bytes() == CONTENT


def test_a_remote_store_needs_a_place_to_work(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="spool"):
        MediaStore("memory://x")
    assert isinstance(MediaStore(f"file://{tmp_path}")._files, LocalFileSystem)


WRITER = """
import os, signal, sys
from storage.media import MediaStore
with MediaStore(sys.argv[1], reserve_bytes=0).draft(sys.argv[2], "proxy.mp4") as draft:
    draft.path.write_bytes(b"half")
    print("here", flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_writer_left_is_cleared_at_once(tmp_path: Path) -> None:
    """A real process, killed while it writes; another that still writes is left alone."""
    store = MediaStore(tmp_path, reserve_bytes=0)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), DIGEST],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    dead, alive = writers
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"here\n"
    dead.kill()
    dead.communicate()
    assert len(list((tmp_path / ".drafts").glob("*.claim"))) == 2
    assert len(store.sweep_abandoned()) == 1
    assert store.sweep_abandoned() == ()
    alive.communicate()
    assert alive.returncode == 0
    assert store.exists(f"{DIGEST[:2]}/{DIGEST}.proxy.mp4")
    assert list((tmp_path / ".drafts").iterdir()) == []
