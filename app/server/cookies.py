"""The cookies of the doors: strict in what is read, the same care for each that is set."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response


def sent_cookie(headers: Headers, name: str) -> str | None:
    """A cookie's value exactly as it was sent; None if there is none, or more than one.

    Other readers take quotes and escapes off, so that one value has many spellings.
    """
    pairs = [
        pair.strip(" ") for line in headers.getlist("cookie") for pair in line.split(";") if pair
    ]
    found = [pair[len(name) + 1 :] for pair in pairs if pair.startswith(f"{name}=")]
    return found[0] if len(found) == 1 else None


def give_cookie(
    response: Response,
    request: HTTPConnection,
    name: str,
    value: str,
    *,
    max_age_s: int,
    path: str = "/",
) -> None:
    """Sets a cookie that scripts cannot read, that other sites' forms do not send, and that
    never leaves encryption once it was given over https."""
    response.set_cookie(
        name,
        value,
        max_age=max_age_s,
        path=path,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
