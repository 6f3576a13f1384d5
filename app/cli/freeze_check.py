"""What `predict --check` adds: whether the picture of the answer can be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.words.checks import (
    frozen_moments,
    objection,
    objections,
    other_looks,
    what_happened,
)
from app.workflow.errors import AppError
from app.workflow.faithfulness import freeze_check
from app.workflow.services import Services
from model.evidence.trust import trust
from model.inference.prediction import Prediction
from model.inference.timeline import Averaging


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: `fields` for programs and `lines` for people, both empty without one."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Checks:
    """Checks the answers of a model if that is `wanted`."""

    model: str | None
    wanted: bool
    average: Averaging

    def __post_init__(self) -> None:
        if self.wanted and self.average != "prob":
            raise AppError(
                "--check works with averaged probabilities: leave --average-clips at prob."
            )

    def of(self, services: Services, video: Path, prediction: Prediction) -> Checked:
        """Looks again at the changed video. Raises `VideoError`."""
        if not self.wanted:
            return Checked()
        found = freeze_check.check_file(services.models, video, prediction, model=self.model)
        fields = {"check": freeze_check.check_report(prediction, found)}
        if found is None:
            findings = [
                f"Check: {objection(one, prediction)}" for one in trust(prediction).findings
            ]
            return Checked(fields, findings)
        said = [what_happened(prediction, found), frozen_moments(found), *other_looks(found)]
        against = [f"Against it: {text}" for text in objections(prediction, found)]
        return Checked(fields, [*(f"Check: {line}" for line in said), *against])
