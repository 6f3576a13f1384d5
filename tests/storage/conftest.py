"""Real databases: a SQLite file each time, and PostgreSQL where its programs are installed."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from storage.engine.database import Database
from storage.tables import Table

POSTGRESQL = Path("/usr/lib/postgresql/15/bin")


@contextmanager
def postgresql_server() -> Iterator[URL]:
    """A PostgreSQL server of our own, reachable by a socket only; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="second-look-pg-"))
    root = os.geteuid() == 0
    become = ["runuser", "-u", "postgres", "--"] if root else []
    if root:
        shutil.chown(folder, "postgres", "postgres")

    def run(*command: str | Path) -> None:
        subprocess.run([*become, *command], check=True, capture_output=True, cwd="/", timeout=60)

    data = folder / "data"
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    run(POSTGRESQL / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "-N")
    # The log goes to a file: a server that keeps our pipe open would never let `run` return.
    start = ("-D", data, "-l", folder / "log", "-o", options, "-w", "start")
    run(POSTGRESQL / "pg_ctl", *start)
    try:
        yield URL.create(
            "postgresql+psycopg",
            username="tester",
            database="postgres",
            query={"host": str(folder)},
        )
    finally:
        run(POSTGRESQL / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[URL]:
    """The URL of a database `ready`, with all tables, to copy from."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    if not (POSTGRESQL / "initdb").exists():
        pytest.skip(f"no PostgreSQL 15 in {POSTGRESQL}")
    if os.geteuid() == 0 and subprocess.run(["id", "postgres"], capture_output=True).returncode:
        pytest.skip(
            f"PostgreSQL refuses to run as {getpass.getuser()}, and no user postgres is here"
        )
    with postgresql_server() as url:
        _execute(url, "CREATE DATABASE ready")
        ready = Database(url.set(database="ready"))
        ready.upgrade()
        ready.close()
        yield url


def _execute(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@contextmanager
def _copied(postgresql: URL) -> Iterator[URL]:
    name = f"test_{uuid.uuid4().hex}"
    _execute(postgresql, f"CREATE DATABASE {name} TEMPLATE ready")
    yield postgresql.set(database=name)
    _execute(postgresql, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def fresh_postgresql(postgresql: URL) -> Iterator[URL]:
    """A database with all tables and no rows."""
    with _copied(postgresql) as url:
        yield url


@pytest.fixture(scope="session")
def ready_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, to copy from."""
    path = tmp_path_factory.mktemp("ready") / "ready.db"
    database = Database.in_file(path)
    database.upgrade()
    database.close()
    return path


@pytest.fixture
def sqlite_db(ready_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """A SQLite database with all tables."""
    path = tmp_path / "second look.db"
    shutil.copy(ready_sqlite, path)
    database = Database.in_file(path)
    yield database
    database.close()


@pytest.fixture(scope="session")
def shared_postgresql(postgresql: URL) -> Iterator[Database]:
    """A database with all tables that many tests use, one after another."""
    _execute(postgresql, "CREATE DATABASE shared TEMPLATE ready")
    database = Database(postgresql.set(database="shared"))
    yield database
    database.close()


@pytest.fixture
def empty_postgresql(shared_postgresql: Database) -> Database:
    """The shared database without rows: emptying is many times quicker than making a new one."""
    tables = ", ".join(table.name for table in Table.metadata.sorted_tables)
    with shared_postgresql.write() as session:
        session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    return shared_postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest) -> Database:
    """Every kind of database that is supported, with all tables and no rows."""
    return request.getfixturevalue("sqlite_db" if request.param == "sqlite" else "empty_postgresql")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def db_to_read(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """Like `db`, but one for a whole file of tests, which fills it once and then only reads."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("read") / "second look.db"
        shutil.copy(request.getfixturevalue("ready_sqlite"), path)
        database = Database.in_file(path)
        yield database
        database.close()
    else:
        with _copied(request.getfixturevalue("postgresql")) as url:
            database = Database(url)
            yield database
            database.close()
