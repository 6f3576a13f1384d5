"""Free JSON for the columns that hold it, in a form that every database takes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from storage.text import storable

# JSON allows them inside a text, but many programs take them for the end of a line.
LINE_ENDS = {ord(c): f"\\u{ord(c):04x}" for c in "\u2028\u2029\u0085"}


def plain(value: Any) -> Any:
    """`value` in dicts, lists and finite numbers; NaN and infinity, not in JSON, become None."""
    if isinstance(value, Mapping):
        return {storable(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def line(value: Mapping[str, Any]) -> str:
    """`value` as one line of JSON, in UTF-8 characters, ending with a newline."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
    return text.translate(LINE_ENDS) + "\n"
