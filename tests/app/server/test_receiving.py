"""The door for a page's videos: the same limits as Gradio's, one sentence for each refusal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import ByteSize

from app.server.receiving import Arrived
from app.settings import Settings
from app.workflow.errors import AppError
from model.errors import VideoError
from storage.errors import BusyError, NoSpaceError, StorageError
from tests.serving import Site, site

MB = 1 << 20
ERRORS = {
    "no video": (VideoError("This is not a video."), 422),
    "no use": (AppError("This cannot be used."), 422),
    "busy": (BusyError("The database is busy. Try again."), 503),
    "full": (NoSpaceError("The disk is full."), 507),
    "broken": (StorageError("The media folder cannot be written."), 500),
}


def receive(arrived: Arrived) -> int:
    """The file's size, or the error that its name asks for."""
    if arrived.name in ERRORS:
        raise ERRORS[arrived.name][0]
    assert arrived.path.parent.name == "gradio"
    return arrived.path.stat().st_size


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        max_upload_bytes=ByteSize(4 * MB),
        min_free_bytes=ByteSize(0),
    )
    with site(settings, receive=receive) as running:
        yield running


def send(site: Site, content: bytes, name: str = "clip.mp4") -> httpx.Response:
    return site.client.post("/upload", params={"name": name}, content=content)


def kept(site: Site) -> list[Path]:
    return [path for path in site.settings.gradio_dir.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, 3 * MB + 17])
def test_a_file_arrives_whole_and_is_gone_afterwards(served: Site, size: int) -> None:
    assert send(served, bytes(size)).json() == {"video": size}
    assert kept(served) == []


@pytest.mark.parametrize("name", list(ERRORS))
def test_each_refusal_is_its_own_sentence(served: Site, name: str) -> None:
    error, status = ERRORS[name]
    answer = send(served, b"x", name)
    assert (answer.status_code, answer.text) == (status, str(error))
    assert kept(served) == []


def test_what_is_too_large_is_refused(served: Site) -> None:
    answer = send(served, bytes(5 * MB))
    assert answer.status_code == 413
    assert answer.text == "This is too large: at most 4 MiB can be taken."
    assert kept(served) == []


def test_other_sites_cannot_send(served: Site) -> None:
    answer = served.client.post(
        "/upload", content=b"x", headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403


def test_gradios_queue_rests_while_nobody_is_there(served: Site) -> None:
    """Its own pause is a millisecond; that the setting is still there is what can break."""
    fresh = type(served.blocks._queue)
    assert "sleep_when_free" in fresh.__init__.__code__.co_names
    assert served.blocks._queue.sleep_when_free >= 0.02
