"""The tables. Everything else in this package hands out records, never these classes.

`label_events`, `predictions` and `promotions` are append-only and the truth; only a deleted video
takes its own with it, see `storage.records.deletions`. `current_videos` and `current_opinions` say
what follows from them now (see `storage.records.current`), so that no list has to read the whole
history. `splits` says what teaching decided (see `storage.records.splits`). `batches` and
`batch_files` are what somebody brought at once (see `storage.records.batches`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.moments import UtcDateTime as UtcDateTime
from storage.moments import utc_now as utc_now

# Unnamed constraints could never be changed by a later migration on SQLite.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# An id that was given once is never given again, so links and "as of event 17" stay true.
OPTIONS = {"sqlite_autoincrement": True}
# The columns of `current_videos` that the list can be sorted by.
SORTED = ("name_key", "duration_s", "latest_id", "top_probability", "label_key")


class Table(DeclarativeBase):
    """Base of all tables."""

    __table_args__: Any = OPTIONS
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[dict[str, Any]]: JSON(),
    }


class Video(Table):
    """A file that somebody brought; its bytes are its identity."""

    __tablename__ = "videos"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    uri: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    proxy_uri: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, index=True)
    duration_s: Mapped[float]
    fps: Mapped[float]
    width: Mapped[int]
    height: Mapped[int]
    pts_offset_s: Mapped[float]
    details: Mapped[dict[str, Any]]
    uploaded_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Label(Table):
    """A class name. `index` is its number in label maps and models that learn from here."""

    __tablename__ = "labels"

    id: Mapped[int] = mapped_column(primary_key=True)
    index: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, unique=True)
    added_by: Mapped[str | None] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(default=utc_now)


class ModelVersion(Table):
    """A weight file, and where it came from."""

    __tablename__ = "model_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    weights_uri: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    spec: Mapped[dict[str, Any]]
    origin: Mapped[dict[str, Any]]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    manifest_sha256: Mapped[str | None] = mapped_column(String(64))
    metrics: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Promotion(Table):
    """Somebody made a model version the one that answers; the latest row counts."""

    __tablename__ = "promotions"

    id: Mapped[int] = mapped_column(primary_key=True)
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_versions.id"), index=True)
    promoted_by: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Prediction(Table):
    """What one model version said about one video. The top class has columns of its own."""

    __tablename__ = "predictions"
    __table_args__ = (
        Index(None, "video_id", "id"),
        Index(None, "model_version_id", "video_id"),
        OPTIONS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    video_id: Mapped[int] = mapped_column(ForeignKey("videos.id"))
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_versions.id"))
    protocol: Mapped[str] = mapped_column(String(20))
    top_index: Mapped[int]
    top_label: Mapped[str] = mapped_column(Text)
    top_key: Mapped[str] = mapped_column(Text)
    top_probability: Mapped[float]
    scores: Mapped[list[dict[str, Any]]]
    details: Mapped[dict[str, Any]]
    saliency_uri: Mapped[str | None] = mapped_column(Text)
    seconds: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class LabelEvent(Table):
    """A decision about a video, or the undoing of an earlier event.

    An undo has `undo_of` (the event it takes back, which may itself be an undo) and `decision_id`
    (the decision at the root of that chain); a decision has neither. `browser` is the random id of
    the browser it came from, "" if nobody knows; it tells nameless people apart. A decision that
    `settles` counts for the video though others said something else before. `created_at` is when it
    was stored here; one that was imported has `imported_by`, and `decided_at` if that is known.
    """

    __tablename__ = "label_events"
    __table_args__ = (
        CheckConstraint(
            "verdict IN ('confirmed', 'corrected', 'unusable', 'unsure', 'skipped')",
            name="known_verdict",
        ),
        CheckConstraint(
            "(verdict IS NULL) = (undo_of IS NOT NULL) "
            "AND (undo_of IS NULL) = (decision_id IS NULL)",
            name="decision_or_undo",
        ),
        CheckConstraint(
            "(label_id IS NOT NULL) = (COALESCE(verdict, '') IN ('confirmed', 'corrected'))",
            name="label_when_named",
        ),
        CheckConstraint(
            "(start_s IS NULL) = (end_s IS NULL) "
            "AND COALESCE(0 <= start_s AND start_s < end_s, TRUE)",
            name="span",
        ),
        Index(None, "video_id", "id"),
        OPTIONS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    op_id: Mapped[str] = mapped_column(String(64), unique=True)
    video_id: Mapped[int] = mapped_column(ForeignKey("videos.id"))
    prediction_id: Mapped[int | None] = mapped_column(ForeignKey("predictions.id"), index=True)
    label_id: Mapped[int | None] = mapped_column(ForeignKey("labels.id"), index=True)
    verdict: Mapped[str | None] = mapped_column(String(20))
    segment_id: Mapped[str | None] = mapped_column(String(64))
    start_s: Mapped[float | None]
    end_s: Mapped[float | None]
    annotator: Mapped[str] = mapped_column(Text, index=True)
    browser: Mapped[str] = mapped_column(Text, default="", server_default="")
    note: Mapped[str] = mapped_column(Text)
    seen_saliency: Mapped[bool | None]
    time_taken_s: Mapped[float | None]
    settles: Mapped[bool] = mapped_column(default=False, server_default=false())
    undo_of: Mapped[int | None] = mapped_column(ForeignKey("label_events.id"), unique=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("label_events.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    imported_by: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]


class Deletion(Table):
    """Somebody deleted a video. Nothing of what it was is kept, only that it was. Append-only."""

    __tablename__ = "deletions"

    id: Mapped[int] = mapped_column(primary_key=True)
    video_id: Mapped[int] = mapped_column(unique=True)
    deleted_by: Mapped[str] = mapped_column(Text)
    browser: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class CurrentVideo(Table):
    """What lists, filters, orders and counts need of a video now, computed from its history.

    `state` is `unlabelled`, `labelled`, `unusable`, `unsure` or `disagree`; `verdict` and
    `deciding_id` are those of the decision that counts, None without one. `latest_id` is the latest
    opinion about the whole video, `opinions` says how many there are. `prediction_id` is the newest
    answer, `label_key` the decided label, else its top class; `search` holds all that a text is
    looked for in.
    """

    __tablename__ = "current_videos"
    # Filters put the state in front, and each column with an order stands before the id.
    __table_args__ = (
        Index(None, "state", "verdict", "video_id"),
        Index(None, "state", "video_id", "verdict"),
        *(Index(None, column, "video_id") for column in SORTED),
        *(Index(None, "state", column, "video_id", "verdict") for column in SORTED),
    )

    video_id: Mapped[int] = mapped_column(
        ForeignKey("videos.id"), primary_key=True, autoincrement=False
    )
    name_key: Mapped[str] = mapped_column(Text)
    duration_s: Mapped[float]
    state: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[str | None] = mapped_column(String(20))
    deciding_id: Mapped[int | None]
    latest_id: Mapped[int | None]
    opinions: Mapped[int]
    prediction_id: Mapped[int | None]
    top_probability: Mapped[float | None]
    label_key: Mapped[str | None] = mapped_column(Text)
    search: Mapped[str] = mapped_column(Text)


class CurrentOpinion(Table):
    """A decision that stands: the latest of its person about this video (or this part of it)."""

    __tablename__ = "current_opinions"
    __table_args__ = (Index(None, "annotator", "video_id"), Index(None, "video_id", "event_id"))

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    video_id: Mapped[int] = mapped_column(ForeignKey("videos.id"))
    annotator: Mapped[str] = mapped_column(Text)


class Split(Table):
    """The side of the split on which the latest teaching that used a video put it.

    `group_name` is shared by videos that show the same thing; `manifest_sha256` names the frozen
    list of that teaching.
    """

    __tablename__ = "splits"
    __table_args__ = (CheckConstraint("split IN ('train', 'val')", name="known_split"),)

    video_id: Mapped[int] = mapped_column(
        ForeignKey("videos.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    split: Mapped[Literal["train", "val"]] = mapped_column(String(5))
    group_name: Mapped[str] = mapped_column(Text)
    manifest_sha256: Mapped[str] = mapped_column(String(64))


class Embedding(Table):
    """What a video is compared with others by: the features of its latest answer that has any.

    `vector` is float16 [C], little-endian, of length 1. Only vectors of the same `made_by` can be
    compared: it names the network's weights up to there (a version that was taught names alone
    shares them with its parent).
    """

    __tablename__ = "embeddings"

    video_id: Mapped[int] = mapped_column(
        ForeignKey("videos.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    made_by: Mapped[str] = mapped_column(String(64))
    vector: Mapped[bytes]


class Job(Table):
    """Long work, done by a worker process that holds a lease on it."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="known_state"
        ),
        CheckConstraint(
            "(state = 'running') = (lease_owner IS NOT NULL)", name="leased_when_running"
        ),
        Index(None, "state", "rank", "id"),
        OPTIONS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    op_id: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    # What is about one video goes with it when it is deleted.
    video_id: Mapped[int | None] = mapped_column(
        ForeignKey("videos.id", ondelete="CASCADE"), index=True
    )
    rank: Mapped[int]
    spec: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int]
    max_attempts: Mapped[int]
    lease_owner: Mapped[str | None] = mapped_column(Text)
    lease_host: Mapped[str | None] = mapped_column(Text)
    lease_boot: Mapped[str | None] = mapped_column(Text)
    heartbeat_ticks: Mapped[float | None]
    heartbeat_at: Mapped[datetime | None]
    cancel: Mapped[bool]
    progress: Mapped[float]
    message: Mapped[str] = mapped_column(Text)
    log_uri: Mapped[str | None] = mapped_column(Text)
    metrics: Mapped[dict[str, Any]]
    result_version_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Batch(Table):
    """Many files that somebody brought at once: an archive, a folder or a table.

    `place` is where they come from, as the source of that `kind` knows it. `wanted` is what people
    asked for last: that it goes on, waits, or ends. `job_id` is the job that does it now, or did.
    """

    __tablename__ = "batches"
    __table_args__ = (
        CheckConstraint("wanted IN ('go', 'pause', 'cancel')", name="known_wish"),
        OPTIONS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    op_id: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    wanted: Mapped[str] = mapped_column(String(10))
    runs: Mapped[int]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))
    closed: Mapped[bool] = mapped_column(default=False, index=True)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class BatchFile(Table):
    """One file of a batch and what became of it. `size` in bytes; 0 if it is not known yet.

    `labels` are what a table says of it, see `app.workflow.bringing.table`.
    """

    __tablename__ = "batch_files"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'working', 'added', 'same', 'skipped', 'failed', 'cancelled')",
            name="known_state",
        ),
        Index(None, "batch_id", "state", "id"),
        OPTIONS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    labels: Mapped[list[dict[str, Any]]]
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int]
    sentence: Mapped[str] = mapped_column(Text)
    # Nothing of what a deleted video was is kept, its name in a batch neither.
    video_id: Mapped[int | None] = mapped_column(
        ForeignKey("videos.id", ondelete="CASCADE"), index=True
    )
