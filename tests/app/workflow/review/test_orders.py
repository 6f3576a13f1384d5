"""The orders of a queue over a real store: which videos, in which order, and why."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from app.words import queue as words
from app.words.queue import QueueOrder
from app.workflow.review import comparing, orders
from app.workflow.review.orders import Asked
from app.workflow.services import Services
from app.workflow.vectors import packed
from storage.records import embeddings
from storage.records.browsing import Filter
from storage.records.decision import Verdict
from tests.storage.rows import add_prediction, add_video, decide

# Where videos lie: two labels at right angles, and what nobody has labelled around them.
PLACES = {
    "north": [0.0, 1.0, 0.0],
    "north too": [0.1, 1.0, 0.0],
    "north three": [0.0, 1.0, 0.1],
    "east": [1.0, 0.0, 0.0],
    "east too": [1.0, 0.1, 0.0],
    "wrong": [1.0, 0.0, 0.1],
    "between": [1.34, 1.0, 0.05],
    "near east": [1.0, 0.05, 0.0],
    "far": [0.0, 0.0, 1.0],
}
LABELS = {
    "north": "archery",
    "north too": "archery",
    "north three": "archery",
    "east": "yoga",
    "east too": "yoga",
    "wrong": "archery",
}


@pytest.fixture(scope="module")
def videos(services: Services) -> dict[str, int]:
    """Numbers by name; two people disagree about `torn`, and nothing has looked at `bare`."""
    made: dict[str, int] = {}
    with services.database.write() as session:
        for place, name in enumerate([*PLACES, "torn", "bare"]):
            video = add_video(session, name)
            made[name] = video.id
            if name != "bare":
                add_prediction(session, video, top="yoga", probability=0.9 - place / 20)
            if name in PLACES:
                vector = packed(np.array(PLACES[name]))
                embeddings.keep(session, video_id=video.id, made_by="one", vector=vector)
            if name in LABELS:
                verdict: Verdict = "confirmed" if LABELS[name] == "yoga" else "corrected"
                decide(session, video.id, label=LABELS[name], verdict=verdict)
        decide(session, made["torn"], label="yoga", annotator="Ann")
        decide(session, made["torn"], label="archery", annotator="Bob")
    return made


def asked(
    services: Services, videos: dict[str, int], order: QueueOrder, where: Filter | None = None
) -> dict[str, str]:
    names = {number: name for name, number in videos.items()}
    cards = orders.queue(services, Asked(where or Filter(), order))
    return {names[card.video_id]: card.why for card in cards}


def test_as_listed_needs_no_reason(services: Services, videos: dict[str, int]) -> None:
    found = asked(services, videos, "listed")
    assert list(found) == list(videos)[::-1]
    assert set(found.values()) == {""}


def test_the_others_leave_out_what_has_a_label(services: Services, videos: dict[str, int]) -> None:
    unlabelled = {"between", "near east", "far", "bare"}
    for order in ("unsure", "wrong", "different", "newest"):
        assert set(asked(services, videos, order)) <= unlabelled
    shown = Filter(state="labelled")
    assert set(asked(services, videos, "newest", shown)) == set(LABELS)


def test_least_certain_first(services: Services, videos: dict[str, int]) -> None:
    found = asked(services, videos, "unsure")
    assert list(found) == ["far", "near east", "between", "bare"]
    assert found["far"] == words.least_sure(0.5, is_first=True)
    assert found["bare"] == words.NOT_COMPARED


def test_likely_wrong_tells_what_people_corrected(
    services: Services, videos: dict[str, int]
) -> None:
    found = asked(services, videos, "wrong")
    assert list(found) == ["far", "near east", "between"]
    assert found["far"] == words.often_corrected("yoga", 4, 6)


def test_the_most_different_first(services: Services, videos: dict[str, int]) -> None:
    found = asked(services, videos, "different")
    assert list(found) == ["far", "between", "near east", "bare"]
    assert found["far"] == words.DIFFERENT


def test_the_mix_says_what_it_could_be(services: Services, videos: dict[str, int]) -> None:
    found = asked(services, videos, "mix", Filter(state="unlabelled"))
    assert found["between"] in (words.between("yoga", "archery"), words.between("archery", "yoga"))
    assert list(found)[-1] == "bare"


def test_a_mix_of_everything_has_doubtful_labels_in_between(
    services: Services, videos: dict[str, int]
) -> None:
    found = asked(services, videos, "mix")
    assert set(found) >= {"between", "near east", "far", "bare", "torn", "wrong"}
    assert list(found)[4] == "torn"


def test_a_label_against_its_likes_is_suspected(services: Services, videos: dict[str, int]) -> None:
    found = asked(services, videos, "label_errors")
    assert next(iter(found.items())) == ("wrong", words.looks_like("yoga", "archery"))
    assert not set(found) & {"east", "east too"}
    assert asked(services, videos, "label_errors", Filter(state="unlabelled")) == {}


def test_disagreement_is_counted(services: Services, videos: dict[str, int]) -> None:
    assert asked(services, videos, "disagree") == {"torn": words.disagree(2)}


def test_every_order_has_a_way() -> None:
    assert set(orders.ORDERS) == set(get_args(QueueOrder))
    assert set(orders.ADAPTS) <= set(orders.ORDERS)


def test_of_a_long_list_some_are_compared(
    services: Services, videos: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "CANDIDATES", 2)
    with services.database.read() as session:
        found = orders.candidates(session, Filter(state="unlabelled"))
    assert found == (videos["far"], videos["bare"])
