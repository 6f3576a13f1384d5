"""What the workers can do: the name in a job's row -> its order and who carries it out, by lane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from app.workflow.answers import answer_job
from app.workflow.bringing import job as bring_job
from app.workflow.bringing.order import KIND as BRING
from app.workflow.bringing.order import BringOrder
from app.workflow.long_work import JobKind
from app.workflow.models import fetch_job
from app.workflow.similarity import recall
from app.workflow.teaching import job as teach_job
from app.workflow.teaching import teach
from app.workflow.teaching.order import TeachOrder
from app.workflow.videos import answer_requests

LaneName = Literal["answers", "bring", "long"]
KINDS: Mapping[LaneName, Mapping[str, JobKind[Any]]] = {
    # What a person waits for: seconds each.
    "answers": {answer_requests.KIND: JobKind(answer_requests.AnswerOrder, answer_job.carry_out)},
    # Many videos at once: minutes each, and their answers come in between.
    "bring": {BRING: JobKind(BringOrder, bring_job.carry_out)},
    # Minutes or hours each.
    "long": {
        teach.KIND: JobKind(TeachOrder, teach_job.carry_out),
        recall.KIND: JobKind(recall.RecallOrder, recall.carry_out),
        fetch_job.KIND: JobKind(fetch_job.GetModelOrder, fetch_job.carry_out),
    },
}
ALL_KINDS: Mapping[str, JobKind[Any]] = {
    name: kind for kinds in KINDS.values() for name, kind in kinds.items()
}
