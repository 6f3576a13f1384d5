"""Foreign hosts, foreign origins and closed routes, against the real server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from gradio_client import Client, handle_file
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware

from app.server.access import Access, Hosts, is_same_origin, refuse_open_bind
from app.settings import Settings, SettingsError
from tests.serving import Site, site

CALLS = (("GET", "/config"), ("POST", "/gradio_api/upload"), ("POST", "/gradio_api/call/measure"))
FOREIGN = ("http://evil.example", "http://127.0.0.1:1", "null", "https://localhost.evil.example")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"), allowed_hosts=("clips.example.org",)
    )
    with site(settings) as running:
        yield running


def ask(site: Site, method: str, path: str, **headers: str) -> httpx.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    body = b"{}" if method == "POST" else None
    return site.client.request(method, path, headers=given, content=body)


@pytest.mark.parametrize("method_path", CALLS)
@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:7860", "clips.example.org"])
def test_a_foreign_origin_is_refused(
    served: Site, host: str, origin: str, method_path: tuple[str, str]
) -> None:
    answer = ask(served, *method_path, host=host, origin=origin)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_without_our_doors_a_foreign_origin_is_answered(settings: Settings) -> None:
    with site(settings, leave_out=(Access, CORSMiddleware)) as open_site:
        answer = ask(open_site, "GET", "/config", host="a.example", origin="http://evil.example")
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "http://evil.example"


def test_gradios_own_policy_stands_down(settings: Settings) -> None:
    with site(settings, leave_out=(Access,)) as open_site:
        answer = ask(open_site, "GET", "/config", host="a.example", origin="http://evil.example")
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/config", "/health", "/media/1/play"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.7", "[", ""])
def test_an_unknown_host_is_refused(served: Site, host: str, path: str) -> None:
    assert ask(served, "GET", path, host=host).status_code in (400, 403)


@pytest.mark.parametrize("site_kind", ["cross-site", "same-site"])
def test_the_browsers_word_counts_for_what_changes_something(served: Site, site_kind: str) -> None:
    call = ask(served, "POST", "/gradio_api/call/measure", sec_fetch_site=site_kind)
    assert call.status_code == 403
    assert ask(served, "GET", "/config", sec_fetch_site=site_kind).status_code == 200


def test_our_own_page_may_call(served: Site) -> None:
    answer = ask(
        served,
        "POST",
        "/gradio_api/call/show",
        origin=served.url,
        sec_fetch_site="same-origin",
        content_type="application/json",
    )
    assert answer.status_code != 403


def test_programs_may_call(served: Site, tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(bytes(4321))
    client = Client(served.url, verbose=False, analytics_enabled=False)
    assert client.predict(handle_file(video), api_name="/measure") == 4321


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/proxy=https://a.hf.space/x",
        "/gradio_api/file=http://127.0.0.1:1/x",
        "/gradio_api/file=HTTPS://example.org/x",
        "/gradio_api/file=http:%2F%2F127.0.0.1:1/x",
        "/gradio_api/stream/a/b/1/playlist.m3u8",
        "/gradio_api/custom_component/a/client/b/c.js",
        "/gradio_api/deep_link?session_hash=a",
        "/gradio_api/runs",
        "/gradio_api/token",
        "/monitoring",
        "/monitoring/summary",
    ],
)
def test_what_is_not_used_is_closed(served: Site, path: str) -> None:
    assert ask(served, "GET", path).status_code == 404
    assert ask(served, "GET", path).text == "There is nothing here."


def test_recordings_are_not_converted_by_programs(served: Site) -> None:
    assert ask(served, "POST", "/gradio_api/process_recording").status_code == 404


TARGETS = ("second-look.sqlite3", "login.key", "media/ab/abcd", "models/a.safetensors")
DISGUISES = (
    "{0}",
    "{0}%00.mp4",
    "/{0}",
    "//{0}",
    "./{0}",
    "{0}/",
    "{0}/.",
    "file://{0}",
    "file:{0}",
    "{1}/../{2}",
    "{1}/x/../../{2}",
    "{1}/..%2f{2}",
    "{1}/..%252f{2}",
    "{1}/%2e%2e/{2}",
    "{1}/.%2e/{2}",
    "{1}/..;/{2}",
    "{1}\\..\\{2}",
    "{1}/..%5c{2}",
    "{1}/....//{2}",
    "../data/{2}",
    "..%2fdata%2f{2}",
    "~/{2}",
    "/proc/self/root{0}",
    "/proc/self/cwd/../../{0}",
)
ROUTES = ("/gradio_api/file=", "/gradio_api/file/", "/static/", "/assets/", "/svelte/", "/media/")


def secrets_of(settings: Settings) -> list[Path]:
    paths = [settings.data_dir / name for name in TARGETS]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a secret")
    settings.gradio_dir.mkdir(parents=True, exist_ok=True)
    return paths


def test_no_disguised_path_leads_out(served: Site) -> None:
    """Sent by hand, because httpx would tidy the paths up first."""
    leaks, tried = [], 0
    paths = secrets_of(served.settings)
    for path, disguise, route in itertools.product(paths, DISGUISES, ROUTES):
        inside = path.relative_to(served.settings.data_dir)
        form = disguise.format(path, served.settings.gradio_dir, f"../../{inside}")
        target = quote(route + form, safe="/%=:;\\~")
        request = served.client.build_request("GET", "/")
        request.url = request.url.copy_with(raw_path=target.encode())
        answer = served.client.send(request)
        tried += 1
        if answer.status_code == 200 or "a secret" in answer.text:
            leaks.append((target, answer.status_code))
    assert tried >= 200
    assert leaks == []


def test_gradio_would_serve_its_own_folder(served: Site) -> None:
    """The control: the same request for a file that may be served is answered."""
    served.settings.gradio_dir.mkdir(parents=True, exist_ok=True)
    fine = served.settings.gradio_dir / "fine.html"
    fine.write_text("fine")
    answer = served.client.get(f"/gradio_api/file={fine}")
    assert answer.text == "fine"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"].startswith("attachment")


def call_with(site: Site, path: Path) -> str:
    """What the server says to a call that names a file which was not uploaded."""
    body = {"data": [{"path": str(path), "meta": {"_type": "gradio.FileData"}}]}
    event = site.client.post("/gradio_api/call/measure", json=body).json()["event_id"]
    return site.client.get(f"/gradio_api/call/measure/{event}").text


@pytest.mark.parametrize("number", range(len(TARGETS)))
def test_a_call_cannot_name_our_files(served: Site, number: int) -> None:
    assert call_with(served, secrets_of(served.settings)[number]).startswith("event: error")


def test_a_call_cannot_name_any_other_file(served: Site) -> None:
    assert call_with(served, Path(__file__)).startswith("event: error")


def test_gradio_alone_would_read_any_file(settings: Settings) -> None:
    with site(settings) as running:
        running.blocks.has_launched = False
        told = call_with(running, Path(__file__))
    assert told.startswith("event: complete")
    assert str(Path(__file__).stat().st_size) in told


def test_others_are_let_near_only_with_a_login(data_dir: Path) -> None:
    with pytest.raises(SettingsError, match="SECOND_LOOK_USERS_FILE"):
        refuse_open_bind(Settings(data_dir=data_dir, host="0.0.0.0"))
    refuse_open_bind(Settings(data_dir=data_dir, host="0.0.0.0", users_file=data_dir / "users"))
    for host in ("127.0.0.1", "127.0.0.9", "localhost", "::1", "[::1]"):
        refuse_open_bind(Settings(data_dir=data_dir, host=host))
    for host in ("::", "192.168.1.4", "clips.example.org", ""):
        with pytest.raises(SettingsError):
            refuse_open_bind(Settings(data_dir=data_dir, host=host))


def test_the_whole_app_refuses_as_well(data_dir: Path) -> None:
    with (
        pytest.raises(SettingsError, match="without a password"),
        site(Settings(data_dir=data_dir, host="0.0.0.0")),
    ):
        pass


def test_hosts_of_a_server_for_others(data_dir: Path) -> None:
    users = data_dir / "users"
    listed = ("clips.example.org",)
    hosts = Hosts(
        Settings(data_dir=data_dir, host="0.0.0.0", users_file=users, allowed_hosts=listed)
    )
    for name in ("192.168.1.4:7860", "[fe80::1]:7860", "LOCALHOST:7860", "clips.example.org"):
        assert hosts.knows(name)
    for name in ("evil.example", "192.168.1.4.evil.example", "a@b", "[", ""):
        assert not hosts.knows(name)


@given(st.text(max_size=40))
def test_no_host_header_breaks_the_door(host: str) -> None:
    local = Hosts(Settings())
    assert local.knows(host) in (True, False)


@given(st.text(st.characters(max_codepoint=255), max_size=40))
def test_only_the_same_address_is_the_same_origin(origin: str) -> None:
    headers = Headers({"host": "127.0.0.1:7860", "origin": origin})
    if is_same_origin(headers, "POST"):
        assert origin.lower().partition("://")[2].startswith("127.0.0.1:7860")
