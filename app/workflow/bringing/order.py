"""What the worker is to bring in, and what it says of that while it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from app.workflow.long_work import Order

KIND = "bring"


@dataclass(frozen=True, slots=True)
class BringOrder(Order):
    """Carry on the batch of this number."""

    batch: int


@dataclass(frozen=True, slots=True)
class BringProgress:
    """The file in work, its done `share` in 0..1, and the seconds that all others will take."""

    file: int
    share: float
    remaining_s: float | None = None

    def to_json(self) -> dict[str, Any]:
        """As the job's row keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self | None:
        """None for what no worker, or another version's, has said."""
        try:
            return cls(int(fields["file"]), float(fields["share"]), fields.get("remaining_s"))
        except (KeyError, TypeError, ValueError):
            return None
