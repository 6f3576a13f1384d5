"""Logging in at the real server, and every route behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from gradio_client import Client, handle_file
from gradio_client.exceptions import AuthenticationError
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from app.server.access import CLOSED
from app.server.login import COOKIE, OPEN_PATHS, LoginRequired, Throttle, local_target
from app.server.people import set_password
from app.settings import Settings
from tests.serving import Site, site

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


def test_logging_out(logged_in: httpx.Client) -> None:
    answer = logged_in.post("/logout")
    assert answer.status_code == 303
    assert COOKIE not in logged_in.cookies
    assert logged_in.get("/config").status_code == 401


def test_a_program_logs_in(served: Site, tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(bytes(99))
    client = Client(served.url, auth=("anna", PASSWORD), verbose=False, analytics_enabled=False)
    assert client.predict(handle_file(video), api_name="/measure") == 99
    with pytest.raises(AuthenticationError):
        Client(served.url, auth=("anna", "wrong password"), verbose=False)


def test_the_page_shows_no_html_of_others(served: Site) -> None:
    page = served.client.get("/login", params={"next": '/"><script>alert(1)</script>'}).text
    assert "<script>" not in page


def test_wrong_passwords_are_slowed_down(tmp_path: Path) -> None:
    with site(settings_with_users(tmp_path)) as running:
        statuses = [log_in(running.url, password=f"wrong {n}").status_code for n in range(12)]
        assert statuses == [401] * 5 + [429] * 7
        assert log_in(running.url).status_code == 429
        others = [log_in(running.url, name=f"name{n}").status_code for n in range(12)]
        assert others == [401] * 5 + [429] * 7  # ten from one address


def test_a_throttle_opens_again() -> None:
    now = 0.0
    throttle = Throttle(allowed=2, window_s=30, clock=lambda: now)
    assert throttle.wait_s("a") == 0
    throttle.failed("a")
    now = 10
    throttle.failed("a")
    assert throttle.wait_s("a") == 20
    assert throttle.wait_s("b") == 0
    throttle.forgive("a")
    assert throttle.wait_s("a") == 0
    throttle.failed("a")
    now = 30.5
    assert throttle.wait_s("a") == 0


@given(st.lists(st.floats(0, 20), max_size=60), st.integers(1, 6))
def test_no_window_sees_more_tries_than_allowed(pauses: list[float], allowed: int) -> None:
    now = 0.0
    throttle = Throttle(allowed, window_s=30, clock=lambda: now)
    tried: list[float] = []
    for pause in pauses:
        now += pause
        if throttle.wait_s("a") == 0:
            tried.append(now)
            throttle.failed("a")
    for start in tried:
        assert sum(start <= moment < start + 30 for moment in tried) <= allowed


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
