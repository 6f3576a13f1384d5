"""Browsers that have logged in under a name before, each with a signed cookie that says so.

Such a cookie is no log-in. It gives its browser tries of its own (`throttle.py`), so that a
stranger who uses up the tries of a name does not lock its owner out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.server.cookies import give_cookie, sent_cookie
from app.server.sessions import signature

PROOF = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{64})")
MAX_AGE_S = 400 * 24 * 3600  # browsers keep no cookie for longer


class Devices:
    """Signs and recognises the cookies. `key` signs."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def number(self, request: HTTPConnection, name: str) -> str:
        """The number of this browser if it has logged in under `name` before, else ""."""
        found = PROOF.fullmatch(sent_cookie(request.headers, cookie_name(name)) or "")
        if found is None or not hmac.compare_digest(found[2], self._sign(name, found[1])):
            return ""
        return found[1]

    def remember(self, response: Response, request: HTTPConnection, name: str) -> None:
        """Gives the browser its cookie for `name`; one that it has stays the same."""
        number = self.number(request, name) or secrets.token_hex(16)
        proof = f"{number}.{self._sign(name, number)}"
        give_cookie(response, request, cookie_name(name), proof, max_age_s=MAX_AGE_S, path="/login")

    def _sign(self, name: str, number: str) -> str:
        return signature(self._key, "device", name, number)


def cookie_name(name: str) -> str:
    """One cookie for each person who uses this browser."""
    return f"second_look_device_{hashlib.sha256(name.encode()).hexdigest()[:12]}"
