"""Between two answers the worker keeps the model ready, and says how it is, each thing once."""

from __future__ import annotations

from app.jobs.standing_by import StandingBy
from app.workflow.services import Services
from model.inference.seam import Status


def test_it_loads_the_model_once_and_tells_each_change_once(services: Services) -> None:
    told: list[Status] = []
    stand_by = StandingBy(services, told.append)
    stand_by()
    assert told[-1].state == "ready"
    assert told[0].state != "ready"
    before = list(told)
    stand_by()
    assert told == before
