"""What a teaching's row tells, also one that another version of the program wrote."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.workflow.teaching.progress import MeasuredPace, TeachProgress

ENDS = datetime(2026, 11, 26, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "progress",
    [
        TeachProgress(),
        TeachProgress(({"loss": 0.5, "right": None},), ENDS),
        TeachProgress(
            ({"loss": 0.5},), result={"videos": 2}, pace=MeasuredPace("head", {"fitting": 0.3})
        ),
    ],
)
def test_it_comes_back_as_it_was(progress: TeachProgress) -> None:
    assert TeachProgress.from_json(json.loads(json.dumps(progress.to_json()))) == progress


@pytest.mark.parametrize(
    ("stored", "progress"),
    [
        ({}, TeachProgress()),
        ({"curve": [], "ends_at": None}, TeachProgress()),
        (
            {"curve": [{"loss": 1.0}], "ends_at": ENDS.isoformat()},
            TeachProgress(({"loss": 1.0},), ENDS),
        ),
        (
            {"curve": [], "result": {"videos": 1}, "pace": {"mode": "head", "unit_s": {}}},
            TeachProgress(result={"videos": 1}, pace=MeasuredPace("head", {})),
        ),
        ({"ends_at": "soon"}, TeachProgress()),
        ({"pace": {"speed": 3}}, TeachProgress()),
    ],
)
def test_what_0_2_0_wrote_is_read_and_the_rest_left_out(
    stored: dict[str, Any], progress: TeachProgress
) -> None:
    assert TeachProgress.from_json(stored) == progress
