from __future__ import annotations

from typing import get_args

import pytest

from app.words import queue
from app.words.queue import ORDERS, QueueOrder


def test_every_order_has_words() -> None:
    assert set(ORDERS) == set(get_args(QueueOrder))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (queue.least_sure(0.23, is_first=True), "The model was least sure here: 23\u00a0%."),
        (queue.least_sure(0.23, is_first=False), "The model was not sure here: 23\u00a0%."),
        (queue.least_sure(None, is_first=True), queue.NOT_COMPARED),
        (
            queue.often_corrected("archery", 3, 4),
            "The model says archery; people corrected that 3 of 4 times.",
        ),
        (queue.between("yoga", "archery"), "Could be yoga or archery, by the labels so far."),
        (queue.second("yoga"), "Looks like yoga, which has only one video so far."),
        (queue.looks_like("yoga", "archery"), "Labelled archery, but looks more like yoga."),
        (
            queue.contradicted("yoga", 0.971),
            "The model says yoga (97\u00a0%); the label says otherwise.",
        ),
        (queue.disagree(2), "Two people disagree."),
        (queue.disagree(11), "11 people disagree."),
    ],
)
def test_reasons_are_sentences(sentence: str, expected: str) -> None:
    assert sentence == expected
