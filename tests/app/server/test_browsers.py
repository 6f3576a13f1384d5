"""The cookie that tells browsers apart where nobody has to log in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gradio as gr
import httpx
import pytest
from gradio_client import Client

from app.pages.person import person_of
from app.server.browsers import COOKIE, BrowserIds, browser_id
from app.server.people import set_password
from app.settings import Settings
from tests.serving import Site, site

PAGE = {"accept": "text/html,*/*;q=0.8"}


def who(request: gr.Request) -> str:
    """What the pages learn of whoever sent the call."""
    person = person_of(request)
    return f"{person.name}|{person.browser}"


def blocks() -> gr.Blocks:
    with gr.Blocks() as made:
        gr.api(  # type: ignore[attr-defined]
            who, api_name="who"
        )
    return made


def asked(client: httpx.Client) -> str:
    """What the server says of this browser, through the queue as the page does it."""
    begun = client.post("/gradio_api/call/who", json={"data": []}).json()["event_id"]
    said = client.get(f"/gradio_api/call/who/{begun}").text
    found = re.search(r'data: \["([^"]*)"\]', said)
    assert found, said
    return found[1]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    with site(settings, blocks=blocks) as running:
        yield running


@contextmanager
def browser(url: str) -> Iterator[httpx.Client]:
    """A client that has opened the page."""
    with httpx.Client(base_url=url, timeout=20) as client:
        assert client.get("/", headers=PAGE).status_code == 200
        yield client


def test_a_browser_keeps_its_cookie_and_scripts_cannot_read_it(served: Site) -> None:
    first = httpx.get(served.url, headers=PAGE)
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie  # this is no https
    assert "max-age=34560000" in cookie
    again = httpx.get(served.url, headers=PAGE, cookies={COOKIE: first.cookies[COOKIE]})
    assert again.cookies[COOKIE] == first.cookies[COOKIE]


def test_two_browsers_are_two_persons_and_one_stays_one(served: Site) -> None:
    with browser(served.url) as one, browser(served.url) as other:
        first = asked(one)
        assert first == asked(one)
        assert first != asked(other)
        assert re.fullmatch(r"\|[0-9a-f]{32}", first)


def test_what_is_stored_is_not_what_the_browser_sends(served: Site) -> None:
    with browser(served.url) as one:
        number = one.cookies[COOKIE]
        assert asked(one) == f"|{browser_id(number)}"
        assert number != browser_id(number)


def test_a_program_has_no_browser(served: Site) -> None:
    client = Client(served.url, verbose=False, analytics_enabled=False)
    assert client.predict(api_name="/who") == "|"
    assert COOKIE not in served.client.get("/health").headers.get("set-cookie", "")


@pytest.mark.parametrize("number", ["", "1", "x" * 32, "A" * 32, "a" * 33, "a" * 31 + "٣"])
def test_a_made_up_number_is_replaced(served: Site, number: str) -> None:
    cookie = f"{COOKIE}={number}".encode()
    sent = httpx.Headers([*PAGE.items(), (b"cookie", cookie)])  # type: ignore[arg-type]
    answer = httpx.get(served.url, headers=sent)
    assert re.fullmatch(r"[0-9a-f]{32}", answer.cookies[COOKIE])
    assert answer.cookies[COOKIE] != number


def test_where_people_log_in_the_name_is_enough(tmp_path: Path) -> None:
    users = tmp_path / "users"
    set_password(users, "anna", "correct horse")
    with site(Settings(data_dir=tmp_path, users_file=users), blocks=blocks) as running:
        form = {"username": "anna", "password": "correct horse"}
        running.client.post("/login", data=form, headers=PAGE)
        assert COOKIE not in running.client.cookies
        running.client.cookies[COOKIE] = "a" * 32
        assert asked(running.client) == "anna|"


def test_without_the_middleware_all_browsers_are_one(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with (
        site(settings, blocks=blocks, leave_out=(BrowserIds,)) as running,
        browser(running.url) as one,
        browser(running.url) as other,
    ):
        assert asked(one) == asked(other) == "|"
