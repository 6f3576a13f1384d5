"""Which videos of this store a file of labels speaks of: by hash when there is one, else by name.

A name counts with or without its folder and its ending, and as Kinetics tools write it, with the
times of the clip behind the id. A name that several videos have finds none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from model.video.containers import ENDINGS
from storage.exchange.names import base_name
from storage.exchange.statement import Statement
from storage.records import lookup
from storage.records.lookup import KnownVideo
from storage.text import search_key


@dataclass(frozen=True, slots=True)
class Match:
    """A statement and its video. `is_clip`: the file is the span that the statement names."""

    statement: Statement
    video: KnownVideo
    is_clip: bool = False


@dataclass(frozen=True, slots=True)
class Matches:
    """The statements whose videos are here, and those whose videos are not, or not only one."""

    found: tuple[Match, ...]
    missing: tuple[Statement, ...]
    ambiguous: tuple[Statement, ...]


def match(session: Session, statements: Sequence[Statement]) -> Matches:
    """Finds the videos, in a few statements however many there are."""
    by_hash = lookup.by_hash(session, {one.digits for one in statements if one.digits})
    left = [one for one in statements if one.digits not in by_hash]
    candidates = {one.path: _names(one) for one in left}
    keys = {key for names in candidates.values() for key, _ in names}
    by_name = lookup.by_name(session, keys)
    found: list[Match] = []
    missing: list[Statement] = []
    ambiguous: list[Statement] = []
    for one in statements:
        if one.digits in by_hash:
            found.append(Match(one, by_hash[one.digits]))
            continue
        is_named = ((by_name[key], clip) for key, clip in candidates[one.path] if key in by_name)
        videos, is_clip = next(is_named, ((), False))
        if len(videos) == 1:
            found.append(Match(one, videos[0], is_clip))
        else:
            (ambiguous if videos else missing).append(one)
    return Matches(tuple(found), tuple(missing), tuple(ambiguous))


def _names(one: Statement) -> list[tuple[str, bool]]:
    """What the video may be called here, the likeliest first; True where the clip is the file."""
    name = base_name(one.path)
    names = [(one.path, False), (name, False)]
    if not name.lower().endswith(ENDINGS):
        names += [(name + ending, False) for ending in ENDINGS]
        if one.start_s is not None and one.end_s is not None:
            clip = f"{name}_{int(one.start_s):06d}_{int(one.end_s):06d}"
            names += [(clip + ending, True) for ending in ENDINGS]
    return [(search_key(text), is_clip) for text, is_clip in names if text]
