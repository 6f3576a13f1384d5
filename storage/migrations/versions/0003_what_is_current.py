"""What is current of each video, beside its history, and decisions that settle a disagreement.

The new tables are filled after the upgrade, see `storage.engine.migrating`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SORTED = ("name_key", "duration_s", "latest_id", "top_probability", "label_key")
OLD = (
    "INSERT INTO video_search (video_search, rowid, search) "
    "VALUES ('delete', OLD.video_id, OLD.search);"
)
NEW = "INSERT INTO video_search (rowid, search) VALUES (NEW.video_id, NEW.search);"
# Letters in threes: finds any part of a name or label without reading all of them.
SEARCH = (
    "CREATE VIRTUAL TABLE video_search USING fts5("
    "search, content = 'current_videos', content_rowid = 'video_id', tokenize = 'trigram')",
    f"CREATE TRIGGER current_videos_found AFTER INSERT ON current_videos BEGIN {NEW} END",
    f"CREATE TRIGGER current_videos_lost AFTER DELETE ON current_videos BEGIN {OLD} END",
    f"CREATE TRIGGER current_videos_moved AFTER UPDATE ON current_videos BEGIN {OLD} {NEW} END",
)


def upgrade() -> None:
    op.add_column(
        "label_events",
        sa.Column("settles", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _create_current_videos()
    _create_current_opinions()
    if op.get_bind().dialect.name == "sqlite":
        for statement in SEARCH:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE video_search")
    op.drop_table("current_opinions")
    op.drop_table("current_videos")
    op.drop_column("label_events", "settles")


def _create_current_videos() -> None:
    op.create_table(
        "current_videos",
        sa.Column("video_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("deciding_id", sa.Integer(), nullable=True),
        sa.Column("latest_id", sa.Integer(), nullable=True),
        sa.Column("opinions", sa.Integer(), nullable=False),
        sa.Column("prediction_id", sa.Integer(), nullable=True),
        sa.Column("top_probability", sa.Double(), nullable=True),
        sa.Column("label_key", sa.Text(), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["video_id"], ["videos.id"], name=op.f("fk_current_videos_video_id_videos")
        ),
        sa.PrimaryKeyConstraint("video_id", name=op.f("pk_current_videos")),
    )
    for columns in (
        ("state", "verdict", "video_id"),
        ("state", "video_id", "verdict"),
        *((column, "video_id") for column in SORTED),
        *(("state", column, "video_id", "verdict") for column in SORTED),
    ):
        name = op.f(f"ix_current_videos_{'_'.join(columns)}")
        op.create_index(name, "current_videos", list(columns))


def _create_current_opinions() -> None:
    op.create_table(
        "current_opinions",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("video_id", sa.Integer(), nullable=False),
        sa.Column("annotator", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["video_id"], ["videos.id"], name=op.f("fk_current_opinions_video_id_videos")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_current_opinions")),
    )
    for columns in (("annotator", "video_id"), ("video_id", "event_id")):
        name = op.f(f"ix_current_opinions_{'_'.join(columns)}")
        op.create_index(name, "current_opinions", list(columns))
