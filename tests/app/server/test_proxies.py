"""Whom the server believes about the visitor's address, scheme and host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
from fastapi import FastAPI, Request
from hypothesis import given
from hypothesis import strategies as st

from app.server.browsers import COOKIE
from app.server.proxies import Proxies, address_of
from app.settings import Settings, SettingsError, load_settings
from tests.serving import build, environment, serving, site

PAGE = {"accept": "text/html"}


def seen(request: gr.Request) -> str:
    """What the pages learn of the visitor."""
    return f"{request.client.host} {request.url.scheme}"


def blocks() -> gr.Blocks:
    with gr.Blocks() as made:
        gr.api(  # type: ignore[attr-defined]
            seen, api_name="seen"
        )
    return made


def asked(url: str, **headers: str) -> str:
    sent = {key.replace("_", "-"): value for key, value in headers.items()}
    begun = httpx.post(f"{url}/gradio_api/call/seen", json={"data": []}, headers=sent)
    said = httpx.get(f"{url}/gradio_api/call/seen/{begun.json()['event_id']}").text
    found = re.search(r'data: \["([^"]*)"\]', said)
    assert found, said
    return found[1]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that trusts nobody, as it is unless told otherwise."""
    with site(Settings(data_dir=tmp_path_factory.mktemp("data")), blocks=blocks) as running:
        yield running.url


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server behind two proxies."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        trusted_proxies="127.0.0.1,10.0.0.0/8,fd00::/8",
        allowed_hosts="label.example",
    )
    with site(settings, blocks=blocks) as running:
        yield running.url


def test_strangers_are_not_believed(alone: str) -> None:
    assert asked(alone) == "127.0.0.1 http"
    made_up = {"x_forwarded_for": "203.0.113.7", "x_forwarded_proto": "https"}
    assert asked(alone, **made_up) == "127.0.0.1 http"


@pytest.mark.parametrize(
    ("said", "visitor"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("198.51.100.9, 203.0.113.7", "203.0.113.7"),
        ("198.51.100.9, 203.0.113.7, 10.1.1.1", "203.0.113.7"),
        ("127.0.0.1, 203.0.113.7, 10.1.1.1,127.0.0.1", "203.0.113.7"),
        ("2001:db8::7, fd00::1", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("10.2.2.2, 10.1.1.1", "10.2.2.2"),
        ("203.0.113.7, unknown, 10.1.1.1", "10.1.1.1"),
        ("", "127.0.0.1"),
        ("-", "127.0.0.1"),
    ],
)
def test_a_proxy_of_ours_is_believed_from_the_right(behind: str, said: str, visitor: str) -> None:
    assert asked(behind, x_forwarded_for=said) == f"{visitor} http"


def test_several_lines_are_one_list(behind: str) -> None:
    lines = [("x-forwarded-for", "198.51.100.9"), ("x-forwarded-for", "203.0.113.7")]
    begun = httpx.post(f"{behind}/gradio_api/call/seen", json={"data": []}, headers=lines)
    said = httpx.get(f"{behind}/gradio_api/call/seen/{begun.json()['event_id']}").text
    assert "203.0.113.7" in said


def test_https_makes_cookies_secure(alone: str, behind: str) -> None:
    told = PAGE | {"x-forwarded-proto": "https"}
    for url, secure in ((alone, False), (behind, True)):
        cookie = httpx.get(url, headers=told).headers["set-cookie"]
        assert COOKIE in cookie
        assert ("secure" in cookie.lower()) is secure


def test_the_host_is_checked_as_ever(alone: str, behind: str) -> None:
    """Gradio writes the host into the page; a made-up one must not get there."""
    evil = PAGE | {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    page = httpx.get(alone, headers=evil)
    assert page.status_code == 200
    assert "evil.example" not in page.text
    assert httpx.get(behind, headers=evil).status_code == 403
    good = evil | {"x-forwarded-host": "label.example"}
    page = httpx.get(behind, headers=good)
    assert page.status_code == 200
    assert "https://label.example" in page.text


def test_without_the_door_gradio_believes_anybody(tmp_path: Path) -> None:
    evil = PAGE | {"x-forwarded-host": "evil.example"}
    with site(Settings(data_dir=tmp_path), leave_out=(Proxies,)) as running:
        assert "evil.example" in httpx.get(running.url, headers=evil).text


def test_the_origin_is_compared_with_the_host_that_the_visitor_used(behind: str) -> None:
    told = {"x-forwarded-host": "label.example", "x-forwarded-proto": "https"}
    own = told | {"origin": "https://label.example"}
    foreign = told | {"origin": "https://evil.example"}
    body: dict[str, Any] = {"data": []}
    path = f"{behind}/gradio_api/call/seen"
    assert httpx.post(path, json=body, headers=own).status_code == 200
    assert httpx.post(path, json=body, headers=foreign).status_code == 403


def test_an_ignored_proxy_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with site(Settings(data_dir=tmp_path)) as running:
        for _ in range(3):
            httpx.get(f"{running.url}/health", headers={"x-forwarded-for": "203.0.113.7"})
    told = [record for record in caplog.records if "TRUSTED_PROXIES" in record.getMessage()]
    assert len(told) == 1


def test_uvicorn_itself_believes_nobody(tmp_path: Path) -> None:
    """It trusts 127.0.0.1 unless told otherwise, before any door of ours."""
    settings = Settings(data_dir=tmp_path)
    found: list[str] = []
    with environment(settings):
        app: FastAPI = build(settings)

        @app.middleware("http")
        async def note(request: Request, call_next: Any) -> Any:
            found.append(request.client.host if request.client else "")
            return await call_next(request)

        with serving(app, settings) as running:
            httpx.get(f"{running.url}/health", headers={"x-forwarded-for": "203.0.113.7"})
    assert found == ["127.0.0.1"]


@pytest.mark.parametrize("wrong", ["nginx", "10.0.0.1/8", "*", "300.1.1.1"])
def test_a_setting_that_names_no_address(wrong: str) -> None:
    with pytest.raises(SettingsError, match="SECOND_LOOK_TRUSTED_PROXIES"):
        load_settings(trusted_proxies=wrong)


@given(st.text())
def test_any_text_is_an_address_or_none(text: str) -> None:
    found = address_of(text)
    assert found is None or found.version in (4, 6)
