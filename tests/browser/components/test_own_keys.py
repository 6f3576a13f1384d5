"""Keys that a person changed, and the model's answer hidden until somebody has chosen."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr
import pytest
from playwright.sync_api import Page, expect

from app.components.correction import correction, correction_value
from tests.browser.components.ledger import Ledger
from tests.browser.components.stage import LABELS, example_prediction, served

pytestmark = pytest.mark.browser
HIDDEN = "The model’s answer is hidden until you choose."


@pytest.fixture(scope="module")
def panel_url() -> Iterator[str]:
    """The panel for one video, of which the model is sure."""
    ledger = Ledger()

    def build() -> gr.Blocks:
        with gr.Blocks() as blocks:
            panel = correction(None, save=ledger.save, undo=ledger.undo)
            value = correction_value(
                example_prediction(),
                video_id=1,
                video_name="1.mp4",
                prediction_id=31,
                labels=LABELS,
            )
            blocks.load(lambda: value, outputs=panel)
        return blocks

    with served(build) as url:
        yield url


@pytest.fixture
def panel(tab: Page, panel_url: str) -> Page:
    tab.goto(panel_url)
    expect(tab.get_by_role("region", name="Your answer")).to_be_visible()
    return tab


def help_of(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def saves(page: Page) -> str:
    return page.locator(".sl-save").inner_text()


def hide(page: Page) -> None:
    help_of(page)
    page.get_by_label("Hide the model’s answer until I choose").check()
    page.get_by_role("button", name="Close").click()


def test_a_hidden_answer_is_neither_seen_nor_chosen(panel: Page) -> None:
    guesses = panel.get_by_role("group", name="The model’s guesses")
    expect(guesses).to_be_visible()
    hide(panel)
    expect(panel.get_by_text(HIDDEN)).to_be_visible()
    expect(guesses).to_be_hidden()
    for key in ("1", "2", "y"):
        panel.keyboard.press(key)
    assert saves(panel) == "Choose an answer, then save it"
    panel.keyboard.press("/")
    expect(panel.get_by_role("option")).to_have_count(0)


def test_it_is_shown_once_somebody_has_chosen(panel: Page) -> None:
    hide(panel)
    panel.keyboard.press("u")
    expect(panel.get_by_text(HIDDEN)).to_be_hidden()
    expect(panel.get_by_role("group", name="The model’s guesses")).to_be_visible()
    panel.keyboard.press("1")
    expect(panel.locator(".sl-save")).to_contain_text(LABELS[0])


def test_hiding_is_kept_and_can_be_switched_off(panel: Page) -> None:
    hide(panel)
    panel.reload()
    expect(panel.get_by_text(HIDDEN)).to_be_visible()
    help_of(panel)
    panel.get_by_label("Hide the model’s answer until I choose").uncheck()
    panel.get_by_role("button", name="Close").click()
    expect(panel.get_by_role("group", name="The model’s guesses")).to_be_visible()


def change(page: Page, words: str, to: str) -> None:
    help_of(page)
    page.get_by_text("Change keys").click()
    page.get_by_role("button", name=words).click()
    page.keyboard.press(to)


def test_a_changed_key_works_and_the_old_one_does_not(panel: Page) -> None:
    change(panel, "the model’s first guess", "q")
    expect(panel.get_by_role("button", name="Change the key Q: the model’s first")).to_be_focused()
    panel.reload()
    expect(panel.locator(".sl-guess .sl-key").first).to_have_text("Q")
    panel.keyboard.press("1")
    assert saves(panel) == "Choose an answer, then save it"
    panel.keyboard.press("q")
    expect(panel.locator(".sl-save")).to_contain_text(LABELS[0])


def test_a_key_that_is_taken_is_refused_with_a_sentence(panel: Page) -> None:
    change(panel, "the model’s first guess", "u")
    expect(panel.get_by_text("U is taken: ")).to_be_visible()
    panel.get_by_role("button", name="Change the key 1: the model’s first").click()
    panel.keyboard.press("Enter")
    expect(panel.get_by_text("This key cannot be used: Enter saves.")).to_be_visible()
    panel.get_by_role("button", name="Close").click()
    panel.keyboard.press("1")
    expect(panel.locator(".sl-save")).to_contain_text(LABELS[0])


def test_all_keys_can_be_as_usual_again(panel: Page) -> None:
    change(panel, "the model’s first guess", "q")
    panel.get_by_role("button", name="Usual keys").click()
    panel.get_by_role("button", name="Close").click()
    panel.keyboard.press("1")
    expect(panel.locator(".sl-save")).to_contain_text(LABELS[0])
