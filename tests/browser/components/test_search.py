"""Finding a label among hundreds, in the browser that does it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from model.weights.labels import kinetics400
from tests.browser.components.stage import load_modules

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
def search(browser: Browser, modules_url: str) -> Iterator[Page]:
    """A page with the search alone."""
    page = browser.new_page()
    load_modules(page, modules_url, "correction/search.js", "correction/combobox.js")
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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("guitar play", ["playing guitar"]),
        ("jav", ["javelin throw"]),
        ("golf", ["golf driving", "golf putting"]),
        ("ukullele", []),  # a wrong letter
        ("jumphigh", []),  # words written as one
        ("ukelele", ["playing ukulele"]),  # another spelling that the table has
        ("pushup", ["push up"]),
        ("hrow", []),  # the middle of a word
        ("throwing the axe", []),  # a word more
        ("!", []),
        ("", []),
    ],
)
def test_only_a_label_with_every_typed_word_is_meant(
    search: Page, typed: str, meant: list[str]
) -> None:
    names = search.evaluate(
        """([labels, text]) => new LabelSearch(labels, []).find(text)
             .filter((entry) => entry.meant).map((entry) => entry.label)""",
        [LABELS, typed],
    )
    assert names == meant


# Whatever is typed: words of the labels, whole or in part, with a letter more, less or another.
TYPINGS = """
const letters = 'abcdefghijklmnopqrstuvwxyz';
let seed = 1;
const chance = (n) => { seed = (seed * 48271) % 2147483647; return seed % n; };
const wrong = (word) => {
  const at = chance(word.length);
  const letter = letters[chance(26)];
  return [word.slice(0, at) + letter + word.slice(at + 1), word.slice(0, at) + word.slice(at + 1),
    word.slice(0, at) + letter + word.slice(at), word.slice(0, at + 1)][chance(4)];
};
const typings = (label) => {
  const words = label.split(' ');
  return [label, words[0], words.at(-1), label.slice(0, 3), label.slice(2), words.join(''),
    wrong(label), wrong(words[0]), wrong(words.at(-1)), words.map(wrong).join(' ')];
};
"""


def test_what_is_preselected_was_typed(search: Page) -> None:
    others, preselected = search.evaluate(
        f"""(labels) => {{
             {TYPINGS}
             const plain = (text) => text.toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);
             const box = new LabelBox({{ onChoose: () => {{}}, onType: () => {{}} }});
             document.body.append(box.root);
             box.offer(labels, labels.map((_, i) => i / labels.length));
             const others = [];
             let preselected = 0;
             for (const text of labels.flatMap(typings)) {{
               box.input.value = text;
               box.open();
               const name = box.options[box.active]?.label;
               if (name === undefined) continue;
               preselected += 1;
               const begun = plain(text).every(
                 (typed) => plain(name).some((word) => word.startsWith(typed)));
               if (!begun || box.options[box.active].isNew) others.push([text, name]);
             }}
             box.root.remove();
             return [others, preselected];
           }}""",
        list(kinetics400()),
    )
    # But for these, which the table of other words has.
    known = [["pullups", "pull ups"], ["pushup", "push up"], ["weeping", "crying"]]
    assert sorted(others) == known
    assert preselected > 1000  # of 4000: the rule is not kept by preselecting nothing


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
