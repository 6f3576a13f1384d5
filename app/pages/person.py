"""Who sent a request: the name of the log-in, and the browser where nobody has to log in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.workflow.errors import WrongName


@dataclass(frozen=True, slots=True)
class Person:
    """`name` is "" for somebody who is not logged in.

    `browser` is 32 hexadecimal digits, "" for a program and where people log in.
    """

    name: str
    browser: str

    @property
    def is_logged_in(self) -> bool:
        """True if the name was proved by a password."""
        return bool(self.name)

    def named(self, given: str) -> str:
        """The name to keep. Raises `WrongName` if somebody logged in gives another's."""
        given = " ".join(given.split())
        if self.is_logged_in and given not in ("", self.name):
            raise WrongName(
                f"You are logged in as {self.name}. Leave the name out, or log in as {given}."
            )
        return self.name or given


def person_of(request: gr.Request) -> Person:
    """Whoever sent this request, as the server's doors found out."""
    scope: Mapping[str, Any] = getattr(request.request, "scope", {})
    return Person(scope.get("user") or "", scope.get("browser") or "")
