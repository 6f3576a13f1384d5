"""Makes rows for the tests: each function returns what the package itself would."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import asdict, replace

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storage.records import current, decisions, labels, predictions, versions, videos
from storage.records.browsing import VideoRow
from storage.records.decision import NAMED, Decision, Verdict
from storage.records.decisions import LabelEventRecord
from storage.records.predictions import PredictionRecord, ScoreRecord
from storage.records.versions import NewVersion, VersionRecord
from storage.records.videos import NewVideo, VideoRecord
from storage.tables import LabelEvent, Prediction, Video, utc_now

LABELS = ("abseiling", "air drumming", "archery", "juggling balls", "yoga")


def sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def new_video(name: str = "clip.mp4", *, content: str | None = None) -> NewVideo:
    digest = sha(name if content is None else content)
    return NewVideo(
        sha256=digest,
        uri=f"{digest[:2]}/{digest}",
        size=1000,
        name=name,
        duration_s=10.0,
        fps=25.0,
        width=640,
        height=360,
        uploaded_by="Uma",
    )


def add_video(session: Session, name: str = "clip.mp4", *, duration_s: float = 10.0) -> VideoRecord:
    return videos.add(session, video=replace(new_video(name), duration_s=duration_s)).video


def add_version(session: Session, name: str = "small") -> VersionRecord:
    new = NewVersion(name=name, weights_uri=f"models/{name}", sha256=sha(name))
    return versions.register(session, version=new)


def add_prediction(
    session: Session,
    video: VideoRecord | VideoRow,
    *,
    top: str = "archery",
    probability: float = 0.75,
) -> PredictionRecord:
    scores = (
        ScoreRecord(index=2, label=top, probability=probability, logit=3.0),
        ScoreRecord(index=4, label="yoga", probability=1 - probability, logit=-1.5),
    )
    return predictions.add(
        session,
        video_id=video.id,
        model_version_id=add_version(session).id,
        protocol="auto",
        scores=scores,
        seconds=0.25,
    )


def fill(session: Session, number: int, *, undone: bool = False, start: int = 0) -> None:
    """Videos `start` to `number`, each with an answer, a decision and, if wanted, its undoing."""
    version = add_version(session).id
    label = labels.propose(session, name="Yoga", added_by="Ann").label
    moment = utc_now()
    session.execute(
        insert(Video),
        [
            asdict(new_video(f"Vidéo {n}")) | {"name_key": f"vidéo {n}", "details": {}}
            for n in range(start, number)
        ],
    )
    ids = session.scalars(select(Video.id).order_by(Video.id)).all()[start:]
    said = {"model_version_id": version, "protocol": "auto", "scores": [], "details": {}}
    top = {"top_index": 1, "top_label": "archery", "top_key": "archery", "seconds": 0.1}
    session.execute(
        insert(Prediction),
        [said | top | {"video_id": n, "top_probability": n % 97 / 97} for n in ids],
    )
    common = {"annotator": "Ann", "note": "", "created_at": moment}
    decided = [
        common | {"op_id": f"d{n}", "video_id": n, "verdict": "corrected", "label_id": label.id}
        for n in ids
    ]
    session.execute(insert(LabelEvent), decided)
    if undone:
        made = session.execute(select(LabelEvent.id, LabelEvent.video_id)).all()
        session.execute(
            insert(LabelEvent),
            [
                common | {"op_id": f"u{n}", "video_id": n, "undo_of": e, "decision_id": e}
                for e, n in made
            ],
        )
    current.rebuild(session)


def decide(
    session: Session,
    video_id: int,
    *,
    label: str | None = "yoga",
    verdict: Verdict = "corrected",
    annotator: str = "Ann",
    prediction_id: int | None = None,
    note: str = "",
    browser: str = "",
    settles: bool = False,
) -> LabelEventRecord:
    decision = Decision(
        op_id=uuid.uuid4().hex,
        video_id=video_id,
        verdict=verdict,
        label=label if verdict in NAMED else None,
        new_label=True,
        annotator=annotator,
        browser=browser,
        settles=settles,
        prediction_id=prediction_id,
        note=note,
    )
    return decisions.record_decision(session, decision)


def undo(session: Session, event_id: int, annotator: str = "Ann") -> LabelEventRecord:
    return decisions.undo(session, op_id=uuid.uuid4().hex, event_id=event_id, annotator=annotator)
