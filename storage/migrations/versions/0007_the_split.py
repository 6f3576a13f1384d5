"""The split that the teachings decided, one row a video.

It stays empty for what was taught before: that split was not written down, and the one by hash that
stands in older training lists is not what those versions learned from.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "splits",
        sa.Column("video_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("split", sa.String(length=5), nullable=False),
        sa.Column("group_name", sa.Text(), nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint("split IN ('train', 'val')", name=op.f("ck_splits_known_split")),
        sa.ForeignKeyConstraint(
            ["video_id"],
            ["videos.id"],
            name=op.f("fk_splits_video_id_videos"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("video_id", name=op.f("pk_splits")),
    )


def downgrade() -> None:
    op.drop_table("splits")
