from __future__ import annotations

import pytest

from storage.engine.database import Database
from storage.records import review
from storage.records.decision import Verdict
from storage.records.filters import Filter
from storage.records.review import Tally
from tests.storage.rows import add_prediction, add_video, decide

OPEN = Filter(state="unlabelled")


@pytest.fixture
def videos(db: Database) -> dict[str, int]:
    """Five without a label, one of them without an answer; `yoga` was wrong twice before."""
    with db.write() as session:
        made = {name: add_video(session, name) for name in ("a", "b", "c", "d", "bare")}
        for name, top, probability in (("a", "yoga", 0.9), ("b", "archery", 0.95),
                                       ("c", "archery", 0.2), ("d", "archery", 0.85)):  # fmt: skip
            add_prediction(session, made[name], top=top, probability=probability)
        for name, label, probability in (("x", "archery", 0.6), ("y", "archery", 0.97),
                                         ("z", "yoga", 0.9)):  # fmt: skip
            made[name] = add_video(session, name)
            add_prediction(session, made[name], top="yoga", probability=probability)
            verdict: Verdict = "confirmed" if label == "yoga" else "corrected"
            decide(session, made[name].id, label=label, verdict=verdict)
    return {name: video.id for name, video in made.items()}


def named(found: object, videos: dict[str, int]) -> list[str]:
    by_id = {number: name for name, number in videos.items()}
    return [by_id[number] for number in found]  # type: ignore[attr-defined]


def test_people_say_how_answers_fared(db: Database, videos: dict[str, int]) -> None:
    del videos
    with db.read() as session:
        found = review.tallies(session)
    assert found == {"yoga": Tally(right=1, seen=3)}
    assert found["yoga"].share == pytest.approx(4 / 6)
    assert Tally(0, 0).share == 1


def test_what_people_often_correct_is_likely_wrong(db: Database, videos: dict[str, int]) -> None:
    with db.read() as session:
        known = review.tallies(session)
        found = review.likely_wrong(session, where=OPEN, known=known, limit=10)
        without = review.likely_wrong(session, where=OPEN, known={}, limit=10)
    assert named(found, videos) == ["c", "a", "d", "b"]
    assert named(without, videos) == ["c", "d", "a", "b"]


def test_what_the_index_leaves_out_is_looked_up(
    db: Database, videos: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "CANDIDATES", 1)
    with db.read() as session:
        known = review.tallies(session)
        found = review.likely_wrong(session, where=OPEN, known=known, limit=10)
    assert named(found, videos) == ["c", "a"]


def test_most_opinions_come_first_where_people_disagree(
    db: Database, videos: dict[str, int]
) -> None:
    with db.write() as session:
        for name, people in (("a", ("Ann", "Bob")), ("b", ("Ann", "Bob", "Cy"))):
            for place, person in enumerate(people):
                decide(
                    session, videos[name], label=("yoga", "archery")[place % 2], annotator=person
                )
    with db.read() as session:
        found = review.disputed(session, where=Filter(), limit=10)
        cards = review.cards(session, video_ids=found)
        assert review.disputed(session, where=OPEN, limit=10) == ()
    assert named(found, videos) == ["b", "a"]
    assert [cards[number].opinions for number in found] == [3, 2]


def test_a_sure_model_contradicts_a_label(db: Database, videos: dict[str, int]) -> None:
    with db.read() as session:
        found = review.contradicted(session, where=Filter(), limit=10)
        assert review.contradicted(session, where=OPEN, limit=10) == ()
    assert named(found, videos) == ["y", "x"]


def test_a_card_says_what_the_model_answered(db: Database, videos: dict[str, int]) -> None:
    with db.read() as session:
        found = review.cards(session, video_ids=(videos["c"], videos["bare"]))
    assert found[videos["c"]] == review.Card(videos["c"], "archery", "archery", 0.2, 0)
    assert found[videos["bare"]] == review.Card(videos["bare"], None, None, None, 0)


def test_the_latest_labels_come_first(db: Database, videos: dict[str, int]) -> None:
    with db.read() as session:
        found = review.named(session, limit=2)
        shown = review.shown(session, where=Filter(text="z"), video_ids=list(found))
    assert named(found, videos) == ["z", "y"]
    assert list(found.values()) == ["yoga", "archery"]
    assert shown == {videos["z"]}
