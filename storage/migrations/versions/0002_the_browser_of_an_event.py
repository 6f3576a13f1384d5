"""The browser that a label event came from, which tells nameless people apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A new column leaves the table and its append-only triggers as they are, also on SQLite.
    op.add_column(
        "label_events", sa.Column("browser", sa.Text(), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("label_events", "browser")
