"""Who brought a decision from elsewhere, and when it was made there; both empty for all others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("label_events", sa.Column("imported_by", sa.Text()))
    op.add_column("label_events", sa.Column("decided_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("label_events", "decided_at")
    op.drop_column("label_events", "imported_by")
