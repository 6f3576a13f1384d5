"""A real Chromium for the tests in this folder.

The folder is a package so that the browser ends with it: Playwright's event loop belongs to the
thread that started it, and would stand in the way of `asyncio.run` in every test that follows.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# The shell without windows first: the same engine for a third of the processor time.
PROGRAMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
ARGUMENTS = [
    "--no-sandbox",  # the tests may run as root in a container
    "--disable-gpu",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The installed browser. Its absence is a failure: `make test` sees to it."""
    for program in PROGRAMS:
        found = shutil.which(program)
        if found:
            return Path(found)
    pytest.fail(f"No browser was found: install one of {', '.join(PROGRAMS)}.")


@pytest.fixture(scope="package")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """One headless browser for all tests of this folder; take a `page` of it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One profile for all tests: the scripts of a site are fetched and compiled once."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-GB")
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A fresh tab of a browser that remembers nothing. The test fails if a script on it failed.

    All new tabs are closed at the end: each keeps a connection, and a browser opens six to a site.
    """
    before = context.pages
    page = context.new_page()
    failures: list[str] = []
    origins: set[str] = set()
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("framenavigated", lambda frame: origins.add("/".join(frame.url.split("/", 3)[:3])))
    yield page
    for tab in context.pages:
        if tab not in before:
            tab.close()
    forget(context, origins)
    assert failures == [], f"scripts on the page failed: {failures}"


def forget(context: BrowserContext, origins: Iterable[str]) -> None:
    """Empties what these sites keep in the browser, but for the scripts that it compiled."""
    context.clear_cookies()
    tab = context.new_page()
    wire = context.new_cdp_session(tab)
    for origin in origins:
        if origin.startswith("http"):
            what = {"origin": origin, "storageTypes": "local_storage,indexeddb,service_workers"}
            wire.send("Storage.clearDataForOrigin", what)
    tab.close()
