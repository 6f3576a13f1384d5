"""Getting models as the worker does it, from a real server; what is in the way is told before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.jobs.kinds import ALL_KINDS
from app.jobs.worker import Worker
from app.settings import Settings
from app.wiring import build
from app.workflow.errors import CannotGet, ModelIsFixed
from app.workflow.long_work import order_of
from app.workflow.models import fetch_job
from app.workflow.models.activation import activate_model
from app.workflow.models.fetch_job import GetModelOrder
from app.workflow.models.known import KnownModel, known_models
from app.workflow.services import Services
from model.errors import CheckpointError
from model.weights import catalogue
from storage.records import jobs
from storage.records.jobs import JobRecord
from tests.model.weights.file_server import Behaviour, serving
from tests.model.weights.published import UNCHECKED, published_file


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return published_file(tmp_path_factory.mktemp("published"))


@pytest.fixture
def publisher(content: bytes) -> Iterator[tuple[Behaviour, str]]:
    behaviour = Behaviour(content)
    with serving(behaviour) as url:
        yield behaviour, url.rpartition("/")[0]


@pytest.fixture
def here(tmp_path: Path, publisher: tuple[Behaviour, str]) -> Services:
    settings = Settings(
        data_dir=tmp_path / "data", engine="torch", min_free_bytes=0, model_mirror=publisher[1]
    )
    return build(settings)


def ended(services: Services, name: str) -> JobRecord:
    """The job after a worker has seen it through."""
    job = fetch_job.start(services, fetch_job.Ask(f"get {name} {threading.get_ident()}", name))
    assert Worker(services, ALL_KINDS).once()
    with services.database.read() as session:
        return jobs.get(session, job_id=job.id)


def row(services: Services, name: str) -> KnownModel:
    return next(model for model in known_models(services) if model.name == name)


def test_a_published_model_comes_and_can_answer(here: Services) -> None:
    before = row(here, UNCHECKED)
    assert (before.state, before.can_be_fetched, before.size_is_estimated) == (
        "elsewhere",
        True,
        True,
    )
    job = ended(here, UNCHECKED)
    assert (job.state, job.message) == ("done", "ir-CSN-50 is on this computer now.")
    assert row(here, UNCHECKED).state == "here"
    with pytest.raises(CannotGet, match="here already"):
        fetch_job.start(here, fetch_job.Ask("again", UNCHECKED))
    activate_model(here, UNCHECKED, by="Ada")
    assert row(here, UNCHECKED).state == "answers"
    assert row(here, "default").state == "here"
    activate_model(here, "default", by="Ada")
    assert here.models.active_path() == catalogue.default_path()


def test_the_quick_one_is_made_without_a_network(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, engine="torch", min_free_bytes=0, model_mirror="http://127.0.0.1:9"
    )
    services = build(settings)
    before = row(services, "quick")
    assert (before.kind, before.state, before.can_be_fetched) == ("quick", "elsewhere", True)
    assert ended(services, "quick").message == "The quick one is on this computer now."
    activate_model(services, "quick", by="Ada")
    assert row(services, "quick").state == "answers"
    assert "quick" in services.models.active_path().name
    assert "fed 128 pixels" in row(services, "quick").card


def test_another_file_than_the_published_one_is_not_taken(here: Services) -> None:
    name = next(entry.name for entry in catalogue.entries() if entry.url)
    job = ended(here, name)
    assert job.state == "failed"
    assert "is not the published file" in job.message
    assert row(here, name).state == "elsewhere"


def test_being_offline_is_told(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, engine="torch", min_free_bytes=0, model_mirror="http://127.0.0.1:9"
    )
    job = ended(build(settings), UNCHECKED)
    assert job.state == "failed"
    assert "when this computer is online" in job.message


def test_a_stopped_one_goes_on_from_there(here: Services, publisher: tuple[Behaviour, str]) -> None:
    entry = catalogue.find(UNCHECKED)
    job = fetch_job.start(here, fetch_job.Ask("stopped", entry.name))
    told: list[str] = []

    class Stopped(Exception):
        pass

    def report(share: float, sentence: str, news: object = None) -> None:
        del news
        told.append(sentence)
        if share > 0.2:
            raise Stopped

    with pytest.raises(Stopped):
        fetch_job.carry_out(here, job, order_of(job, GetModelOrder), report)
    assert told[0] == "Connecting."
    assert "of 53 MB have arrived" in told[-1]
    fetch_job.carry_out(here, job, order_of(job, GetModelOrder), lambda *_: None)
    assert publisher[0].asked[-1] is not None
    assert row(here, entry.name).state == "here"


def test_the_same_press_twice_is_one_order_and_two_models_wait(here: Services) -> None:
    first = fetch_job.start(here, fetch_job.Ask("one", UNCHECKED))
    assert fetch_job.start(here, fetch_job.Ask("one", UNCHECKED)).id == first.id
    with pytest.raises(CannotGet, match="Another model"):
        fetch_job.start(here, fetch_job.Ask("two", "i3d-teacher"))
    assert fetch_job.cancel(here, first.id).state == "cancelled"
    assert fetch_job.running(here) is None
    fetch_job.start(here, fetch_job.Ask("two", "i3d-teacher"))


def test_a_disk_without_room_is_told_before(tmp_path: Path) -> None:
    full = build(Settings(data_dir=tmp_path, engine="torch", min_free_bytes=1 << 60))
    with pytest.raises(CannotGet, match="too little space: about 150 MB are needed and 0 MB"):
        fetch_job.start(full, fetch_job.Ask("one", UNCHECKED))
    assert fetch_job.newest(full) is None


def test_unknown_models_are_told(here: Services) -> None:
    with pytest.raises(CheckpointError, match="No published model"):
        fetch_job.start(here, fetch_job.Ask("one", "no such model"))


def test_a_setting_that_decides_cannot_be_overruled(tmp_path: Path) -> None:
    fixed = build(Settings(data_dir=tmp_path, engine="torch", model="default"))
    with pytest.raises(ModelIsFixed, match="SECOND_LOOK_MODEL"):
        activate_model(fixed, "default", by="Ada")


def test_a_damaged_file_can_be_got_again(here: Services) -> None:
    here.models.folder.mkdir(parents=True, exist_ok=True)
    (here.models.folder / f"{UNCHECKED}.safetensors").write_bytes(b"damaged")
    found = row(here, UNCHECKED)
    assert (found.state, found.can_be_fetched, found.card) == ("damaged", True, "")
    assert ended(here, UNCHECKED).state == "done"
    assert row(here, UNCHECKED).state == "here"


def test_every_model_of_the_catalogue_is_on_the_shelf(here: Services) -> None:
    rows = known_models(here)
    assert [model.name for model in rows] == [entry.name for entry in catalogue.entries()]
    assert all(model.card.startswith("---\nlicense: ") for model in rows)
    assert [m.kind for m in rows] == ["embedded", "quick", *["published"] * 13, "teacher"]
