"""Who is logged in stands on every page, with the way out beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.server.people import set_password
from app.server.start import make_server
from app.settings import Settings
from app.wiring import build
from app.workflow.answers import explain
from app.workflow.videos import ingest
from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from tests.app.quick import answer_quickly
from tests.conftest import DataAt
from tests.serving import Site, environment, in_a_loop, serving

PASSWORD = "correct horse"
PATIENCE_MS = 30_000  # a page of the whole program, on a machine that does other things too


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Iterator[Site]:
    """The whole program with two people and one answered video, number 1."""
    folder = tmp_path_factory.mktemp("people")
    users = folder / "users"
    for name in ("alice", "bob"):
        set_password(users, name, PASSWORD)
    settings = Settings(
        data_dir=data_at(folder / "data"), users_file=users, engine="openvino", min_free_bytes=0
    )
    clip = folder / "juggling.mp4"
    render(scenes()[0], clip)
    with environment(settings):
        services = answer_quickly(build(settings))
        explain.explain_upload(services, ingest.Upload(clip, clip.name), lambda *_: None)
        app = in_a_loop(lambda: make_server(settings, services))
        with serving(app, settings) as running:
            yield running


def log_in(page: Page, url: str, name: str) -> None:
    page.goto(url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize(
    "path", ["/", "/videos", "/teach", "/models", "/export", "/compare", "/methods"]
)
def test_every_page_says_who_is_logged_in(served: Site, page: Page, path: str) -> None:
    log_in(page, f"{served.url}{path}", "bob")
    expect(page.locator("#account")).to_contain_text("Logged in as bob", timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Log out")).to_be_visible(timeout=PATIENCE_MS)


def test_the_page_uses_the_log_in_and_asks_for_no_name(served: Site, page: Page) -> None:
    log_in(page, f"{served.url}/?video=1", "bob")
    panel = page.locator("#correction")
    panel.get_by_text("Add a note").click(timeout=PATIENCE_MS)
    expect(panel.get_by_label("Note")).to_be_visible()
    expect(panel.get_by_label("Your name")).to_be_hidden()
    panel.get_by_role("button", name="Not sure").click()
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("bob was not sure", timeout=PATIENCE_MS)


def test_logging_out(served: Site, page: Page) -> None:
    log_in(page, f"{served.url}/videos", "alice")
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(f"{served.url}/login", timeout=PATIENCE_MS)
    page.goto(f"{served.url}/videos")
    expect(page).to_have_url(f"{served.url}/login?next=/videos", timeout=PATIENCE_MS)
    page.go_back()
    expect(page.get_by_label("Password")).to_be_visible(timeout=PATIENCE_MS)


def test_a_page_of_somebody_who_left_saves_nothing_for_another(served: Site, page: Page) -> None:
    """Two tabs of one browser: bob's page stays open while alice logs in."""
    log_in(page, f"{served.url}/?video=1", "bob")
    panel = page.locator("#correction")
    panel.get_by_text("Add a note").click(timeout=PATIENCE_MS)
    expect(panel.get_by_label("Note")).to_be_visible()
    other = page.context.new_page()
    log_in(other, f"{served.url}/login", "alice")
    expect(other.locator("#account")).to_contain_text("alice", timeout=PATIENCE_MS)
    panel.get_by_role("button", name="Unusable video").click()
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("You are logged in as alice", timeout=PATIENCE_MS)
    expect(panel).not_to_contain_text("alice said")
