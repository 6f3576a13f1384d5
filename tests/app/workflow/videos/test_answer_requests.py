"""The line of questions: nothing asked twice, who waits comes first, and every end is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.jobs.kinds import KINDS
from app.jobs.worker import Worker
from app.settings import Settings
from app.wiring import build
from app.workflow.answers import explain
from app.workflow.errors import UnknownVideo
from app.workflow.services import Services
from app.workflow.videos import answer_requests, ingest
from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from storage.records import jobs
from storage.records.clock import Clock
from tests.app.quick import answer_quickly

CLOCK = Clock.of_this_machine()


@pytest.fixture
def services(data_dir: Path) -> Services:
    settings = Settings(data_dir=data_dir, engine="openvino", min_free_bytes=0)
    return answer_quickly(build(settings))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    render(scenes()[0], path)
    return path.read_bytes()


def bring(services: Services, clip: bytes, number: int, *, ask: bool = True) -> int:
    """Stores a video with bytes of its own; its number."""
    path = services.scratch / f"{number}.mp4"
    path.write_bytes(clip + b"\0\0\0\x0cfree" + number.to_bytes(4, "big"))
    upload = ingest.Upload(path, path.name)
    return ingest.store(services, upload, lambda *_: None, ask=ask).video.id


def queued(services: Services) -> int:
    with services.database.read() as session:
        return len(jobs.all_jobs(session, kinds=[answer_requests.KIND], states=["queued"]))


def test_what_is_brought_waits_in_the_order_of_coming(services: Services, clip: bytes) -> None:
    rings: list[int] = []
    services.lanes.answers.on_ring(lambda: rings.append(1))
    numbers = [bring(services, clip, number) for number in range(3)]
    found = answer_requests.standings(services, numbers)
    assert [(found[n].state, found[n].place) for n in numbers] == [
        ("waiting", 1),
        ("waiting", 2),
        ("waiting", 3),
    ]
    assert len(rings) == 3
    assert bring(services, clip, 0) == numbers[0]  # the same bytes again
    assert queued(services) == 3


def test_what_somebody_looks_at_comes_before_the_rest(services: Services, clip: bytes) -> None:
    first, second, third = (bring(services, clip, number) for number in range(3))
    answer_requests.hurry(services, third)
    answer_requests.ask(services, second)
    found = answer_requests.standings(services, [first, second, third])
    assert [found[n].place for n in (first, second, third)] == [3, 1, 2]
    assert queued(services) == 3  # nothing was asked twice


def test_the_worker_answers_and_tells_the_stages(services: Services, clip: bytes) -> None:
    number = bring(services, clip, 1)
    assert Worker(services, KINDS["answers"], logs=False).once()
    assert answer_requests.standing(services, number).state == "ready"
    answer = explain.latest(services, number)
    assert answer is not None
    assert bring(services, clip, 1) == number
    assert queued(services) == 0  # the model in use has answered
    answer_requests.ask(services, number, finest=True)
    assert queued(services) == 1


def test_stopping_ends_it_and_keeps_the_video(services: Services, clip: bytes) -> None:
    number = bring(services, clip, 1)
    answer_requests.stop(services, [number])
    now = answer_requests.standing(services, number)
    assert (now.state, now.sentence) == ("stopped", "Stopped. The video is saved under Videos.")
    assert not Worker(services, KINDS["answers"], logs=False).once()
    assert ingest.find(services, number).id == number


def test_a_video_that_nobody_asked_about_stands_so(services: Services, clip: bytes) -> None:
    number = bring(services, clip, 1, ask=False)
    assert answer_requests.standing(services, number).state == "none"
    assert answer_requests.standings(services, [number + 1]) == {}
    with pytest.raises(UnknownVideo):
        answer_requests.ask(services, number + 1)


def test_a_video_and_its_question_are_stored_together_or_not_at_all(
    services: Services, clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(answer_requests, "ask_if_new", breaks)
        with pytest.raises(RuntimeError):
            bring(services, clip, 1)
    assert answer_requests.standings(services, [1]) == {}


@pytest.mark.parametrize(
    ("stored", "progress"),
    [
        ({"stage": "looking", "share": 0.5, "remaining_s": 3.0}, ("looking", 0.5, 3.0)),
        ({"stage": "looking", "share": 1, "remaining_s": None}, ("looking", 1.0, None)),
        ({}, None),
        ({"stage": "dreaming", "share": 0.5}, None),
        ({"stage": "looking"}, None),
    ],
)
def test_what_a_worker_says_is_read_or_left_out(
    stored: dict[str, object], progress: tuple[str, float, float | None] | None
) -> None:
    found = answer_requests.AnswerProgress.from_json(stored)
    assert (found and (found.stage, found.share, found.remaining_s)) == progress


def test_how_it_stands_is_told_at_every_step(services: Services, clip: bytes) -> None:
    number = bring(services, clip, 0)
    standing = answer_requests.standing(services, number)
    assert (standing.state, standing.is_under_way) == ("waiting", True)
    with services.database.write() as session:
        job = jobs.claim(session, owner="somebody", clock=CLOCK)
        assert job is not None
        metrics = answer_requests.AnswerProgress("decoding", 0.5, 2.0).to_json()
        jobs.heartbeat(session, lease=job.lease, clock=CLOCK, metrics=metrics)
    standing = answer_requests.standing(services, number)
    assert (standing.state, standing.is_under_way) == ("working", True)
    assert standing.progress == answer_requests.AnswerProgress("decoding", 0.5, 2.0)
    assert standing.elapsed_s >= 0
    answer_requests.hurry(services, number)  # it has begun, and goes on
    with services.database.write() as session:
        jobs.fail(session, lease=job.lease, clock=CLOCK, message="The file is gone.")
    standing = answer_requests.standing(services, number)
    assert (standing.state, standing.sentence) == ("failed", "The file is gone.")
    assert not standing.is_under_way
    answer_requests.hurry(services, number)  # nothing to hurry
    with pytest.raises(UnknownVideo, match="no video number 1000000"):
        answer_requests.standing(services, 10**6)


def test_an_order_that_nobody_understands_is_asked_anew(services: Services, clip: bytes) -> None:
    """Queued by another version of the program."""
    number = bring(services, clip, 0, ask=False)
    with services.database.write() as session:
        jobs.enqueue(
            session,
            op_id="odd",
            kind=answer_requests.KIND,
            video_id=number,
            spec={"later": "words"},
        )
    assert answer_requests.ask(services, number).op_id == "odd"
    finest = answer_requests.ask(services, number, finest=True)
    assert finest.op_id != "odd"
    assert answer_requests.ask(services, number, finest=True).id == finest.id
