"""Texts in tables: so that no spreadsheet runs them, and none is lost."""

from __future__ import annotations

import re
import unicodedata

# The first sign decides, but spaces and apostrophes before it do not protect in every program.
FORMULA = re.compile(r"['\s\ufeff\u200b-\u200f]*[=+\-@]|[' ]*[\t\r\n]")


def guarded(text: str) -> str:
    """`text` so that no spreadsheet runs it."""
    return f"'{text}" if _is_formula(text) else text


def unguarded(cell: str) -> str:
    """What `guarded` was given: no text is lost or confused with another."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell[1:]) else cell


def _is_formula(text: str) -> bool:
    return bool(FORMULA.match(unicodedata.normalize("NFKC", text)))
