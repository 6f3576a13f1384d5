"""The body of a call: no address that the server would fetch.

Where a call names a file, Gradio takes the address of any file on the internet as well, and loads
it without a limit.
"""

from __future__ import annotations

import json
from typing import Any

from app.server.bodies import Refused


class CallBody:
    """Follows a call's body and looks at it once it is whole, before the app has its end."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def look_at(self, data: bytes, *, is_last: bool) -> None:
        """Takes the next piece. Raises `Refused`."""
        self._pieces.append(data)
        if is_last and names_address(b"".join(self._pieces)):
            raise Refused(400, "Upload the file itself; an address is not fetched.")


def names_address(body: bytes) -> bool:
    """True if `body` is JSON with a file whose path is on the internet.

    What is no JSON, or nested deeper than any call, is left for the app to refuse.
    """
    try:
        left: list[Any] = [json.loads(body)]
    except (ValueError, RecursionError):
        return False
    while left:
        value = left.pop()
        if isinstance(value, dict):
            path = value.get("path")
            if isinstance(path, str) and path.strip().lower().startswith(("http:", "https:")):
                return True
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
    return False
