"""Which work the workers know, by the name that stands in the job's row, and in which lane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from app.workflow.answers import answer_job
from app.workflow.long_work import Work
from app.workflow.models import getting
from app.workflow.similarity import recall
from app.workflow.teaching import job as teach_job
from app.workflow.teaching import teach
from app.workflow.videos import asking

LaneName = Literal["answers", "long"]
KINDS: Mapping[LaneName, Mapping[str, Work]] = {
    # What a person waits for: seconds each.
    "answers": {asking.KIND: answer_job.carry_out},
    # Minutes or hours each.
    "long": {
        teach.KIND: teach_job.carry_out,
        recall.KIND: recall.carry_out,
        getting.KIND: getting.carry_out,
    },
}
ALL_KINDS: Mapping[str, Work] = {**KINDS["answers"], **KINDS["long"]}
