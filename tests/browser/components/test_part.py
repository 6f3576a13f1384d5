"""A label for a part of the video: its edges by key, its pictures, and what is saved of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.components.ledger import Ledger
from tests.browser.components.test_correction import correction_url, ledger, only, panel

__all__ = ["correction_url", "ledger", "panel"]  # fixtures

pytestmark = pytest.mark.browser

TELL = "([name, detail]) => document.dispatchEvent(new CustomEvent(name, {detail}))"
CHOSEN = ".sl-part-chosen strong"


def play(page: Page, t: float) -> None:
    """As the viewer tells which moment it shows."""
    page.evaluate(TELL, ["secondlook:time", {"t": t}])


@pytest.fixture
def shown(panel: Page) -> Page:
    """The panel beside a video of four seconds, 25 pictures a second."""
    panel.evaluate(TELL, ["secondlook:shown", {"id": 1, "name": "1", "duration": 4, "fps": 25}])
    return panel


def test_two_keys_mark_a_part_and_two_more_label_it(shown: Page, ledger: Ledger) -> None:
    play(shown, 1.01)
    shown.keyboard.press("i")
    play(shown, 2.0)
    shown.keyboard.press("o")
    expect(shown.locator(CHOSEN)).to_have_text("1.0 to 2.0 s")
    shown.keyboard.press("2")
    expect(shown.get_by_role("button", name="Save: javelin throw, 1.0 to 2.0 s")).to_be_focused()
    shown.keyboard.press("Enter")
    expect(shown.get_by_text("Labels so far")).to_be_visible()
    decision = only(ledger)
    assert (decision.start_s, decision.end_s) == (1.0, 2.04)  # the picture at 2.0 belongs to it
    assert decision.segment_id
    expect(shown.locator(CHOSEN)).to_be_hidden()  # the next label is for the whole video again
    play(shown, 3.0)
    shown.keyboard.press("x")  # "this until here", from where the last part ended
    expect(shown.locator(CHOSEN)).to_have_text("2.0 to 3.0 s")


def test_without_a_part_the_label_is_for_the_whole_video(shown: Page, ledger: Ledger) -> None:
    play(shown, 1.0)
    shown.keyboard.press("i")
    shown.get_by_role("button", name="Whole video").click()
    shown.keyboard.press("2")
    shown.keyboard.press("Enter")
    expect(shown.get_by_text("Labels so far")).to_be_visible()
    decision = only(ledger)
    assert (decision.start_s, decision.end_s, decision.segment_id) == (None, None, None)


def test_a_digit_that_is_held_paints_and_one_that_is_pressed_does_not(shown: Page) -> None:
    play(shown, 1.0)
    shown.keyboard.down("2")
    play(shown, 1.8)
    shown.keyboard.up("2")
    expect(shown.locator(CHOSEN)).to_have_text("1.0 to 1.8 s")
    shown.get_by_role("button", name="Whole video").click()
    shown.keyboard.press("3")
    expect(shown.get_by_role("button", name="Save: playing ukulele", exact=True)).to_be_visible()
    expect(shown.locator(CHOSEN)).to_be_hidden()


def test_edges_move_by_one_picture(shown: Page, ledger: Ledger) -> None:
    play(shown, 1.0)
    shown.keyboard.press("i")
    shown.get_by_role("button", name="Begin one picture later").press("Enter")
    shown.get_by_role("button", name="End one picture earlier").press("Enter")
    shown.get_by_role("button", name="End one picture earlier").press("Enter")
    shown.keyboard.press("1")
    shown.keyboard.press("Enter")
    expect(shown.get_by_text("Labels so far")).to_be_visible()
    decision = only(ledger)
    assert decision.start_s == pytest.approx(1.04)
    assert decision.end_s == pytest.approx(3.92)


def test_a_part_that_is_not_saved_yet_outlives_a_reload(shown: Page) -> None:
    play(shown, 1.0)
    shown.keyboard.press("i")
    shown.reload()
    expect(shown.locator(CHOSEN)).to_have_text("1.0 to 4.0 s")


def test_keys_for_parts_are_letters_while_one_types(shown: Page) -> None:
    shown.get_by_role("combobox").press_sequentially("iox")
    expect(shown.locator(CHOSEN)).to_be_hidden()
