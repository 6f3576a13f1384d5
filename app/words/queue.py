"""The orders of a queue, and why a video stands where it does, as people read them."""

from __future__ import annotations

from typing import Literal

from app.words.numbers import percent

QueueOrder = Literal[
    "listed", "mix", "unsure", "wrong", "different", "label_errors", "disagree", "newest"
]

ORDERS: dict[QueueOrder, str] = {
    "listed": "As listed",
    "mix": "Mixed, for teaching",
    "unsure": "Least certain first",
    "wrong": "Most likely wrong first",
    "different": "New and different first",
    "label_errors": "Labels that look wrong",
    "disagree": "People disagree",
    "newest": "Newest first",
}

NONE_OF: dict[QueueOrder, str] = {
    "label_errors": "No label in this list looks wrong.",
    "disagree": "Nobody disagrees about a video in this list.",
}
NONE = "Every video in this list has a label. Choose “As listed” to go through them."

DIFFERENT = "Unlike anything labelled so far."
FOLLOWS = "More like the videos before it."
NOT_COMPARED = "The model has not looked at it yet."
NEWEST = "One of the newest."
FEW = ("", "One person", "Two people", "Three people", "Four people", "Five people")


def least_sure(probability: float | None, *, is_first: bool) -> str:
    """`probability` 0..1 of the model's answer; None without one."""
    if probability is None:
        return NOT_COMPARED
    if is_first:
        return f"The model was least sure here: {percent(probability)}."
    return f"The model was not sure here: {percent(probability)}."


def often_corrected(answer: str, wrong: int, seen: int) -> str:
    """People gave another label in `wrong` of the `seen` videos that the model called `answer`."""
    return f"The model says {answer}; people corrected that {wrong} of {seen} times."


def between(first: str, second: str) -> str:
    """What the labels so far leave open."""
    return f"Could be {first} or {second}, by the labels so far."


def second(label: str) -> str:
    """A label that has one video only."""
    return f"Looks like {label}, which has only one video so far."


def looks_like(other: str, label: str) -> str:
    """A label against the videos that have it."""
    return f"Labelled {label}, but looks more like {other}."


def contradicted(answer: str, probability: float) -> str:
    """A label against the model."""
    return f"The model says {answer} ({percent(probability)}); the label says otherwise."


def disagree(people: int) -> str:
    """How many people have said something about a video they disagree on."""
    who = FEW[people] if people < len(FEW) else f"{people} people"
    return f"{who} disagree."
