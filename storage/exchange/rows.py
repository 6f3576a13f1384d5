"""What all formats are made of: the labelled videos as of one moment."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import agreement, decisions, effective, predictions, videos
from storage.decisions import LabelEventRecord
from storage.effective import AsOf
from storage.predictions import PredictionRecord
from storage.tables import LabelEvent, Prediction, Video
from storage.videos import VideoRecord


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person's decision is now, and the answer of the model that they judged."""

    decision: LabelEventRecord
    prediction: PredictionRecord | None


@dataclass(frozen=True, slots=True)
class LabelledVideo:
    """A video that somebody decided about. The opinions are in the order of their making."""

    video: VideoRecord
    opinions: tuple[Opinion, ...]

    @property
    def deciding(self) -> Opinion | None:
        """The one that counts for the whole video; None without one, or where people disagree."""
        counts = agreement.deciding([one.decision for one in self.opinions])
        return next((one for one in self.opinions if one.decision == counts), None)

    @property
    def disagree(self) -> bool:
        """Whether people say different things about it, and nobody has settled that."""
        return agreement.disagree([one.decision for one in self.opinions])

    @property
    def usable(self) -> LabelEventRecord | None:
        """The deciding one if it names a label, as training needs it."""
        one = self.deciding
        named = one is not None and one.decision.verdict in decisions.NAMED
        return one.decision if one is not None and named else None


def labelled_videos(session: Session, *, as_of: AsOf = None) -> tuple[LabelledVideo, ...]:
    """All videos with a decision that counts as of this moment, in the order of their ids."""
    upto = effective.resolved(session, as_of)
    current = LabelEvent.id.in_(effective.current_ids(upto=upto))
    judged = select(LabelEvent.prediction_id).where(current)
    answers = {
        answer.id: answer for answer in predictions.where(session, Prediction.id.in_(judged))
    }
    opinions: dict[int, list[Opinion]] = {}
    for decision in decisions.current(session, as_of=upto):
        answer = answers.get(decision.prediction_id or 0)
        opinions.setdefault(decision.video_id, []).append(Opinion(decision, answer))
    decided = select(LabelEvent.video_id).where(current)
    rows = session.scalars(select(Video).where(Video.id.in_(decided)).order_by(Video.id))
    return tuple(
        LabelledVideo(video=videos.record(row), opinions=tuple(opinions[row.id])) for row in rows
    )
