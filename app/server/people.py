"""Who may log in: a file with one `name:hash` a line. Passwords are scrypt hashes (RFC 7914)."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import logging
import os
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.settings import SettingsError
from model.files import write_whole

# 128 * N * r bytes = 32 MiB and some 80 ms a guess.
SCRYPT_N = 2**15
SCRYPT_R = 8
SCRYPT_P = 1
SCRYPT_MEMORY = 2 * 128 * SCRYPT_N * SCRYPT_R
MAX_PASSWORD = 1024  # longer ones only cost time
SETTLED_S = 2.0  # a file that changed just now may change again without a new time stamp
log = logging.getLogger(__name__)


def hash_password(password: str) -> str:
    """`scrypt$SALT$HASH` with a fresh salt, both in base64."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_text(salt)}${_text(_scrypt(password, salt))}"


def set_password(users_file: Path, name: str, password: str) -> None:
    """Adds a person to the file or gives them a new password; the file is replaced whole.

    Raises `SettingsError` for a name or a password that cannot be used.
    """
    if not name or len(name) > 64 or not name.isprintable() or set(name) & set(":#| "):
        raise SettingsError("A name has 1 to 64 letters or digits, without spaces, : # or |.")
    if not 8 <= len(password) <= MAX_PASSWORD:
        raise SettingsError(f"A password has 8 to {MAX_PASSWORD} characters.")
    users_file.parent.mkdir(parents=True, exist_ok=True)
    added = f"{name}:{hash_password(password)}"
    with _only_writer(users_file):
        lines = _lines(users_file) if users_file.exists() else []
        kept = [line for line in lines if line.partition(":")[0].strip() != name]
        content = "\n".join([*kept, added]) + "\n"
        write_whole(users_file, content.encode(), draft=".users-", mode=0o600)


@contextmanager
def _only_writer(users_file: Path) -> Iterator[None]:
    """Others who add somebody wait, or one of two would be lost. The lock ends with its process.

    It is the folder that is locked: the file is replaced, and a full disk has no room for another.
    """
    lock = os.open(users_file.parent, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@dataclass(frozen=True, slots=True)
class People:
    """The people of a users file at one moment, with the hashes of their passwords."""

    hashes: Mapping[str, str]

    def check(self, name: str, password: str) -> bool:
        """True if this is the person's password. Takes as long for a name that is not there."""
        stored = self.hashes.get(name)
        salt, wanted = _parts(stored) if stored else (bytes(16), bytes(64))
        given = _scrypt(password[:MAX_PASSWORD], salt)
        return hmac.compare_digest(given, wanted) and stored is not None


def read_people(users_file: Path) -> People:
    """The people of `users_file`.

    Raises `SettingsError` if the file is missing, empty, or has a line that cannot be understood.
    """
    lines = _lines(users_file)
    hashes: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, stored = (part.strip() for part in line.partition(":"))
        try:
            _parts(stored)
        except ValueError:
            raise SettingsError(
                f"Line {number} of {users_file} is not `name:scrypt$…`; write it with "
                "`python -m app users`."
            ) from None
        hashes[name] = stored
    if not hashes:
        raise SettingsError(f"Nobody could log in: {users_file} names no one.")
    return People(hashes)


class UsersFile:
    """The people of a file that may change while the server runs.

    A file that cannot be used, because it is half written, say, changes nothing: the people it
    named last may log in until it can be used again, and the log says so once.
    """

    def __init__(self, file: Path) -> None:
        """Raises `SettingsError` if the file cannot be used to begin with."""
        self._file = file
        self._lock = threading.Lock()
        self._seen = _stamp(file)
        self._read_at = time.time()
        self._people = read_people(file)

    def people(self) -> People:
        """The people as the file names them now."""
        with self._lock:
            if self._may_have_changed():
                self._read()
            return self._people

    def _may_have_changed(self) -> bool:
        stamp = _stamp(self._file)
        if stamp != self._seen:
            return True
        return stamp is not None and self._read_at - stamp.changed_s < SETTLED_S

    def _read(self) -> None:
        stamp, moment = _stamp(self._file), time.time()
        is_news = stamp != self._seen
        self._seen, self._read_at = stamp, moment
        try:
            self._people = read_people(self._file)
        except SettingsError as error:
            if is_news:
                log.error("%s Until then everybody who could log in still can.", error)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells two states of a file apart without reading it. `changed_s` is since 1970."""

    changed_s: float
    changed_ns: int
    size: int
    inode: int


def _stamp(file: Path) -> Stamp | None:
    try:
        found = file.stat()
    except OSError:
        return None
    newest = max(found.st_mtime_ns, found.st_ctime_ns)
    return Stamp(newest / 1e9, newest, found.st_size, found.st_ino)


def _lines(users_file: Path) -> list[str]:
    try:
        return users_file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The file of people who may log in cannot be read: {error}") from error


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        password.encode(),
        salt=salt,
        n=SCRYPT_N,
        r=SCRYPT_R,
        p=SCRYPT_P,
        maxmem=SCRYPT_MEMORY,
    )


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _parts(stored: str) -> tuple[bytes, bytes]:
    scheme, salt, wanted = stored.split("$")
    if scheme != "scrypt":
        raise ValueError("not a scrypt hash")
    parts = base64.urlsafe_b64decode(salt), base64.urlsafe_b64decode(wanted)
    if len(parts[0]) < 16 or len(parts[1]) != 64:
        raise ValueError("not a scrypt hash")
    return parts
