"""The video route: ranges, conditions, names, and who may see what."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.server.media import Kind, MediaFile, safe_name
from app.settings import Settings
from tests.serving import Site, site

CONTENT = os.urandom(200_000)
PLAY = "/media/1/play"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("data")
    stored = folder / "abcd"
    stored.write_bytes(CONTENT)

    def find(video_id: int, kind: Kind, user: str | None) -> MediaFile | None:
        assert user is None
        if video_id == 1:
            return MediaFile(stored, "video/mp4", "Urlaub – größer\r\nX: y/..\\päßt.mp4")
        if video_id == 2:
            return MediaFile(folder / "gone", "video/webm", "gone.webm")
        if video_id == 3:
            return MediaFile(folder, "video/webm", "folder.webm")
        assert kind in ("play", "original")
        return None

    with site(Settings(data_dir=folder), find_media=find) as running:
        yield running


def test_the_whole_file(served: Site) -> None:
    answer = served.client.get(PLAY)
    assert answer.status_code == 200
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "private" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-", 0, 200_000),
        ("bytes=0-99", 0, 100),
        ("bytes=199999-", 199_999, 200_000),
        ("bytes=100-999999", 100, 200_000),
        ("bytes=-500", 199_500, 200_000),
        ("bytes=-999999", 0, 200_000),
        ("bytes=65536-131071", 65_536, 131_072),
    ],
)
def test_a_range(served: Site, asked: str, start: int, end: int) -> None:
    answer = served.client.get(PLAY, headers={"range": asked})
    assert answer.status_code == 206
    assert answer.content == CONTENT[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/200000"
    assert answer.headers["content-length"] == str(end - start)


@given(st.integers(0, 199_999), st.integers(1, 200_000))
def test_any_range_is_the_slice(served: Site, start: int, length: int) -> None:
    asked = f"bytes={start}-{start + length - 1}"
    answer = served.client.get(PLAY, headers={"range": asked})
    assert answer.content == CONTENT[start : start + length]


def test_several_ranges_at_once(served: Site) -> None:
    answer = served.client.get(PLAY, headers={"range": "bytes=0-9, 100-109"})
    assert answer.status_code == 206
    assert answer.headers["content-type"].startswith("multipart/byteranges")
    assert CONTENT[:10] in answer.content
    assert CONTENT[100:110] in answer.content


@pytest.mark.parametrize("asked", ["bytes=200000-", "bytes=300000-400000"])
def test_a_range_behind_the_end(served: Site, asked: str) -> None:
    answer = served.client.get(PLAY, headers={"range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == "bytes */200000"


@pytest.mark.parametrize("asked", ["bytes=9-1", "bytes=a-b", "seconds=1-2", "bytes", "bytes=-"])
def test_a_range_without_sense(served: Site, asked: str) -> None:
    assert served.client.get(PLAY, headers={"range": asked}).status_code in (200, 400)


def test_head_sends_no_content(served: Site) -> None:
    answer = served.client.head(PLAY)
    assert answer.content == b""
    assert answer.headers["content-length"] == "200000"
    part = served.client.head(PLAY, headers={"range": "bytes=0-9"})
    assert (part.status_code, part.headers["content-length"]) == (206, "10")


def test_a_range_of_another_version_is_not_mixed_in(served: Site) -> None:
    tag = served.client.get(PLAY).headers["etag"]
    same = served.client.get(PLAY, headers={"range": "bytes=0-9", "if-range": tag})
    other = served.client.get(PLAY, headers={"range": "bytes=0-9", "if-range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)


def test_what_the_browser_has_is_not_sent_again(served: Site) -> None:
    tag = served.client.get(PLAY).headers["etag"]
    answer = served.client.get(PLAY, headers={"if-none-match": f'"other", {tag}'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag
    assert served.client.get(PLAY, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_download_has_a_harmless_name(served: Site) -> None:
    answer = served.client.get("/media/1/original?download=1")
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=utf-8''p%C3%A4%C3%9Ft.mp4"
    )
    assert served.client.get(PLAY).headers["content-disposition"].startswith("inline")


@pytest.mark.parametrize("path", ["/media/2/play", "/media/3/play", "/media/9/original"])
def test_what_is_not_there(served: Site, path: str) -> None:
    answer = served.client.get(path)
    assert answer.status_code == 404
    assert answer.text == "This video is not here."


@pytest.mark.parametrize(
    "path", ["/media/x/play", "/media/1/secret", "/media/-1/play", "/media/1/../../etc", "/media/1"]
)
def test_no_other_address(served: Site, path: str) -> None:
    assert served.client.get(path).status_code in (404, 422)


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "video/mp4; a=b", ""])
def test_only_types_of_video(tmp_path: Path, content_type: str) -> None:
    with pytest.raises(ValueError, match="not a type of video"):
        MediaFile(tmp_path, content_type, "x")


@given(st.text(max_size=300))
def test_a_name_is_one_printable_file_name(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= 120
    assert safe.isprintable()
    assert not set(safe) & set('/\\<>:"|?*')
    assert safe not in (".", "..")
    assert safe_name(safe) == safe


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("x" * 500 + ".mp4") == "x" * 100 + ".mp4"


def test_a_small_picture_of_a_video(tmp_path: Path) -> None:
    asked: list[tuple[int, str | None]] = []

    def picture(video_id: int, user: str | None) -> bytes | None:
        asked.append((video_id, user))
        return b"jpeg" if video_id == 1 else None

    def nothing(video_id: int, kind: Kind, user: str | None) -> None:
        pytest.fail(f"{video_id} {kind} {user} is no video")

    with site(Settings(data_dir=tmp_path), find_media=nothing, find_thumbnail=picture) as running:
        found = running.client.get("/media/1/thumbnail")
        assert (found.content, found.headers["content-type"]) == (b"jpeg", "image/jpeg")
        assert "private" in found.headers["cache-control"]
        assert running.client.get("/media/2/thumbnail").status_code == 404
    assert asked == [(1, None), (2, None)]
