"""What can go wrong in `storage`, each with a sentence that a person can act on.

StorageError
├── NotFoundError      the row or file that was asked for is not there
├── InvalidError       these values cannot be stored
├── ConflictError      it contradicts something that was stored before
├── LeaseLostError     another worker has taken over this job
├── BusyError          others were saving for too long; nothing was changed
├── NoSpaceError       the disk is full, or would be; nothing was changed
├── UnavailableError   the database or the media folder cannot be used as it is
│   ├── NetworkDiskError   SQLite on a network disk, which loses data
│   └── RevisionError      the database was made by another version of the program
└── DamagedError       the database file is damaged
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


class StorageError(Exception):
    """Base of all errors of this package; its message is written for the person at the screen."""


class NotFoundError(StorageError):
    """The row or file that was asked for is not there."""


class InvalidError(StorageError):
    """These values cannot be stored; the message says which and why."""


class ConflictError(StorageError):
    """It contradicts something that was stored before."""


class LeaseLostError(StorageError):
    """The job is no longer this worker's: it was finished, or given to another one."""


class BusyError(StorageError):
    """Others were saving for too long. Nothing was changed; trying again is safe."""


class NoSpaceError(StorageError):
    """The disk is full, or would be. Nothing was changed."""


class UnavailableError(StorageError):
    """The database or the media folder cannot be used as it is."""


class NetworkDiskError(UnavailableError):
    """The SQLite file lies on a network disk, whose locks cannot be trusted."""


class RevisionError(UnavailableError):
    """The database was made by another version of the program."""


class DamagedError(StorageError):
    """The database file is damaged."""


BUSY = "Others are saving at the same time. Nothing was changed; please try again."
_FULL = "The disk is full. Nothing was changed; free some space and try again."
_DISK = "The disk with the database cannot be read or written. Perhaps it is full, or was removed."
_DAMAGED = "The database file is damaged. Put the newest backup in its place."


def explain(error: DBAPIError) -> StorageError:
    """The plain-words error for what a database driver said."""
    if isinstance(error, IntegrityError):  # first: its text can quote what people wrote
        return ConflictError("This does not fit with what is stored. Reload and try again.")
    said = str(error.orig).lower()
    if "locked" in said or "busy" in said or "deadlock" in said or "lock timeout" in said:
        return BusyError(BUSY)
    if "full" in said or "no space" in said:
        return NoSpaceError(_FULL)
    if "i/o error" in said:
        return UnavailableError(_DISK)
    if "malformed" in said or "not a database" in said:
        return DamagedError(_DAMAGED)
    if "no such table" in said or ("relation" in said and "does not exist" in said):
        return RevisionError("The database is not set up yet. Run: python -m app migrate")
    return UnavailableError(f"The database cannot be used: {error.orig}")


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turns what the database driver raises into this package's errors."""
    try:
        yield
    except PoolTimeoutError as error:
        raise BusyError(BUSY) from error
    except DBAPIError as error:
        raise explain(error) from error
