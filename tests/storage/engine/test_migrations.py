from __future__ import annotations

import hashlib
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import URL, make_url, text

from storage.engine import migrating
from storage.engine.database import Database
from storage.engine.migrating import SCRIPTS
from storage.errors import ConflictError, RevisionError, StorageError, UnavailableError
from storage.records import decisions, videos
from tests.storage.rows import decide, fill, sha

# A later revision as one may be written one day: it rebuilds a table that others refer to.
LATER = """
import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{newest}"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("videos") as batch:
        batch.add_column(sa.Column("group_key", sa.Text(), nullable=False, server_default="none"))
        batch.alter_column("fps", existing_type=sa.Double(), nullable=True)
    {more}


def downgrade():
    with op.batch_alter_table("videos") as batch:
        batch.alter_column("fps", existing_type=sa.Double(), nullable=False)
        batch.drop_column("group_key")
"""


# A video that a nameless person labelled, as the first tables kept it.
MOMENT = "'2026-01-31 12:00:00'"
OLD_ROWS = (
    "INSERT INTO videos (sha256, uri, size, name, name_key, duration_s, fps, width, height, "
    f"pts_offset_s, details, uploaded_by, created_at) VALUES ('{sha('old')}', 'x', 1, 'old', "
    f"'old', 1, 1, 1, 1, 0, '{{}}', '', {MOMENT})",
    f"INSERT INTO labels (\"index\", name, key, added_at) VALUES (0, 'Yoga', 'yoga', {MOMENT})",
    "INSERT INTO label_events (op_id, video_id, label_id, verdict, annotator, note, created_at) "
    f"VALUES ('1', 1, 1, 'corrected', '', '', {MOMENT})",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """The URL of a database with all tables."""
    if request.param == "postgresql":
        return request.getfixturevalue("fresh_postgresql")
    path = tmp_path / "100% mine?.db"
    shutil.copy(request.getfixturevalue("ready_sqlite"), path)
    return URL.create("sqlite", database=str(path))


def with_later_revision(folder: Path, more: str = "") -> Path:
    """A copy of the revisions with one more."""
    scripts = folder / "migrations 100%"
    shutil.copytree(SCRIPTS, scripts)
    later = LATER.format(more=more, newest=migrating.newest())
    (scripts / "versions" / "later.py").write_text(later)
    return scripts


def filled(url: URL, number: int = 250) -> None:
    """`number` videos with an answer, a decision and an undo each."""
    database = Database(url)
    with database.write() as session:
        fill(session, number, undone=True)
    database.close()


def fingerprint(url: URL) -> str:
    """A hash over all rows of all tables."""
    database = Database(url)
    digest = hashlib.sha256()
    with database.read() as session:
        for table in ("videos", "labels", "model_versions", "predictions", "label_events"):
            for row in session.execute(text(f"SELECT * FROM {table} ORDER BY id")):
                digest.update(repr(sorted(row._mapping.items())).encode())
    database.close()
    return digest.hexdigest()


def test_the_revisions_make_the_tables_of_the_code(url: URL) -> None:
    """`alembic check`, on tables made by the revisions; it raises if anything differs."""
    with migrating._engine(url).begin() as connection:
        command.check(migrating.configuration(connection))


def test_a_generated_revision_names_no_class_of_ours(url: URL, tmp_path: Path) -> None:
    """Classes change; what a revision did must not."""
    scripts = tmp_path / "migrations"
    shutil.copytree(SCRIPTS, scripts)
    with migrating._engine(url).begin() as connection:
        connection.execute(text("DROP TABLE promotions"))
        configuration = migrating.configuration(connection, scripts=scripts)
        command.revision(configuration, "promotions", autogenerate=True, rev_id="later")
    made = next((scripts / "versions").glob("later*.py")).read_text()
    assert "create_table('promotions'" in made
    assert "sa.DateTime(timezone=True)" in made
    assert "storage" not in made


def test_without_its_revisions_the_program_is_broken(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    with pytest.raises(RevisionError, match="Install it again"):
        migrating.newest(scripts=tmp_path)


def test_up_down_up(url: URL) -> None:
    assert migrating.revision(url) == migrating.newest()
    migrating.downgrade(url, "base")
    assert migrating.revision(url) is None
    assert migrating.upgrade(url).before is None
    filled(url, 2)
    assert not migrating.upgrade(url).changed


def test_events_from_before_browsers_were_known_keep_their_place(url: URL) -> None:
    migrating.downgrade(url, "0001")
    engine = migrating._engine(url)
    with engine.begin() as connection:
        for statement in OLD_ROWS:
            connection.exec_driver_sql(statement)
    engine.dispose()
    assert migrating.upgrade(url).before == "0001"
    database = Database(url)
    with database.write() as session:
        decide(session, 1, label="archery", annotator="")
        current = decisions.current(session, video_id=1)
        assert [(e.annotator, e.browser, e.label) for e in current] == [("", "", "archery")]
    for change in ("UPDATE label_events SET browser = 'x'", "DELETE FROM label_events"):
        with pytest.raises(ConflictError), database.write() as session:
            session.execute(text(change))
    database.close()


def test_a_later_revision_keeps_every_row_up_down_up(url: URL, tmp_path: Path) -> None:
    scripts = with_later_revision(tmp_path)
    filled(url)
    before = fingerprint(url)
    first = migrating.upgrade(url, scripts=scripts)
    assert (first.before, first.after) == (migrating.newest(), "later")
    after = fingerprint(url)
    assert after != before
    migrating.downgrade(url, migrating.newest(), scripts=scripts)
    assert fingerprint(url) == before
    migrating.upgrade(url, scripts=scripts)
    assert fingerprint(url) == after


def test_a_sqlite_file_is_backed_up_before_it_is_changed(
    ready_sqlite: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    shutil.copy(ready_sqlite, path)
    url = Database.in_file(path).url
    filled(url, 3)
    before = fingerprint(url)
    upgrade = migrating.upgrade(url, scripts=with_later_revision(tmp_path))
    assert upgrade.backup is not None
    assert fingerprint(Database.in_file(upgrade.backup).url) == before


def test_a_failed_upgrade_changes_nothing(url: URL, tmp_path: Path) -> None:
    filled(url, 3)
    before = fingerprint(url)
    broken = with_later_revision(tmp_path, more='op.execute("INSERT INTO nowhere VALUES (1)")')
    with pytest.raises(StorageError):
        migrating.upgrade(url, scripts=broken)
    assert migrating.revision(url) == migrating.newest()
    assert fingerprint(url) == before
    for saved in tmp_path.glob("backups/*.db"):
        assert fingerprint(Database.in_file(saved).url) == before


def test_an_upgrade_that_loses_references_is_undone(url: URL, tmp_path: Path) -> None:
    filled(url, 3)
    before = fingerprint(url)
    losing = with_later_revision(tmp_path, more='op.execute("DELETE FROM videos WHERE id = 1")')
    with pytest.raises(StorageError):
        migrating.upgrade(url, scripts=losing)
    assert fingerprint(url) == before


def test_rebuilding_a_table_with_references_on_would_fail(
    ready_sqlite: Path, tmp_path: Path
) -> None:
    """Why the migrating connection switches them off: the control for the test above."""
    path = tmp_path / "a.db"
    shutil.copy(ready_sqlite, path)
    filled(Database.in_file(path).url, 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("DROP TABLE videos")


def test_servers_that_start_together_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "folder" / "new.db"

    def start(_number: int) -> bool:
        database = Database.in_file(path)
        upgrade = database.upgrade()
        database.close()
        return upgrade.changed

    path.parent.mkdir(parents=True)
    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(start, range(6))) == [False] * 5 + [True]


def test_a_database_of_a_newer_program_is_refused(url: URL) -> None:
    database = Database(url)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RevisionError, match="newer version"):
        database.upgrade()
    database.close()


def test_a_database_without_tables_says_what_to_run(tmp_path: Path) -> None:
    database = Database.in_file(tmp_path / "new.db")
    assert database.revision() is None
    with pytest.raises(RevisionError, match="app migrate"), database.read() as session:
        videos.get(session, video_id=1)
    database.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(StorageError, match="damaged"):
        Database.in_file(path).upgrade()
    assert path.read_text().startswith("Dear")


def test_a_folder_that_cannot_be_written_is_refused() -> None:
    with pytest.raises((UnavailableError, OSError)):
        Database(make_url("sqlite:////proc/second-look/x.db")).upgrade()
