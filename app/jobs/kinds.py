"""Which work the worker knows, by the name that stands in the job's row."""

from __future__ import annotations

from collections.abc import Mapping

from app.workflow import getting, recall, teach, teach_job
from app.workflow.long_work import Work

KINDS: Mapping[str, Work] = {
    teach.KIND: teach_job.carry_out,
    recall.KIND: recall.carry_out,
    getting.KIND: getting.carry_out,
}
