from __future__ import annotations

import pytest

from storage.engine.database import Database
from storage.errors import InvalidError, NotFoundError
from storage.records import predictions, versions
from storage.records.predictions import ScoreRecord
from storage.records.versions import NewVersion
from tests.storage.rows import add_prediction, add_version, add_video, sha


def test_an_answer_is_kept_as_it_was_given(db: Database) -> None:
    with db.write() as session:
        video, version = add_video(session), add_version(session, "big")
        scores = (ScoreRecord(7, "yoga", 0.1 + 0.2, 1e-17), ScoreRecord(0, "müde", 0.0, -3.5))
        stored = predictions.add(
            session,
            video_id=video.id,
            model_version_id=version.id,
            protocol="val",
            scores=scores,
            seconds=0.5,
            details={"edges": [0.0, 0.5], "curve": [0.25, float("nan")], "notes": ["dark"]},
            saliency_uri="ab/cd.npz",
        )
    with db.read() as session:
        assert predictions.get(session, prediction_id=stored.id) == stored
    assert stored.scores == scores
    assert stored.top.label == "yoga"
    assert stored.details == {"edges": [0.0, 0.5], "curve": [0.25, None], "notes": ["dark"]}
    assert (stored.model_name, stored.model_sha256) == ("big", sha("big"))


def test_the_newest_answer_is_found_for_all_or_one_version(db: Database) -> None:
    with db.write() as session:
        video = add_video(session)
        first = add_prediction(session, video, top="yoga")
        second = add_prediction(session, video, top="archery")
        other = add_version(session, "other").id
        assert predictions.latest(session, video_id=video.id) == second
        same = predictions.latest(
            session, video_id=video.id, model_version_id=first.model_version_id
        )
        assert same == second
        assert predictions.latest(session, video_id=video.id, model_version_id=other) is None
        assert predictions.latest(session, video_id=99) is None
        assert predictions.of_video(session, video_id=video.id) == (second, first)


@pytest.mark.parametrize(
    "scores", [[], [ScoreRecord(0, "a", float("nan"), 0)], [ScoreRecord(0, "a", 0, float("inf"))]]
)
def test_an_answer_that_is_none_is_refused(sqlite_db: Database, scores: list[ScoreRecord]) -> None:
    with sqlite_db.write() as session:
        video, version = add_video(session), add_version(session)
        with pytest.raises(InvalidError):
            predictions.add(
                session,
                video_id=video.id,
                model_version_id=version.id,
                protocol="auto",
                scores=scores,
                seconds=1,
            )


def test_an_answer_that_is_not_there(sqlite_db: Database) -> None:
    with sqlite_db.read() as session, pytest.raises(NotFoundError):
        predictions.get(session, prediction_id=1)


def test_a_weight_file_is_one_version(db: Database) -> None:
    new = NewVersion(
        name="small", weights_uri="small.safetensors", sha256=sha("w"),
        spec={"arch": "ircsn-r50"}, origin={"url": "https://example.org"}, metrics={"top1": 0.7},
    )  # fmt: skip
    with db.write() as session:
        first = versions.register(session, version=new)
        again = versions.register(
            session, version=NewVersion(name="other name", weights_uri="x", sha256=sha("w"))
        )
        tested = versions.set_metrics(session, version_id=first.id, metrics={"top1": 0.8})
        assert versions.find(session, sha256=sha("w")) == tested
        assert versions.find(session, sha256=sha("other")) is None
    assert again == first
    assert (first.spec, first.metrics) == ({"arch": "ircsn-r50"}, {"top1": 0.7})
    assert tested.metrics == {"top1": 0.8}


def test_promoting_and_rolling_back_leaves_a_trail(db: Database) -> None:
    with db.write() as session:
        assert versions.active(session) is None
        old = add_version(session, "old")
        new = versions.register(
            session,
            version=NewVersion(
                name="new", weights_uri="n", sha256=sha("new"), parent_id=old.id,
                manifest_sha256=sha("list"),
            ),
        )  # fmt: skip
        versions.promote(session, version_id=old.id, promoted_by="Ann")
        promoted = versions.promote(session, version_id=new.id, promoted_by="Bob", note="better")
        assert versions.active(session) == promoted
        back = versions.promote(session, version_id=old.id, promoted_by="Ann", note="worse")
        assert versions.active(session) == back
        trail = [(p.version_name, p.promoted_by, p.note) for p in versions.promotions(session)]
        listed = versions.all_versions(session)
    assert trail == [("old", "Ann", "worse"), ("new", "Bob", "better"), ("old", "Ann", "")]
    assert [(v.name, v.parent_id) for v in listed] == [("new", old.id), ("old", None)]
    assert back.promoted_at is not None
    assert promoted.promoted_at is not None
    assert back.promoted_at >= promoted.promoted_at


def test_a_version_that_is_not_there_cannot_be_promoted(sqlite_db: Database) -> None:
    with sqlite_db.write() as session, pytest.raises(NotFoundError):
        versions.promote(session, version_id=5, promoted_by="Ann")
