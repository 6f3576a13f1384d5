"""Text from people and file names, made safe to store and to compare."""

from __future__ import annotations

import unicodedata

from storage.errors import InvalidError


def storable(text: str) -> str:
    """`text` without what a database or UTF-8 cannot hold: NUL and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def one_line(text: str, *, what: str, longest: int) -> str:
    """`text` in Unicode NFC with single spaces and no control characters.

    `what` names the field in the message. Raises `InvalidError` if nothing is left or it is longer
    than `longest` characters.
    """
    spaced = "".join(
        " " if character.isspace() or unicodedata.category(character) == "Cc" else character
        for character in storable(text)
    )
    clean = " ".join(unicodedata.normalize("NFC", spaced).split())
    if not any(unicodedata.category(character) != "Cf" for character in clean):
        raise InvalidError(f"{what} is empty. Please write something.")
    if len(clean) > longest:
        raise InvalidError(f"{what} is too long: at most {longest} characters are possible.")
    return clean


def search_key(text: str) -> str:
    """The form in which two spellings are compared: no case, widths, or invisible characters."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    visible = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    return " ".join(visible.split())
