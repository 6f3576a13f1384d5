"""Logging in at the real server, and every route behind it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from gradio_client import Client, handle_file
from gradio_client.exceptions import AuthenticationError
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from app.server.access import CLOSED
from app.server.login import COOKIE, OPEN_PATHS, LoginRequired, local_target
from app.server.people import set_password
from app.settings import Settings
from tests.serving import Site, build, environment, serving, site

PASSWORD = "correct horse"
PAGE = {"accept": "text/html"}


def settings_with_users(folder: Path) -> Settings:
    users = folder / "users"
    set_password(users, "anna", PASSWORD)
    return Settings(data_dir=folder, users_file=users)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(settings_with_users(tmp_path_factory.mktemp("data"))) as running:
        yield running


def log_in(url: str, name: str = "anna", password: str = PASSWORD, **more: str) -> httpx.Response:
    form = {"username": name, "password": password} | more
    return httpx.post(f"{url}/login", data=form, headers=PAGE)


@pytest.fixture
def logged_in(served: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url) as client:
        client.post("/login", data={"username": "anna", "password": PASSWORD})
        assert COOKIE in client.cookies
        yield client


def addresses(routes: list[BaseRoute], before: str = "") -> Iterator[tuple[str, str]]:
    """Every method and path that the app answers."""
    for route in routes:
        assert not isinstance(route, WebSocketRoute)  # the middleware only looks at HTTP
        if isinstance(route, Mount):
            yield from addresses(list(route.routes), before + route.path)
        elif hasattr(route, "original_router"):  # FastAPI keeps included routers whole
            yield from addresses(route.original_router.routes, before)
        elif isinstance(route, Route | APIRoute):
            path = re.sub(r"\{[^}]*\}", "1", before + route.path)
            yield from ((method, path) for method in route.methods or {"GET"})


def all_addresses(app: FastAPI) -> list[tuple[str, str]]:
    found = list(addresses(app.routes))
    assert len(found) > 60
    return found


def test_every_route_asks_for_a_login(served: Site) -> None:
    wrong = []
    for method, path in all_addresses(served.app):
        status = served.client.request(method, path).status_code
        closed_to_all = status == 404 and path.startswith(CLOSED)
        if status != 401 and not closed_to_all and path not in OPEN_PATHS:
            wrong.append((method, path, status))
    assert wrong == []


@pytest.mark.parametrize("path", sorted(OPEN_PATHS))
def test_these_are_open_to_all(served: Site, path: str) -> None:
    assert served.client.get(path).status_code == 200


def test_without_the_middleware_some_would_not(tmp_path: Path) -> None:
    with site(settings_with_users(tmp_path), leave_out=(LoginRequired,)) as running:
        assert running.client.get("/gradio_api/startup-events").status_code == 200
        assert running.client.get("/media/1/play").text == "This video is not here."


def test_a_browser_is_led_to_the_page_and_back(served: Site) -> None:
    asked = served.client.get("/?video=3", headers=PAGE)
    assert asked.status_code == 303
    assert asked.headers["location"] == "/login?next=/%3Fvideo%3D3"
    page = served.client.get(asked.headers["location"]).text
    assert 'value="/?video=3"' in page
    done = log_in(served.url, next="/?video=3")
    assert done.status_code == 303
    assert done.headers["location"] == "/?video=3"
    cookie = done.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=43200" in cookie


def test_the_app_works_and_knows_who(logged_in: httpx.Client) -> None:
    assert logged_in.get("/config").status_code == 200
    assert logged_in.get("/gradio_api/user").json() == "anna"


def is_in(url: str, proof: str) -> bool:
    """True if the server still takes this cookie."""
    headers = {"cookie": f"{COOKIE}={proof}"}
    return httpx.get(f"{url}/gradio_api/user", headers=headers).status_code == 200


def test_logging_out_ends_the_log_in_itself(served: Site, logged_in: httpx.Client) -> None:
    proof = logged_in.cookies[COOKIE]
    elsewhere = log_in(served.url).cookies[COOKIE]
    answer = logged_in.post("/logout")
    assert answer.status_code == 303
    assert COOKIE not in logged_in.cookies
    assert not is_in(served.url, proof)  # whoever had copied it
    assert is_in(served.url, elsewhere)


def test_logging_out_twice_leads_to_the_log_in_page(served: Site) -> None:
    answer = served.client.post("/logout", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_logging_in_again_ends_the_log_in_before(served: Site, logged_in: httpx.Client) -> None:
    proof = logged_in.cookies[COOKIE]
    logged_in.post("/login", data={"username": "anna", "password": PASSWORD})
    assert logged_in.cookies[COOKIE] != proof
    assert not is_in(served.url, proof)


def test_another_site_cannot_log_anybody_out(logged_in: httpx.Client) -> None:
    for forged in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert logged_in.post("/logout", headers=forged).status_code == 403
    assert logged_in.get("/config").status_code == 200


def test_the_cookie_counts_only_as_it_was_given(served: Site, logged_in: httpx.Client) -> None:
    proof = logged_in.cookies[COOKIE]
    name, number, end, signature = proof.split(".")
    assert is_in(served.url, proof)
    for other in (
        f'"{proof}"',
        f"{name}.{number}.+{end}.{signature}",
        f"{proof}; {COOKIE}={proof}",
        f"{proof}; {COOKIE}=",
    ):
        assert not is_in(served.url, other), other


def test_the_users_file_may_change_while_the_server_runs(tmp_path: Path) -> None:
    settings = settings_with_users(tmp_path)
    users = tmp_path / "users"
    with site(settings) as running:
        first = log_in(running.url).cookies[COOKIE]
        set_password(users, "anna", "a new password")
        assert not is_in(running.url, first)
        assert log_in(running.url).status_code == 401
        second = log_in(running.url, password="a new password").cookies[COOKIE]
        set_password(users, "ben", PASSWORD)
        assert log_in(running.url, "ben").status_code == 303
        whole = users.read_text()
        users.write_text(whole[:100])  # somebody is just writing it
        assert is_in(running.url, second)
        users.write_text("".join(line for line in whole.splitlines(True) if "ben" in line))
        assert not is_in(running.url, second)
        assert log_in(running.url, password="a new password").status_code == 401


async def ticking(_: Request) -> StreamingResponse:
    """A stream without end, as the queue's is."""

    async def ticks() -> AsyncIterator[bytes]:
        while True:
            yield b"tick\n"
            await asyncio.sleep(0.05)

    return StreamingResponse(ticks())


