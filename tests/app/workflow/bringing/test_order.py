"""Orders and progress as a job's row keeps them."""

from __future__ import annotations

import pytest

from app.workflow.bringing.order import BringOrder, BringProgress


def test_both_come_back_as_they_were() -> None:
    assert BringOrder.from_json(BringOrder(7).to_json()) == BringOrder(7)
    progress = BringProgress(3, 0.5, 12.0)
    assert BringProgress.from_json(progress.to_json()) == progress


@pytest.mark.parametrize("fields", [{}, {"file": "x", "share": 0}, {"file": 1, "share": None}])
def test_what_no_worker_said_is_none(fields: dict[str, object]) -> None:
    assert BringProgress.from_json(fields) is None
