"""Another site's page in the same browser, and a person who logs in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from starlette.middleware.cors import CORSMiddleware

from app.server.access import Access
from app.server.headers import SecurityHeaders
from app.server.people import set_password
from app.settings import Settings
from tests.serving import Site, site

ATTEMPTS = """async (target) => {
    const form = new FormData();
    form.append("files", new Blob(["x"]), "forged.mp4");
    const result = {};
    const attempts = {
        upload: [target + "/gradio_api/upload", {method: "POST", body: form, mode: "no-cors"}],
        call: [target + "/gradio_api/call/show",
               {method: "POST", body: '{"data": ["forged"]}', mode: "no-cors"}],
        read: [target + "/config", {}],
    };
    for (const [name, [url, options]] of Object.entries(attempts)) {
        try { result[name] = (await fetch(url, options)).type; }
        catch (error) { result[name] = "refused"; }
    }
    return result;
}"""


class Elsewhere(BaseHTTPRequestHandler):
    """A page of another site."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>Elsewhere</title><p>Look, kittens.")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(Settings(data_dir=tmp_path_factory.mktemp("data"))) as running:
        yield running


def forged(site: Site) -> list[Path]:
    return list(site.settings.gradio_dir.rglob("forged.mp4"))


def test_another_site_can_do_nothing(served: Site, page: Page, elsewhere: str) -> None:
    page.goto(elsewhere)
    assert set(page.evaluate(ATTEMPTS, served.url).values()) == {"refused"}
    assert forged(served) == []


def test_without_the_doors_it_could(settings: Settings, page: Page, elsewhere: str) -> None:
    with site(settings, leave_out=(Access, CORSMiddleware, SecurityHeaders)) as running:
        page.goto(elsewhere)
        assert page.evaluate(ATTEMPTS, running.url)["upload"] == "opaque"
        assert len(forged(running)) == 1


def test_another_site_cannot_show_us_in_a_frame(served: Site, page: Page, elsewhere: str) -> None:
    page.goto(elsewhere)
    page.evaluate(
        """(target) => new Promise((resolve) => {
            const frame = document.createElement("iframe");
            frame.onload = resolve;
            frame.src = target;
            document.body.append(frame);
        })""",
        served.url,
    )
    assert page.frames[1].locator("button").count() == 0
    assert page.frames[1].url.startswith("chrome-error:")


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("data")
    set_password(folder / "users", "anna", "correct horse")
    with site(Settings(data_dir=folder, users_file=folder / "users")) as running:
        yield running


def test_a_person_logs_in_with_the_keyboard(private: Site, page: Page) -> None:
    page.goto(f"{private.url}/?video=7")
    expect(page.get_by_label("Name")).to_be_focused()  # by itself, a moment after the page is there
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong password")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("Wrong name or password").wait_for()
    assert page.get_by_label("Name").input_value() == "anna"
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Measure").wait_for()
    assert page.url == f"{private.url}/?video=7"
    page.reload()
    page.get_by_role("button", name="Measure").wait_for()
