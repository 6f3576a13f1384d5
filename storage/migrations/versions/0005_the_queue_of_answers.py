"""Jobs about one video, and a rank: what somebody waits for comes before the rest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("jobs", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("video_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("rank", sa.Integer(), nullable=False, server_default="1"))
        batch.create_foreign_key(
            "fk_jobs_video_id_videos", "videos", ["video_id"], ["id"], ondelete="CASCADE"
        )
        batch.create_index("ix_jobs_video_id", ["video_id"])
        batch.drop_index("ix_jobs_state_id")
        batch.create_index("ix_jobs_state_rank_id", ["state", "rank", "id"])


def downgrade() -> None:
    with op.batch_alter_table("jobs", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_index("ix_jobs_state_rank_id")
        batch.create_index("ix_jobs_state_id", ["state", "id"])
        batch.drop_index("ix_jobs_video_id")
        batch.drop_constraint("fk_jobs_video_id_videos", type_="foreignkey")
        batch.drop_column("rank")
        batch.drop_column("video_id")
