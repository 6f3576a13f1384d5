"""A browser gets a page where something cannot be shown, a program gets what the app says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from app.server.crowd import Crowd
from app.server.refusals import Refusals
from app.settings import Settings
from tests.serving import Site, build, environment, serving, without

PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def failing(_: Request) -> Response:
    raise RuntimeError("a fault in the program")


async def refusing(request: Request) -> Response:
    text = request.query_params.get("said", "Too Many Requests")
    return PlainTextResponse(text, status_code=int(request.query_params["status"]))


async def waiting(_: Request) -> Response:
    async def nothing() -> AsyncIterator[bytes]:
        yield b"here\n"
        await asyncio.sleep(600)

    return StreamingResponse(nothing(), media_type="text/plain")


ROUTES = [
    Route("/failing", failing),
    Route("/refusing", refusing, methods=["GET", "POST"]),
    Route("/waiting", waiting),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), max_upload_bytes=1000)
    with environment(settings):
        app = build(settings)
        app.routes[:0] = ROUTES
        with serving(app, settings) as running:
            yield running


def shown(answer: httpx.Response, title: str) -> str:
    """The page's text, once it is one of ours."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "content-security-policy" in answer.headers
    assert f"<h1>{title}</h1>" in answer.text
    assert 'href="/"' in answer.text
    assert "--sl-page" in answer.text  # the program's colours
    return answer.text


@pytest.mark.parametrize(
    "path",
    ["/anything-wrong", "/videos/none", "/media/99/play", "/gradio_api/nothing", "/monitoring"],
)
def test_a_wrong_address(served: Site, path: str) -> None:
    answer = served.client.get(path, headers=PAGE)
    assert answer.status_code == 404
    shown(answer, "There is no such page")
    program = served.client.get(path)
    assert program.status_code == 404
    assert "html" not in program.headers["content-type"]


def test_our_own_sentence_is_kept(served: Site) -> None:
    answer = served.client.get("/media/99/play", headers=PAGE)
    assert "<p>This video is not here.</p>" in answer.text


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (403, "This is not allowed"),
        (413, "This is too large"),
        (418, "This did not work"),
        (429, "Too much at once"),
        (500, "Something went wrong"),
        (502, "Something went wrong"),
        (503, "Too many visitors"),
    ],
)
def test_every_kind_has_its_page(served: Site, status: int, title: str) -> None:
    answer = served.client.get(f"/refusing?status={status}", headers=PAGE)
    assert answer.status_code == status
    assert "Too Many Requests" not in shown(answer, title)


def test_what_others_wrote_is_no_html(served: Site) -> None:
    said = "<script>alert(1)</script>."
    answer = served.client.get("/refusing", params={"status": 403, "said": said}, headers=PAGE)
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_a_method_that_an_address_has_not(served: Site) -> None:
    answer = served.client.get("/gradio_api/queue/join", headers=PAGE)
    assert answer.status_code == 405
    shown(answer, "There is no such page")


def test_another_sites_form_and_a_wrong_host(served: Site) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"host": "evil.example"}):
        answer = served.client.post("/refusing", headers=PAGE | headers)
        assert answer.status_code == 403
        shown(answer, "This is not allowed")


def test_a_body_that_is_too_large(served: Site) -> None:
    answer = served.client.post(
        "/gradio_api/upload", files={"files": ("clip.mp4", bytes(200_000))}, headers=PAGE
    )
    assert answer.status_code == 413
    shown(answer, "This is too large")


def test_a_fault_of_the_program(served: Site) -> None:
    answer = served.client.get("/failing", headers=PAGE)
    assert answer.status_code == 500
    assert "a fault in the program" not in shown(answer, "Something went wrong")
    assert httpx.get(f"{served.url}/failing").text == "Internal Server Error"


def test_what_works_is_left_alone(served: Site) -> None:
    assert "gradio" in served.client.get("/", headers=PAGE).text
    assert served.client.get("/health", headers=PAGE).json()["status"] == "ready"


def test_too_many_at_once(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with environment(settings):
        app = without(build(settings), Crowd)
        app.routes[:0] = ROUTES
        guards: list[Any] = [guard.cls for guard in app.user_middleware]
        few = Middleware(Crowd, at_once=2)
        app.user_middleware.insert(guards.index(Refusals) + 1, few)
        with serving(app, settings) as running, ExitStack() as streams:
            streamed = [
                streams.enter_context(running.client.stream("GET", "/waiting")).iter_lines()
                for _ in range(2)
            ]
            assert [next(lines) for lines in streamed] == ["here", "here"]
            answer = httpx.get(running.url, headers=PAGE)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert "Too many people" in shown(answer, "Too many visitors")
            streams.close()


def test_without_the_middleware_it_is_json(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with environment(settings):
        app = without(build(settings), Refusals)
        with serving(app, settings) as running:
            answer = running.client.get("/anything-wrong", headers=PAGE)
            assert answer.json() == {"detail": "Not Found"}