def test_an_open_stream_ends_with_the_log_in(tmp_path: Path) -> None:
    settings = settings_with_users(tmp_path)
    with environment(settings):
        app = build(settings)
        app.routes.insert(0, Route("/ticking", ticking))
        with serving(app, settings) as running:
            mine = dict(log_in(running.url).cookies)
            with running.client.stream("GET", "/ticking", headers=cookie_of(mine)) as stream:
                ticks = stream.iter_lines()
                assert next(ticks) == "tick"
                running.client.post("/logout", headers=cookie_of(mine))
                for count, _ in enumerate(ticks):
                    assert count < 10_000


def cookie_of(cookies: dict[str, str]) -> dict[str, str]:
    return {"cookie": f"{COOKIE}={cookies[COOKIE]}"}


def test_what_was_typed_stays_but_for_the_password(served: Site) -> None:
    answer = log_in(served.url, name='an"na', password="secret thing", next="/?video=3")
    assert answer.status_code == 401
    assert "Wrong name or password." in answer.text
    assert 'value="an&quot;na"' in answer.text
    assert 'value="/?video=3"' in answer.text
    assert "secret thing" not in answer.text


@pytest.mark.parametrize("body", [b"", b"&" * 100, b"a=1&" * 50, b"\xff=\xff", b"x" * 100_000])
def test_a_form_that_is_none(served: Site, body: bytes) -> None:
    headers = PAGE | {"content-type": "application/x-www-form-urlencoded"}
    answer = served.client.post("/login", content=body, headers=headers)
    assert answer.status_code in (401, 429)


def test_a_program_logs_in(served: Site, tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(bytes(99))
    client = Client(served.url, auth=("anna", PASSWORD), verbose=False, analytics_enabled=False)
    assert client.predict(handle_file(video), api_name="/measure") == 99
    with pytest.raises(AuthenticationError):
        Client(served.url, auth=("anna", "wrong password"), verbose=False)


def test_the_page_shows_no_html_of_others(served: Site) -> None:
    page = served.client.get("/login", params={"next": '/"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page


@pytest.mark.parametrize("target", ["/", "/?video=3", "/errors?true=a%20b&pred=c"])
def test_a_login_leads_back(target: str) -> None:
    assert local_target(target) == target


ELSEWHERE = (
    "",
    "evil",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\x00/evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/a\nSet-Cookie: x=y",
)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_login_leads_nowhere_else(target: str) -> None:
    assert local_target(target) == "/"
