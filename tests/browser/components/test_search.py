"""Finding a label among hundreds, in the browser that does it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app.components.assets import STATIC

pytestmark = pytest.mark.browser

LABELS = [
    "playing guitar",
    "playing ukulele",
    "playing piano",
    "archery",
    "javelin throw",
    "throwing axe",
    "push up",
    "pull ups",
    "golf driving",
    "golf putting",
    "making a cake",
    "eating cake",
    "café dancing",
    "high jump",
    "jumping into pool",
    "walking the dog",
]


@pytest.fixture(scope="module")
def search(browser: Browser) -> Iterator[Page]:
    """A page with the search alone."""
    page = browser.new_page()
    page.add_script_tag(path=STATIC / "correction" / "search.js")
    yield page
    page.close()


def found(
    page: Page, text: str, labels: list[str] = LABELS, probabilities: list[float] | None = None
) -> list[str]:
    names: list[str] = page.evaluate(
        """([labels, probabilities, text]) =>
             new LabelSearch(labels, probabilities).find(text).map((entry) => entry.label)""",
        [labels, probabilities or [0.0] * len(labels), text],
    )
    return names


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("guitar play", "playing guitar"),  # order and unfinished words
        ("ukelele", "playing ukulele"),  # a wrong letter
        ("PLAYING  PIANO!", "playing piano"),  # case and signs
        ("archrey", "archery"),  # swapped letters
        ("jav", "javelin throw"),
        ("javlin trow", "javelin throw"),  # a missing letter in each word
        ("throw javelin", "javelin throw"),
        ("pushup", "push up"),  # words written as one
        ("push-ups", "push up"),
        ("pullups", "pull ups"),
        ("golf put", "golf putting"),
        ("cafe", "café dancing"),  # accents
        ("dog walking", "walking the dog"),
        ("jump high", "high jump"),
        ("cake eating", "eating cake"),
    ],
)
def test_the_best_is_first(search: Page, typed: str, label: str) -> None:
    assert found(search, typed)[:1] == [label]


def test_equal_matches_come_in_the_models_order(search: Page) -> None:
    probabilities = [0.0] * len(LABELS)
    assert found(search, "golf")[:2] == ["golf driving", "golf putting"]
    probabilities[LABELS.index("golf putting")] = 0.4
    assert found(search, "golf", LABELS, probabilities)[:2] == ["golf putting", "golf driving"]
    # A better match still wins over a more probable label.
    assert found(search, "golf driving", LABELS, probabilities)[0] == "golf driving"


def test_nothing_typed_offers_what_the_model_held_probable(search: Page) -> None:
    probabilities = [0.0] * len(LABELS)
    probabilities[3], probabilities[5] = 0.5, 0.3
    assert found(search, "  ", LABELS, probabilities)[:2] == ["archery", "throwing axe"]


@pytest.mark.parametrize("typed", ["zzzz", "qx", "!!!???", "x" * 90, "\\", "(", "💥"])
def test_nonsense_finds_little_and_breaks_nothing(search: Page, typed: str) -> None:
    assert len(found(search, typed)) <= 12


def test_the_same_label_is_recognised(search: Page) -> None:
    same = "([labels, text]) => new LabelSearch(labels, []).same(text)"
    assert search.evaluate(same, [LABELS, " Golf-Driving "]) == "golf driving"
    assert search.evaluate(same, [LABELS, "Cafe dancing"]) == "café dancing"
    assert search.evaluate(same, [LABELS, "golf"]) is None


@pytest.mark.shared
def test_every_kinetics_label_is_found_with_words_turned_round(
    search: Page, shared_dir: Path
) -> None:
    text = (shared_dir / "data" / "labels" / "label_map_k400.txt").read_text(encoding="utf-8")
    labels = [line for line in text.splitlines() if line]
    missed: list[str] = search.evaluate(
        """(labels) => {
             const search = new LabelSearch(labels, []);
             const turned = (label) => label.split(' ').reverse().join(' ').toUpperCase();
             return labels.filter((label) => !search.find(turned(label)).slice(0, 3)
               .some((entry) => entry.label === label));
           }""",
        labels,
    )
    assert missed == []
