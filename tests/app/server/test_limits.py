"""Uploads that are too large, too many, too slow or broken off, sent to the real server."""

from __future__ import annotations

import gc
import logging
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from pydantic import ByteSize

from app.server.bodies import Refused
from app.server.limits import MAX_CALL_BYTES, BodyLimits
from app.server.uploads import Uploads
from app.settings import Settings
from tests.serving import Site, site

MB = 1 << 20
LIMIT = 8 * MB
UPLOAD = "/gradio_api/upload"
BOUNDARY = "stop-here"


def settings_for(folder: Path, **given: object) -> Settings:
    small = {"max_upload_bytes": ByteSize(LIMIT), "upload_idle_s": 0.5, "min_free_bytes": 0}
    return Settings(data_dir=folder, **(small | given))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(settings_for(tmp_path_factory.mktemp("data"))) as running:
        yield running


@pytest.fixture(scope="module")
def unguarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = settings_for(tmp_path_factory.mktemp("data"))
    with site(settings, leave_out=(BodyLimits,)) as running:
        yield running


def kept(site: Site) -> list[Path]:
    """The files in Gradio's folder."""
    return [path for path in site.settings.gradio_dir.rglob("*") if path.is_file()]


def part(name: str, content: bytes, filename: str | None) -> bytes:
    named = f'; filename="{filename}"' if filename is not None else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def upload(site: Site, *parts: bytes, streamed: bool = False) -> httpx.Response:
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    pieces = (body[at : at + MB] for at in range(0, len(body), MB))
    return site.client.post(
        UPLOAD,
        content=pieces if streamed else body,
        headers={"content-type": f"multipart/form-data; boundary={BOUNDARY}"},
    )


def until(reached: object) -> None:
    """Waits until `reached()` is true; the test's own time limit ends it otherwise."""
    while not reached():  # type: ignore[operator]
        time.sleep(0.02)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_file_within_the_limit_is_kept(served: Site, streamed: bool) -> None:
    content = b"video" * (LIMIT // 5)
    answer = upload(served, part("files", content, "clip.mp4"), streamed=streamed)
    assert answer.status_code == 200
    (path,) = answer.json()
    assert Path(path).read_bytes() == content
    Path(path).unlink()


@pytest.mark.parametrize("streamed", [False, True])
def test_a_file_above_the_limit_is_refused(served: Site, streamed: bool) -> None:
    answer = upload(served, part("files", bytes(LIMIT + 2 * MB), "a.mp4"), streamed=streamed)
    assert answer.status_code == 413
    assert answer.text == "This is too large: at most 8 MiB can be taken."
    assert kept(served) == []


def test_a_form_field_is_refused(served: Site) -> None:
    answer = upload(served, part("field", bytes(6 * MB), None))
    assert answer.status_code == 413
    assert "file with a name" in answer.text


def test_many_files_are_refused(served: Site) -> None:
    answer = upload(served, *(part("files", b"x", f"{n}.mp4") for n in range(1000)))
    assert answer.status_code == 413
    assert answer.text == "Send one file at a time."
    until(lambda: kept(served) == [])


def test_a_broken_form_is_refused(served: Site) -> None:
    answer = served.client.post(
        UPLOAD,
        content=b"--else\r\nnothing",
        headers={"content-type": f"multipart/form-data; boundary={BOUNDARY}"},
    )
    assert answer.status_code == 400
    assert served.client.post(UPLOAD, content=b"{}").status_code == 400


def test_a_call_with_a_huge_body_is_refused(served: Site) -> None:
    huge = b'{"data": ["' + b"x" * MAX_CALL_BYTES + b'"]}'
    for content in (huge, (huge[at : at + MB] for at in range(0, len(huge), MB))):
        answer = served.client.post("/gradio_api/call/show", content=content)
        assert answer.status_code == 413


def test_gradio_alone_would_take_them(unguarded: Site) -> None:
    assert upload(unguarded, part("field", bytes(6 * MB), None)).status_code == 200
    many = [part("files", b"x", f"{n}.mp4") for n in range(50)]
    assert len(upload(unguarded, *many).json()) == 50
    huge = {"data": ["x" * MAX_CALL_BYTES]}
    assert unguarded.client.post("/gradio_api/call/show", json=huge).status_code == 200


def start_upload(site: Site, sent: int) -> socket.socket:
    """A connection over which `sent` bytes of a file of 4 MB have come, and then nothing."""
    where = urlsplit(site.url)
    connection = socket.create_connection((where.hostname, where.port))
    head = (
        f"POST {UPLOAD} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Length: {4 * MB}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
    )
    connection.sendall(head.encode() + part("files", bytes(sent), "clip.mp4"))
    return connection


def test_an_upload_that_is_broken_off_leaves_nothing(served: Site) -> None:
    with start_upload(served, sent=2 * MB):
        until(lambda: kept(served) != [])
    until(lambda: kept(served) == [])


def test_gradio_alone_would_leave_it(unguarded: Site) -> None:
    before = len(kept(unguarded))
    with start_upload(unguarded, sent=2 * MB):
        until(lambda: len(kept(unguarded)) > before)
    # The server has seen the end of that connection once it answers on another one.
    assert unguarded.client.get("/health").status_code == 200
    time.sleep(0.3)
    assert len(kept(unguarded)) > before


def test_an_upload_that_stands_still_is_ended(served: Site) -> None:
    with start_upload(served, sent=MB) as connection:
        connection.settimeout(20)
        answer = connection.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 408")
    until(lambda: kept(served) == [])


def test_only_a_few_at_once(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, upload_idle_s=20, uploads_at_once=2)
    with site(settings) as running:
        with start_upload(running, sent=MB), start_upload(running, sent=MB):
            until(lambda: len(kept(running)) == 2)
            answer = upload(running, part("files", b"third", "third.mp4"))
            assert answer.status_code == 429
            assert running.client.get("/health").status_code == 200
        until(lambda: kept(running) == [])
        assert upload(running, part("files", b"third", "third.mp4")).status_code == 200


def test_the_last_of_the_disk_is_kept_free(tmp_path: Path) -> None:
    reserve = shutil.disk_usage(tmp_path).free
    with site(settings_for(tmp_path, min_free_bytes=reserve + (64 << 30))) as running:
        answer = upload(running, part("files", b"small", "clip.mp4"))
        assert answer.status_code == 507
        assert "disk is nearly full" in answer.text
        assert kept(running) == []


def test_space_is_promised_once(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    uploads = Uploads(settings_for(tmp_path))
    share = int(free * 0.6)
    with uploads.one("anna", share) as place:
        with pytest.raises(Refused, match="nearly full"):
            uploads.check_space(share)
        place.left = 0
        uploads.check_space(share)
    with uploads.one("ben", share), pytest.raises(Refused, match="nearly full"):
        uploads.check_space(share)


@pytest.mark.filterwarnings(
    "ignore:unclosed file"
)  # Gradio forgets the file that it could not write
def test_a_full_disk_is_said_and_leaves_nothing(
    small_disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # A kept log record would hold the traceback, and with it the forgotten file.
    with (
        caplog.at_level(logging.CRITICAL, "app.server.limits"),
        site(settings_for(small_disk / "data")) as running,
    ):
        answer = upload(running, part("files", bytes(6 * MB), "clip.mp4"), streamed=True)
        assert answer.status_code == 507
        assert answer.text == "The disk is full; free some space and send it again."
        until(lambda: kept(running) == [])
        assert upload(running, part("files", bytes(MB), "clip.mp4")).status_code == 200
    gc.collect()
