"""Who may log in: a file with one `name:hash` a line, and the proof that a browser keeps.

Passwords are stored as scrypt hashes (RFC 7914). The proof is a signed text, so it survives a
restart; it ends with its time, with the person's line, or with a new password.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from app.settings import SettingsError

# 128 * N * r bytes = 32 MiB and some 80 ms a guess.
SCRYPT_N = 2**15
SCRYPT_R = 8
SCRYPT_P = 1
SCRYPT_MEMORY = 2 * 128 * SCRYPT_N * SCRYPT_R
MAX_PASSWORD = 1024  # longer ones only cost time


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
    lines = users_file.read_text("utf-8").splitlines() if users_file.exists() else []
    kept = [line for line in lines if line.partition(":")[0].strip() != name]
    users_file.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=users_file.parent, prefix=".users-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join([*kept, f"{name}:{hash_password(password)}"]) + "\n")
    Path(draft).replace(users_file)


@dataclass(frozen=True, slots=True)
class People:
    """The people of a users file. `key` signs the proofs."""

    hashes: dict[str, str]
    key: bytes
    hours: float

    def check(self, name: str, password: str) -> bool:
        """True if this is the person's password. Takes as long for a name that is not there."""
        stored = self.hashes.get(name)
        salt, wanted = _parts(stored) if stored else (bytes(16), bytes(64))
        given = _scrypt(password[:MAX_PASSWORD], salt)
        return hmac.compare_digest(given, wanted) and stored is not None

    def proof(self, name: str) -> str:
        """What the browser keeps: name, end in seconds since 1970, signature."""
        end = int(time.time() + self.hours * 3600)
        return f"{_text(name.encode())}.{end}.{self._sign(name, end)}"

    def person(self, proof: str | None) -> str | None:
        """Whom a proof speaks for; None if it is absent, forged, over or revoked."""
        try:
            encoded, end, signature = (proof or "").split(".")
            name = base64.urlsafe_b64decode(encoded).decode()
            until = int(end)
        except ValueError:
            return None
        if name not in self.hashes or until < time.time():
            return None
        good = hmac.compare_digest(signature.encode(), self._sign(name, until).encode())
        return name if good else None

    def _sign(self, name: str, end: int) -> str:
        said = f"{name}\n{end}\n{self.hashes[name]}".encode()
        return hmac.new(self.key, said, hashlib.sha256).hexdigest()


def read_people(users_file: Path, *, key_file: Path, hours: float) -> People:
    """The people of `users_file`; makes `key_file` (mode 600) if it is not there yet.

    Raises `SettingsError` if the file is missing, empty, or has a line that cannot be understood.
    """
    try:
        lines = users_file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The file of people who may log in cannot be read: {error}") from error
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
    return People(hashes, _key(key_file), hours)


def _key(file: Path) -> bytes:
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
