"""Deleted videos: that they were is remembered, and they may take their history with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WITH_A_VIDEO = ("label_events", "predictions")
DELETED = "EXISTS (SELECT 1 FROM deletions WHERE deletions.video_id = OLD.video_id)"


def upgrade() -> None:
    op.create_table(
        "deletions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("video_id", sa.Integer(), nullable=False),
        sa.Column("deleted_by", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletions")),
        sa.UniqueConstraint("video_id", name=op.f("uq_deletions_video_id")),
        sqlite_autoincrement=True,
    )
    if _is_postgresql():
        _upgrade_postgresql()
        return
    for change in ("UPDATE", "DELETE"):
        _refuse("deletions", change)
    for table in WITH_A_VIDEO:
        op.execute(f"DROP TRIGGER {table}_no_delete")
        _refuse(table, "DELETE", unless=DELETED)


def downgrade() -> None:
    if _is_postgresql():
        for table in WITH_A_VIDEO:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            _refuse_on_postgresql(table, "refuse_change")
        op.execute("DROP FUNCTION refuse_change_of_kept")
    else:
        for table in WITH_A_VIDEO:
            op.execute(f"DROP TRIGGER {table}_no_delete")
            _refuse(table, "DELETE")
    op.drop_table("deletions")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _refuse(table: str, change: str, *, unless: str = "FALSE") -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
        f"WHEN NOT {unless} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _upgrade_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change_of_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF TG_OP = 'DELETE' AND {DELETED} THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'restrict_violation'; END $$"
    )
    _refuse_on_postgresql("deletions", "refuse_change")
    for table in WITH_A_VIDEO:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        _refuse_on_postgresql(table, "refuse_change_of_kept")


def _refuse_on_postgresql(table: str, function: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
    )
