"""Orders of jobs: stored and read again, those of earlier versions too; the rest ends in words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.jobs.kinds import ALL_KINDS
from app.jobs.worker import Worker
from app.settings import Settings
from app.wiring import build
from app.workflow import long_work
from app.workflow.bringing.order import BringOrder
from app.workflow.errors import UnknownOrder
from app.workflow.long_work import Order, order_of
from app.workflow.models.fetch_job import GetModelOrder
from app.workflow.services import Services
from app.workflow.similarity.recall import RecallOrder
from app.workflow.teaching.order import OtherVideo, TeachOrder
from app.workflow.videos import answer_requests, ingest
from app.workflow.videos.answer_requests import AnswerOrder
from storage.errors import NotFoundError
from storage.records import jobs
from storage.records.jobs import JobRecord

TEACH = TeachOrder(
    parent="aa", manifest="bb", as_of=7, mode="head", name="mine", others=(OtherVideo("cc", "u"),)
)
EXAMPLES: Mapping[str, Order] = {
    "answer": AnswerOrder(finest=True),
    "bring": BringOrder(7),
    "remember": RecallOrder(),
    "get-model": GetModelOrder("quick", "Quick"),
    "teach": TEACH,
}


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return build(Settings(data_dir=tmp_path / "data", engine="torch", min_free_bytes=0))


def queue(services: Services, kind: str, spec: Mapping[str, Any]) -> JobRecord:
    with services.database.write() as session:
        return jobs.enqueue(session, op_id=f"a {kind}", kind=kind, spec=spec)


def after_work(services: Services, job: JobRecord) -> JobRecord:
    assert Worker(services, ALL_KINDS, logs=False).once()
    with services.database.read() as session:
        return jobs.get(session, job_id=job.id)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_an_order_comes_back_as_it_was(services: Services, kind: str) -> None:
    order = EXAMPLES[kind]
    job = queue(services, kind, order.to_json())
    assert order_of(job, ALL_KINDS[kind].order) == order


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("answer", {"finest": False}),
        ("answer", {}),
        ("remember", {}),
        ("get-model", {"name": "quick", "title": "Quick"}),
        ("teach", TEACH.to_json()),
        ("teach", {"parent": "aa", "manifest": "bb", "as_of": 7, "mode": "head", "name": ""}),
    ],
)
def test_what_0_2_0_and_earlier_queued_is_understood(
    services: Services, kind: str, spec: Mapping[str, Any]
) -> None:
    order_of(queue(services, kind, spec), ALL_KINDS[kind].order)


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("answer", {"finest": True, "from_s": 3.0}),  # what it adds would be left undone
        ("get-model", {"name": "quick"}),
        ("get-model", {}),
        ("remember", {"since": 3}),
        ("teach", {}),
        ("teach", TEACH.to_json() | {"mode": "by heart"}),
        ("teach", TEACH.to_json() | {"others": ["cc"]}),
        ("teach", TEACH.to_json() | {"others": 3}),
    ],
)
def test_an_order_that_is_not_understood_ends_in_a_sentence(
    services: Services, kind: str, spec: Mapping[str, Any]
) -> None:
    job = queue(services, kind, spec)
    with pytest.raises(UnknownOrder):
        order_of(job, ALL_KINDS[kind].order)
    ended = after_work(services, job)
    assert ended.state == "failed"
    assert ended.message == (
        "This was asked for in another version of the program, and this version does not"
        " understand it. Nothing was changed; ask for it again."
    )


def test_one_that_is_understood_is_carried_out(services: Services) -> None:
    assert after_work(services, queue(services, "remember", {})).state == "done"


def test_asking_for_more_does_not_rely_on_an_order_that_is_not_understood(
    services: Services, juggling: Path
) -> None:
    upload = ingest.Upload(juggling, juggling.name)
    number = ingest.store(services, upload, lambda *_: None).video.id
    with services.database.write() as session:
        jobs.enqueue(
            session, op_id="odd", kind=answer_requests.KIND, video_id=number, spec={"odd": 1}
        )
    assert answer_requests.ask(services, number).op_id == "odd"
    finer = answer_requests.ask(services, number, finest=True)
    assert order_of(finer, AnswerOrder).finest


def test_the_newest_work_of_a_kind_is_found_and_stopped(services: Services) -> None:
    assert long_work.newest(services, "teach") is None
    queue(services, "remember", RecallOrder().to_json())
    job = queue(services, "teach", TEACH.to_json())
    found = long_work.newest(services, "teach")
    assert found is not None
    assert found.id == job.id
    assert long_work.newest(services, "teach", states=("running",)) is None
    stopped = long_work.cancel(services, job.id)
    assert (stopped.state, stopped.message) == ("cancelled", "Stopped before it began.")
    with pytest.raises(NotFoundError):
        long_work.cancel(services, 10**6)
