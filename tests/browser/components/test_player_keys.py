"""Space, arrows and F work wherever they have nothing else to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.components.stage import DURATION
from tests.browser.components.test_viewer import current_time, ready, seek, settled

pytestmark = pytest.mark.browser
PLAYS = "!document.querySelector('video.sl-video').paused"
STANDS = "document.querySelector('video.sl-video').paused"
FIELDS = ("<input>", "<textarea></textarea>", "<select><option>a</select>", "<button>b</button>")


@pytest.fixture
def shown(tab: Page, viewer_url: str) -> Page:
    tab.goto(viewer_url)
    ready(tab)
    return tab


def test_space_plays_and_pauses_and_does_not_scroll(shown: Page) -> None:
    shown.locator("h2").first.click()
    shown.keyboard.press("Space")
    shown.wait_for_function(PLAYS)
    shown.keyboard.press("Space")
    shown.wait_for_function(STANDS)
    assert shown.evaluate("scrollY") == 0


def test_arrows_move_through_the_video(shown: Page) -> None:
    seek(shown, 2.0)
    shown.locator("h2").first.click()
    shown.keyboard.press("ArrowRight")
    settled(shown, 2.0 + DURATION / 10)
    shown.keyboard.press("ArrowLeft")
    shown.keyboard.press("ArrowLeft")
    settled(shown, 2.0 - DURATION / 10)


def test_shift_and_an_arrow_lead_from_key_moment_to_key_moment(shown: Page) -> None:
    shown.get_by_role("button", name="reasoned").click()
    ready(shown)
    first = shown.get_by_role("button", name="a key moment for archery").first
    second = float(str(first.get_attribute("aria-label")).removeprefix("Go to ").split(" ")[0])
    seek(shown, 0.0)
    shown.locator("h2").first.click()
    shown.keyboard.press("Shift+ArrowRight")
    shown.wait_for_function(
        "t => Math.abs(document.querySelector('video.sl-video').currentTime - t) < 0.1", arg=second
    )
    at = current_time(shown)
    shown.keyboard.press("Shift+ArrowLeft")  # there is only one: round and round
    shown.wait_for_timeout(200)
    assert current_time(shown) == pytest.approx(at, abs=0.03)


@pytest.mark.parametrize("field", FIELDS)
def test_what_uses_these_keys_keeps_them(shown: Page, field: str) -> None:
    seek(shown, 2.0)
    shown.evaluate(
        """(html) => {
          const place = document.createElement('div');
          place.innerHTML = html;
          document.body.prepend(place);
          place.firstChild.focus();
        }""",
        field,
    )
    shown.keyboard.press("Space")
    shown.keyboard.press("f")
    if "button" not in field:  # a button has no use for arrows
        shown.keyboard.press("ArrowRight")
    shown.wait_for_timeout(200)
    assert shown.evaluate(STANDS)
    assert current_time(shown) == pytest.approx(2.0, abs=0.03)
    shown.evaluate("document.fullscreenElement && document.exitFullscreen()")


def test_a_choice_takes_the_arrows_for_itself(shown: Page) -> None:
    seek(shown, 2.0)
    shown.get_by_role("radio", name="archery").focus()
    shown.keyboard.press("ArrowRight")
    shown.wait_for_timeout(200)
    assert current_time(shown) == pytest.approx(2.0, abs=0.03)


def test_f_and_the_button_fill_the_screen(shown: Page) -> None:
    shown.locator("h2").first.click()
    shown.keyboard.press("f")
    shown.wait_for_function("document.fullscreenElement?.querySelector('.sl-stage, .sl-track')")
    shown.keyboard.press("f")
    shown.wait_for_function("document.fullscreenElement === null")
    shown.get_by_role("button", name="Full screen").click()
    shown.wait_for_function("document.fullscreenElement !== null")
    assert shown.get_by_role("button", name="Play").is_visible()
    shown.evaluate("document.exitFullscreen()")


def test_they_can_be_switched_off(shown: Page) -> None:
    shown.evaluate("localStorage.setItem('secondlook:keys', JSON.stringify('off'))")
    seek(shown, 2.0)
    shown.locator("h2").first.click()
    shown.keyboard.press("ArrowRight")
    shown.keyboard.press("f")
    shown.wait_for_timeout(200)
    assert current_time(shown) == pytest.approx(2.0, abs=0.03)
    assert shown.evaluate("document.fullscreenElement") is None
