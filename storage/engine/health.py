"""Verdicts about where and how the database is kept, for the `check` command and the start."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, Engine
from sqlalchemy.exc import DBAPIError

from storage.engine import migrating, sqlite
from storage.errors import NetworkDiskError, StorageError, explain

MOUNTS = Path("/proc/mounts")
# SQLite 3.7.0 to 3.51.2 can corrupt a database when two connections reset the WAL at once.
WAL_RESET_FIXED = (3, 51, 3)
# Their locks or their shared memory are not those of a local disk, which WAL needs.
NETWORK_DISKS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "lustre", "glusterfs", "davfs"}
    | {
        "beegfs",
        "gpfs",
        "ocfs2",
        "gfs2",
        "fuse.glusterfs",
        "fuse.sshfs",
        "fuse.s3fs",
        "fuse.rclone",
    }
)
SHARED_DISKS = frozenset({"9p", "virtiofs", "fuse.grpcfuse", "fakeowner", "vboxsf"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that was looked at. `sentence` says what it means and what to do."""

    name: str
    level: Literal["ok", "warning", "error"]
    sentence: str


def disk_kind(path: Path, mounts: Path = MOUNTS) -> str:
    """The file system type under `path`, or "" where the mount table cannot be read."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    target = path.absolute().resolve()
    best, kind = -1, ""
    for line in lines:
        _, point, found, *_ = line.split(" ")
        folder = Path(point.encode("utf-8", "surrogateescape").decode("unicode_escape"))
        if target.is_relative_to(folder) and len(folder.parts) >= best:
            best, kind = len(folder.parts), found
    return kind


def refuse_network_disk(path: Path, mounts: Path = MOUNTS) -> None:
    """Raises `NetworkDiskError` if `path` lies on a network disk."""
    kind = disk_kind(path, mounts)
    if kind in NETWORK_DISKS:
        raise NetworkDiskError(
            f"The database {path} lies on a network disk ({kind}), where SQLite loses data. "
            "Choose a folder on a local disk, or use PostgreSQL."
        )


def examine(url: URL, reader: Engine, *, mounts: Path = MOUNTS) -> tuple[Verdict, ...]:
    """All verdicts about the database at `url`."""
    if url.get_backend_name() != "sqlite":
        return (_revision(url),)
    path = sqlite.file_of(url)
    return (
        library_verdict(sqlite3.sqlite_version_info),
        _disk(path, mounts),
        *_file(url, path, reader),
    )


def library_verdict(version: tuple[int, ...]) -> Verdict:
    """About the SQLite library itself."""
    shown = ".".join(map(str, version))
    if version >= WAL_RESET_FIXED:
        return Verdict("SQLite version", "ok", f"SQLite {shown}.")
    return Verdict(
        "SQLite version",
        "warning",
        f"SQLite {shown} has a rare fault that can damage the database when several programs "
        "write at once; it is fixed in 3.51.3. Keep backups, and run one server at a time.",
    )


def _disk(path: Path, mounts: Path) -> Verdict:
    kind = disk_kind(path, mounts)
    if kind in NETWORK_DISKS:
        sentence = f"The database lies on a network disk ({kind}). Move it to a local disk."
        return Verdict("Disk", "error", sentence)
    if kind in SHARED_DISKS:
        sentence = f"The database lies on a shared folder ({kind}). Use it from one side only."
        return Verdict("Disk", "warning", sentence)
    return Verdict("Disk", "ok", f"Local disk ({kind or 'unknown kind'}).")


def _file(url: URL, path: Path, reader: Engine) -> tuple[Verdict, ...]:
    if not path.exists():
        return (Verdict("Database", "warning", f"There is no database at {path} yet."),)
    try:
        with reader.connect() as connection:
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    except DBAPIError as error:
        return (Verdict("Database", "error", str(explain(error))),)
    if found != "ok":
        return (Verdict("Database", "error", f"The database is damaged: {found}"),)
    if mode != "wal":
        sentence = f"The database cannot use its write-ahead log here (mode: {mode})."
        return (Verdict("Database", "error", sentence),)
    return (Verdict("Database", "ok", f"{path} is whole."), _revision(url))


def _revision(url: URL) -> Verdict:
    try:
        found, newest = migrating.revision(url), migrating.newest()
    except StorageError as error:
        return Verdict("Tables", "error", str(error))
    if found == newest:
        return Verdict("Tables", "ok", f"Revision {found}.")
    sentence = f"The tables are at revision {found}, not {newest}. Run: python -m app migrate"
    return Verdict("Tables", "warning", sentence)
