"""Label events by their answer: else deleting one answer reads them all."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEX = "ix_label_events_prediction_id"


def upgrade() -> None:
    op.create_index(INDEX, "label_events", ["prediction_id"])


def downgrade() -> None:
    op.drop_index(INDEX, "label_events")
