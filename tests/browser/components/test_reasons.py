"""Why this and not that: what the viewer draws is what the model package computes."""

from __future__ import annotations

import re

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from app.words.evidence import why_it_won
from model.evidence.contrast import contrast_curves
from model.evidence.moments import key_moments
from model.evidence.pair import pair
from tests.browser.components.stage import LABELS, reasoned_prediction
from tests.browser.components.test_viewer import (
    LEFT,
    RIGHT,
    choose,
    heat,
    ready,
    seek,
    settled,
)

pytestmark = pytest.mark.browser
PREDICTION = reasoned_prediction()
SECONDS = PREDICTION.evidence.seconds


@pytest.fixture
def reasoned(tab: Page, viewer_url: str) -> Page:
    tab.goto(viewer_url)
    ready(tab)
    tab.get_by_role("button", name="reasoned", exact=True).click()
    expect(
        tab.get_by_role("combobox", name=re.compile("^Evidence for .* compared with$"))
    ).to_be_visible()
    ready(tab)
    return tab


def agrees(page: Page, t: float, curve: NDArray[np.float32]) -> bool:
    """Whether the evidence that is read out near a moment is that of the curve there."""
    seek(page, t)
    line = page.get_by_role("slider", name="Time in the video")
    text, now = line.get_attribute("aria-valuetext"), line.get_attribute("aria-valuenow")
    assert text is not None
    assert now is not None
    found = re.search(r"evidence for .* ([+−]?\d+\.\d)$", text)
    assert found is not None, text
    there = float(np.interp(float(now), SECONDS, curve))
    return float(found[1].replace("−", "-")) == pytest.approx(there, abs=0.06)


def against(page: Page, option: str) -> None:
    page.get_by_role("combobox", name=re.compile("^Evidence for .* compared with$")).select_option(
        option
    )


def test_first_each_class_is_set_against_the_others(reasoned: Page) -> None:
    curves = contrast_curves(PREDICTION.evidence)
    for step in (5, 7):
        assert agrees(reasoned, SECONDS[step], curves[0])
        assert not agrees(reasoned, SECONDS[step], PREDICTION.evidence.curves[0])
    choose(reasoned, LABELS[1])
    assert agrees(reasoned, SECONDS[1], curves[1])


def test_a_pair_is_signed_and_its_sentence_names_what_decided(reasoned: Page) -> None:
    compared = pair(PREDICTION, 0, 1)
    assert compared is not None
    against(reasoned, "javelin throw")
    for step in (1, 5):
        assert agrees(reasoned, SECONDS[step], compared.curve)
    expect(reasoned.get_by_text(why_it_won(compared, LABELS[0], LABELS[1]))).to_be_visible()
    seek(reasoned, SECONDS[5])
    warm = heat(reasoned, LEFT)
    assert warm["red"] > warm["blue"]
    seek(reasoned, SECONDS[1])
    cool = heat(reasoned, RIGHT)
    assert cool["alpha"] > 60
    assert cool["blue"] > cool["red"]


def test_all_evidence_can_still_be_seen_alone(reasoned: Page) -> None:
    against(reasoned, "nothing: all of it")
    assert agrees(reasoned, SECONDS[5], PREDICTION.evidence.curves[0])
    expect(reasoned.get_by_text("Evidence for archery is mostly between 2.5")).to_be_visible()


def test_the_question_stays_when_another_class_is_chosen(reasoned: Page) -> None:
    against(reasoned, "golf driving")
    choose(reasoned, "javelin throw")
    menu = reasoned.get_by_role("combobox", name="Evidence for javelin throw compared with")
    expect(menu).to_have_value("3")
    choose(reasoned, "golf driving")  # which cannot be set against itself
    expect(
        reasoned.get_by_role("combobox", name="Evidence for golf driving compared with")
    ).to_have_value("others")


def test_key_moments_are_pictures_that_lead_there(reasoned: Page) -> None:
    moments = [moment.second for moment in key_moments(PREDICTION, 0)]
    assert moments
    places = reasoned.get_by_role("button", name=re.compile("a key moment for archery"))
    expect(places).to_have_count(len(moments))
    reasoned.wait_for_function(
        """() => [...document.querySelectorAll('.sl-moment canvas')].every((canvas) => {
          const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return pixels.data.some((value, i) => i % 4 < 3 && value > 100);
        })"""
    )
    places.last.click()
    settled(reasoned, moments[-1])


def test_without_weights_there_is_nothing_to_take_apart(tab: Page, viewer_url: str) -> None:
    tab.goto(viewer_url)
    ready(tab)
    expect(
        tab.get_by_role("combobox", name=re.compile("^Evidence for .* compared with$"))
    ).to_be_hidden()
    expect(tab.get_by_role("region", name="Key moments")).to_be_hidden()
