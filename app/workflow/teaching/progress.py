"""What the worker says of a teaching, as it stands in the job's row: progress, then the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from app.workflow.teaching.pace import Phase
from model.learning.finetune_config import Curve, Scope


@dataclass(frozen=True, slots=True)
class MeasuredPace:
    """Seconds of a unit of each phase, as one teaching of a mode took them."""

    mode: Scope
    unit_s: Mapping[Phase, float]


@dataclass(frozen=True, slots=True)
class TeachProgress:
    """`curve`: losses so far. `ends_at`: when it will be done, None while nobody can say.

    `result` (`compare.report`) and `pace` are there at the end.
    """

    curve: Curve = ()
    ends_at: datetime | None = None
    result: Mapping[str, Any] | None = None
    pace: MeasuredPace | None = None

    def to_json(self) -> dict[str, Any]:
        """As the job's row keeps it."""
        return {
            "curve": list(self.curve),
            "ends_at": self.ends_at and self.ends_at.isoformat(),
            "result": self.result,
            "pace": self.pace and {"mode": self.pace.mode, "unit_s": dict(self.pace.unit_s)},
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        """What a row tells; nothing where a worker has said nothing, or something unknown."""
        try:
            ends_at, pace = fields.get("ends_at"), fields.get("pace")
            return cls(
                curve=tuple(fields.get("curve", ())),
                ends_at=datetime.fromisoformat(ends_at) if ends_at else None,
                result=fields.get("result"),
                pace=MeasuredPace(**pace) if pace else None,
            )
        except (TypeError, ValueError):
            return cls()
