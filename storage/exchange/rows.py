"""What all formats are made of: the labelled videos as of one moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from storage.records import agreement, decisions, effective, predictions, splits, videos
from storage.records.decision import NAMED
from storage.records.decisions import LabelEventRecord
from storage.records.effective import AsOf
from storage.records.predictions import PredictionRecord
from storage.records.splits import Side, SplitRecord
from storage.records.videos import VideoRecord
from storage.tables import CurrentOpinion, LabelEvent, Prediction, Video

CHUNK = 200  # videos that are read at once


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person's decision is now, and the answer of the model that they judged."""

    decision: LabelEventRecord
    prediction: PredictionRecord | None


@dataclass(frozen=True, slots=True)
class LabelledVideo:
    """A video that somebody decided about. The opinions are in the order of their making.

    `decided` is what teaching decided about it, None before any did. It is always that of now, also
    as of an earlier moment: a version that learned from a video cannot forget it.
    """

    video: VideoRecord
    opinions: tuple[Opinion, ...]
    decided: SplitRecord | None = None

    @property
    def split(self) -> Side | None:
        """`train` if a version learned from it, `val` if it is kept for checking, else None."""
        return None if self.decided is None else self.decided.split

    @property
    def group(self) -> str:
        """The same for videos that show the same thing; "" before any teaching."""
        return "" if self.decided is None else self.decided.group

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
        named = one is not None and one.decision.verdict in NAMED
        return one.decision if one is not None and named else None

    @property
    def named(self) -> tuple[LabelEventRecord, ...]:
        """All that says what it shows: the label of the whole video, then those of its parts."""
        of_parts = (
            one.decision
            for one in self.opinions
            if one.decision.segment_id is not None and one.decision.verdict in NAMED
        )
        return (*((self.usable,) if self.usable else ()), *of_parts)


def labelled_videos(session: Session, *, as_of: AsOf = None) -> Iterator[LabelledVideo]:
    """All videos with a decision that counts as of this moment, in the order of their ids.

    Read `CHUNK` at a time, so that memory stays the same however many there are.
    """
    upto = None if as_of is None else effective.resolved(session, as_of)
    last = 0
    while ids := session.scalars(_decided(last, upto)).all():
        yield from _read(session, ids, upto)
        last = ids[-1]


def _decided(after: int, upto: int | None) -> Select[int]:
    """The ids of the next videos that anybody decided about."""
    if upto is None:
        said = select(CurrentOpinion.video_id).where(CurrentOpinion.video_id > after)
        return said.distinct().order_by(CurrentOpinion.video_id).limit(CHUNK)
    event = aliased(LabelEvent)
    said = select(event.video_id).where(event.video_id > after, effective.counts(event, upto=upto))
    return said.distinct().order_by(event.video_id).limit(CHUNK)


def _read(session: Session, video_ids: Sequence[int], upto: int | None) -> Iterator[LabelledVideo]:
    said = decisions.current_of(session, video_ids=video_ids, as_of=upto)
    judged = {one.prediction_id for of_video in said.values() for one in of_video}
    found = predictions.where(session, Prediction.id.in_(judged - {None}))
    answers = {answer.id: answer for answer in found}
    decided = splits.of(session, video_ids=video_ids)
    for row in session.scalars(select(Video).where(Video.id.in_(video_ids)).order_by(Video.id)):
        opinions = (Opinion(one, answers.get(one.prediction_id or 0)) for one in said[row.id])
        yield LabelledVideo(videos.record(row), tuple(opinions), decided.get(row.id))
