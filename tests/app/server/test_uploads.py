"""What counts as an upload: never anything that Gradio's parser would take for more than a file."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ByteSize
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.server.bodies import Refused
from app.server.uploads import LOOK_EVERY_BYTES, BareFile, OneFile, Place, Uploads
from app.settings import Settings

BOUNDARY = b"B"
FILE = b'Content-Disposition: form-data; name="files"; filename="a.mp4"\r\n'
FIELD = b'Content-Disposition: form-data; name="x"\r\n'
PIECES = (
    *(b"--B\r\n", b"\r\n--B\r\n", b"\r\n--B--", b"\r\n--B--\r\n", b"--B", b"--", b"\r\n--B \r\n"),
    *(
        b"\r\n--BB\r\n",
        b"--b\r\n",
        b"\r\n",
        b"\r\n\r\n",
        b"\r",
        b"\n",
        b"B",
        b"-",
        b"x",
        b" ",
        b":",
    ),
    *(FILE, FIELD, FILE.upper(), b"Content-Type: video/mp4\r\n", b"\0"),
    b"content-disposition : form-data; name=y\r\n",
)


def parts_of(body: bytes) -> list[bool]:
    """For each part that Gradio's parser sees: has it a file name?"""
    parts: list[bool] = []
    field = value = disposition = b""

    def on_field(data: bytes, start: int, end: int) -> None:
        nonlocal field
        field += data[start:end]

    def on_value(data: bytes, start: int, end: int) -> None:
        nonlocal value
        value += data[start:end]

    def on_header() -> None:
        nonlocal field, value, disposition
        if field.lower() == b"content-disposition":
            disposition = value
        field = value = b""

    def on_headers() -> None:
        nonlocal disposition
        parts.append(b"filename" in parse_options_header(disposition)[1])
        disposition = b""

    parser = MultipartParser(
        BOUNDARY,
        {
            "on_header_field": on_field,
            "on_header_value": on_value,
            "on_header_end": on_header,
            "on_headers_finished": on_headers,
        },
    )
    with contextlib.suppress(FormParserError):
        parser.write(body)
    return parts


def is_taken(body: bytes, step: int) -> bool:
    """Whether a body that comes in pieces of `step` bytes is taken."""
    uploads = Uploads(Settings(min_free_bytes=0))
    watcher = OneFile(BOUNDARY, uploads, Place(0))
    pieces = [body[at : at + step] for at in range(0, len(body), step)] or [b""]
    try:
        for number, piece in enumerate(pieces, start=1):
            watcher.look_at(piece, is_last=number == len(pieces))
    except Refused:
        return False
    return True


def one_file(content: bytes) -> bytes:
    return b"--B\r\n" + FILE + b"\r\n" + content + b"\r\n--B--\r\n"


@given(st.binary(max_size=60), st.integers(1, 30))
@example(b"\r\n--", 1)
@example(b"\r\n--\r\n--", 5)
@example(b"", 7)
def test_any_content_is_taken_in_any_pieces(content: bytes, step: int) -> None:
    if b"\r\n--B" not in content + b"\r\n":
        assert is_taken(one_file(content), step)


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.integers(1, 40), st.booleans())
@example([FILE, b"\r\n", b"x", b"\r\n--B\r\n", FIELD, b"\r\n", b"x", b"\r\n--B--"], 3, True)
def test_what_is_taken_is_one_file_for_gradio_too(
    pieces: list[bytes], step: int, opened: bool
) -> None:
    body = (b"--B\r\n" if opened else b"") + b"".join(pieces)
    if is_taken(body, step):
        assert parts_of(body) in ([True], [])  # none where it finds a header malformed
    assert is_taken(body, step) == is_taken(body, len(body) + 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x" * 100_000,
        b"--B\r\n" + FILE,
        b"--B\r\n" + FILE + b"\r\nno end",
        b"--B\r\n" + FIELD + b"\r\nx\r\n--B--",
        b"--B\r\n" + FIELD + FILE + b"\r\nx\r\n--B--",
        b"--B\r\n" + FILE + b"\r\nx\r\n--B\r\n" + FILE + b"\r\nx\r\n--B--",
        b"--B\r\n" + FILE + b"\r\nx\r\n--Bx",
    ],
)
def test_anything_else_is_refused(body: bytes) -> None:
    for step in (1, 7, 1 << 20):
        assert not is_taken(body, step)


def test_fragments_are_seen_only_when_nobody_writes(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, min_free_bytes=0)
    uploads = Uploads(settings)
    assert uploads.fragments() == []
    settings.gradio_dir.mkdir(parents=True)
    for name in ("tmpabcdefgh", "tmpabcdefgh.csv", "tmp", "other"):
        (settings.gradio_dir / name).touch()
    with uploads.one("anna", 1):
        assert uploads.fragments() == []
    assert [path.name for path in uploads.fragments()] == ["tmpabcdefgh"]


def test_each_person_sends_so_many_at_once(tmp_path: Path) -> None:
    uploads = Uploads(Settings(data_dir=tmp_path, min_free_bytes=0, uploads_at_once=2))
    with uploads.one("Ann", 10), uploads.one("Ann", 10):
        with pytest.raises(Refused, match="still under way"), uploads.one("Ann", 10):
            pytest.fail("a third one began")
        with uploads.one("Bob", 10) as place:
            assert place.left == 10
    with uploads.one("Ann", 10):  # the places are free again
        pass


def test_the_last_of_the_disk_is_promised_to_nobody(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    uploads = Uploads(Settings(data_dir=tmp_path, min_free_bytes=ByteSize(free // 2)))
    with (
        uploads.one("Ann", free // 4),
        pytest.raises(Refused, match="nearly full"),
        uploads.one("Bob", free // 3),
    ):
        pytest.fail("it was promised twice")
    with uploads.one("Bob", free // 3):
        pass


def test_the_disk_is_looked_at_while_a_file_comes(tmp_path: Path) -> None:
    """Somebody else has filled it since the upload was announced."""
    uploads = Uploads(Settings(data_dir=tmp_path, min_free_bytes=0))
    place = Place(2 * LOOK_EVERY_BYTES)
    file = BareFile(uploads, place)
    file.look_at(bytes(LOOK_EVERY_BYTES - 1), is_last=False)
    assert place.left == LOOK_EVERY_BYTES + 1
    full = Uploads(Settings(data_dir=tmp_path, min_free_bytes=ByteSize(1 << 60)))
    file = BareFile(full, place)
    file.look_at(bytes(LOOK_EVERY_BYTES - 1), is_last=False)
    with pytest.raises(Refused, match="nearly full"):
        file.look_at(b"xy", is_last=True)
    assert place.left == 0


def test_a_file_that_comes_byte_by_byte_is_taken_and_nothing_after_it(tmp_path: Path) -> None:
    uploads = Uploads(Settings(data_dir=tmp_path, min_free_bytes=0))
    body = b"--B\r\n" + FILE + b"\r\nabc\r\n--B--\r\nafterwards"
    place = Place(len(body))
    file = OneFile(BOUNDARY, uploads, place)
    for at in range(len(body)):
        file.look_at(body[at : at + 1], is_last=at == len(body) - 1)
    assert place.left == 0
