"""The marks under the time line, for a video of any length."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from tests.browser.components.stage import load_modules

pytestmark = pytest.mark.browser
TICKS = "([duration, wanted]) => ticks(duration, wanted)"


@pytest.fixture(scope="module")
def marks(browser: Browser, modules_url: str) -> Iterator[Page]:
    page = browser.new_page()
    load_modules(page, modules_url, "viewer/rows.js")
    yield page
    page.close()


def ticks(page: Page, duration: float, wanted: float) -> list[tuple[float, str]]:
    found: list[list[object]] = page.evaluate(TICKS, [duration, wanted])
    return [(float(str(t)), str(text)) for t, text in found]


def test_one_picture(marks: Page) -> None:
    assert [text for _, text in ticks(marks, 0.04, 6)] == ["0", "0.01", "0.02", "0.03", "0.04"]


def test_usual_videos(marks: Page) -> None:
    assert [text for _, text in ticks(marks, 10.0, 6)] == ["0", "2", "4", "6", "8", "10"]
    assert [text for _, text in ticks(marks, 95.0, 6)] == ["0", "20", "40", "1:00", "1:20"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    duration=st.floats(1e-6, 6 * 3600.0),
    wanted=st.floats(2, 30),
)
def test_no_mark_is_said_twice(marks: Page, duration: float, wanted: float) -> None:
    found = ticks(marks, duration, wanted)
    texts = [text for _, text in found]
    assert len(set(texts)) == len(texts)
    assert found[0] == (0.0, "0")
    assert all(t <= duration * (1 + 1e-6) for t, _ in found)
    assert len(found) <= wanted + 1.001
