"""A call cannot make the server fetch anything."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file
from hypothesis import given
from hypothesis import strategies as st

from app.server.access import Access
from app.server.calls import names_address
from app.server.limits import BodyLimits
from app.settings import Settings
from tests.serving import Site, site

FILE = {"meta": {"_type": "gradio.FileData"}}


class Canary(ThreadingHTTPServer):
    """A server on this machine that remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), CanaryHandler)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/secret.mp4"


class CanaryHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Canary)
        self.server.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"a secret")

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def canary() -> Iterator[Canary]:
    with Canary() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(Settings(data_dir=tmp_path_factory.mktemp("data"))) as running:
        yield running


def payloads(url: str) -> list[object]:
    nowhere = "/nowhere.mp4"
    return [
        {"path": url, **FILE},
        {"path": url.upper().replace("HTTP", "http"), **FILE},
        {"path": f" {url}", **FILE},
        {"path": nowhere, "url": url, **FILE},
        {"path": nowhere, "url": url, "is_stream": True, **FILE},
        {"path": url, "url": url},
        {"path": "", "url": url, **FILE},
        {"path": url.replace("http:", "file:"), **FILE},
        {"path": url.replace("http:", ""), **FILE},
        {"path": f"/gradio_api/proxy={url}", **FILE},
        [{"path": url, **FILE}],
        {"value": {"path": url, **FILE}},
        url,
    ]


@pytest.mark.parametrize("route", ["/gradio_api/call/measure", "/gradio_api/run/measure"])
def test_nothing_is_fetched(served: Site, canary: Canary, route: str) -> None:
    for payload in payloads(canary.url):
        answer = served.client.post(route, json={"data": [payload]})
        if "event_id" in answer.text:
            event = answer.json()["event_id"]
            told = served.client.get(f"/gradio_api/call/measure/{event}").text
            assert told.startswith("event: error")
        else:
            assert answer.status_code >= 400
    for route_to_file in ("file=", "file/", "proxy="):
        served.client.get(f"/gradio_api/{route_to_file}{canary.url}")
    assert canary.asked == []


def test_the_canary_sings(canary: Canary) -> None:
    assert httpx.get(canary.url).text == "a secret"
    assert canary.asked == ["/secret.mp4"]


def test_without_the_guards_gradio_tries(settings: Settings) -> None:
    """Gradio itself keeps from private addresses, but sets out for all others."""
    address = "http://no-such-host.invalid/a.mp4"
    with site(settings, leave_out=(BodyLimits, Access)) as running:
        body = {"data": [{"path": address, **FILE}]}
        assert running.client.post("/gradio_api/call/measure", json=body).status_code == 200


def test_a_client_is_told(served: Site) -> None:
    client = Client(served.url, verbose=False, analytics_enabled=False)
    with pytest.raises(Exception, match="400"):
        client.predict({"path": "https://example.org/a.mp4", **FILE}, api_name="/measure")


def test_an_upload_is_still_fine(served: Site, tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(bytes(77))
    client = Client(served.url, verbose=False, analytics_enabled=False)
    assert client.predict(handle_file(tmp_path / "clip.mp4"), api_name="/measure") == 77


@pytest.mark.parametrize(
    "body",
    [
        b'{"p\\u0061th": "\\u0068ttp://a.example/"}',
        json.dumps({"path": "https://a.example"}).encode("utf-16"),
        b'{"path": "x", "path": "HTTPS://a.example"}',
        b'[[[{"a": [{"path": "\\n http:x"}]}]]]',
    ],
)
def test_a_disguised_address_is_seen(body: bytes) -> None:
    assert names_address(body)


HARMLESS = (
    b"",
    b"\xff\xfe\x00",
    b"[" * 200_000,
    b"username=anna&path=http:",
    b'{"data": ["http://a.example"]}',
    b'{"path": ["http:"]}',
    b'{"note": "path: http://a.example"}',
    b'{"path": "/data/http:"}',
)


@pytest.mark.parametrize("body", HARMLESS, ids=range(len(HARMLESS)))
def test_what_is_no_file_on_the_internet_passes(body: bytes) -> None:
    assert not names_address(body)


nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(nested, st.lists(st.text(), max_size=4))
def test_an_address_is_seen_at_any_depth(beside: object, keys: list[str]) -> None:
    value: object = {"path": "http://a.example"}
    for key in keys:
        value = {key: [beside, value], f"{key} more": beside}
    assert names_address(json.dumps(value).encode())
