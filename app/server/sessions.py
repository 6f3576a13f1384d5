"""Log-ins that are under way: the signed text that a browser keeps, and those ended early.

The text survives a restart. It ends with its time, with a log-out, with the person's line in the
users file, or with a new password.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import os
import re
import secrets
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from app.server.people import UsersFile
from app.settings import SettingsError

NUMBER = re.compile(r"[0-9a-f]{32}")
END = re.compile(r"[0-9]{1,12}")  # seconds since 1970
log = logging.getLogger(__name__)


class Sessions:
    """Who is logged in. `key` signs; `hours` is how long a log-in lasts."""

    def __init__(self, users: UsersFile, *, key: bytes, ended: Ended, hours: float) -> None:
        self.users = users
        self._key = key
        self._ended = ended
        self.max_age_s = int(hours * 3600)

    def begin(self, name: str) -> str:
        """The proof that a browser keeps. Raises `KeyError` for a name that is not there."""
        return self._proof(name, secrets.token_hex(16), int(time.time()) + self.max_age_s)

    def person(self, proof: str | None) -> str | None:
        """Whom a proof speaks for; None if it is absent, forged, over, ended or revoked."""
        found = self._read(proof)
        return None if found is None else found[0]

    def end(self, proof: str | None) -> None:
        """Ends this log-in for good, on every device that has a copy of the proof."""
        found = self._read(proof)
        if found is not None:
            _, number, until = found
            self._ended.add(number, until)

    def _read(self, proof: str | None) -> tuple[str, str, int] | None:
        parts = (proof or "").split(".")
        if len(parts) != 4 or not NUMBER.fullmatch(parts[1]) or not END.fullmatch(parts[2]):
            return None
        try:
            name = base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)).decode()
            until = int(parts[2])
            # Made anew and compared as a whole, so that there is one valid spelling only.
            wanted = self._proof(name, parts[1], until)
        except (ValueError, KeyError):
            return None
        is_good = hmac.compare_digest(wanted.encode(), (proof or "").encode("utf-8", "replace"))
        if not is_good or until <= time.time() or parts[1] in self._ended:
            return None
        return name, parts[1], until

    def _proof(self, name: str, number: str, until: int) -> str:
        """Name, number, end and signature; the hash in it ends it with a new password."""
        # Without the padding, for which cookies have no unquoted form.
        encoded = base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")
        said = f"{encoded}.{number}.{until}"
        return f"{said}.{signature(self._key, said, self.users.people().hashes[name])}"


class Ended:
    """The numbers of log-ins that were ended before their time, kept in a file.

    One `number end` a line, appended and flushed to the disk; what is over anyway is dropped when
    the file is opened.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        now = time.time()
        self._until = {number: until for number, until in _lines(_text_of(file)) if until > now}
        self._rewrite()

    def __contains__(self, number: str) -> bool:
        return number in self._until

    def add(self, number: str, until: int) -> None:
        """Ends a log-in that would have lasted until `until`, in seconds since 1970."""
        with self._lock:
            self._until[number] = until
            try:
                self._append(f"{number} {until}\n")
            except OSError:
                log.exception("A log-out could not be written down; it holds until a restart")

    def _append(self, line: str) -> None:
        handle = os.open(self._file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def _rewrite(self) -> None:
        if not self._file.exists():
            return
        draft = self._file.with_name(self._file.name + ".part")
        handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.writelines(f"{number} {until}\n" for number, until in self._until.items())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._file)


def signature(key: bytes, *said: str) -> str:
    """64 hexadecimal digits that only the holder of `key` can make for these texts."""
    whole = b"".join(len(part.encode()).to_bytes(8, "big") + part.encode() for part in said)
    return hmac.new(key, whole, hashlib.sha256).hexdigest()


def read_key(file: Path) -> bytes:
    """The 32 bytes of `file`, which is made (mode 600) if it is not there yet.

    Raises `SettingsError` if it is damaged.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        key = file.read_bytes()
        if len(key) != 32:
            raise SettingsError(
                f"{file} is damaged; delete it, and everybody logs in anew."
            ) from None
        return key
    key = secrets.token_bytes(32)
    with os.fdopen(handle, "wb") as out:
        out.write(key)
    return key


def _text_of(file: Path) -> str:
    try:
        return file.read_text("ascii", "replace")
    except FileNotFoundError:
        return ""


def _lines(text: str) -> Iterable[tuple[str, int]]:
    for line in text.splitlines():
        number, _, until = line.partition(" ")
        if NUMBER.fullmatch(number) and END.fullmatch(until):
            yield number, int(until)
