"""The fixtures themselves."""

from __future__ import annotations

from playwright.sync_api import Page


def test_a_real_browser_runs_scripts(page: Page) -> None:
    page.set_content(
        "<output></output><script>document.querySelector('output').textContent = 6 * 7</script>"
    )
    assert page.inner_text("output") == "42"
