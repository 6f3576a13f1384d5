"""When people agree about a video, and whose decision counts when they do not.

A video's opinions are the latest decision of each person that stands. They agree if all say the
same: the same label, or the same verdict where there is no label. Then the latest of them counts.
If two people say different things, nobody's decision counts: they disagree, until somebody settles
it with a decision that says so (`settles`). That one counts as long as it stands and nobody says
anything else later; a later opinion that differs opens the question again. One person who changes
their mind is no disagreement, since only their latest decision is an opinion.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Opinion(Protocol):
    """What has to be known of a decision that stands. `segment_id` is None for the whole video."""

    @property
    def id(self) -> int: ...
    @property
    def segment_id(self) -> str | None: ...
    @property
    def verdict(self) -> str | None: ...
    @property
    def label_id(self) -> int | None: ...
    @property
    def settles(self) -> bool: ...


One = TypeVar("One", bound=Opinion)


def whole(opinions: Sequence[One]) -> tuple[One, ...]:
    """Those about the whole video, in the order of their making."""
    return tuple(sorted((o for o in opinions if o.segment_id is None), key=lambda o: o.id))


def deciding(opinions: Sequence[One]) -> One | None:
    """The decision that counts for the whole video; None if there is none, or people disagree."""
    about_all = whole(opinions)
    settling = next((o for o in reversed(about_all) if o.settles), None)
    if settling is not None and _same([o for o in about_all if o.id >= settling.id]):
        return settling
    return about_all[-1] if about_all and _same(about_all) else None


def disagree(opinions: Sequence[Opinion]) -> bool:
    """Whether people say different things and nobody has settled it."""
    return bool(whole(opinions)) and deciding(opinions) is None


def _same(opinions: Sequence[Opinion]) -> bool:
    return len({o.label_id if o.label_id is not None else o.verdict for o in opinions}) == 1
