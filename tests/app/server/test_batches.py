"""The door for many videos at once: bounded by a limit of its own, one sentence a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ByteSize

from app.server.batches import Action, Batches
from app.server.receiving import Arrived
from app.settings import Settings
from app.workflow.errors import CannotBring
from storage.errors import NotFoundError
from tests.serving import Site, site

MB = 1 << 20


class Fake:
    """Remembers what it was asked; `Batches` over no database."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, object]] = []

    def archive(self, arrived: Arrived) -> int:
        if arrived.name == "bad.zip":
            raise CannotBring("This ZIP file is damaged.")
        return arrived.path.stat().st_size

    def folder(self, name: str, by: str) -> int:
        self.asked.append((name, by))
        return 7

    def act(self, action: Action, number: int) -> None:
        if number == 99:
            raise NotFoundError("This list of files is not here (any more).")
        self.asked.append((action, number))


@pytest.fixture(scope="module")
def asked() -> Fake:
    return Fake()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, asked: Fake) -> Iterator[Site]:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        max_upload_bytes=ByteSize(1 * MB),
        max_archive_bytes=ByteSize(3 * MB),
        min_free_bytes=ByteSize(0),
    )
    door = Batches(
        archive=asked.archive,
        folder=asked.folder,
        act=asked.act,
        look=lambda: [{"id": 7}],
        look_at=lambda number: {"id": number},
        folders=lambda: ["", "day"],
    )
    with site(settings, batches=door) as running:
        yield running


def kept(site: Site) -> list[Path]:
    return [path for path in site.settings.gradio_dir.rglob("*") if path.is_file()]


def test_an_archive_has_its_own_limit_and_is_gone_afterwards(served: Site) -> None:
    for size, status in ((2 * MB, 200), (4 * MB, 413)):
        answer = served.client.post("/archive?name=a.zip", content=bytes(size))
        assert answer.status_code == status
        assert kept(served) == []
    assert served.client.post("/archive?name=a.zip", content=b"x").json() == {"batch": 1}


def test_refusals_are_sentences(served: Site) -> None:
    answer = served.client.post("/archive?name=bad.zip", content=b"x")
    assert (answer.status_code, answer.text) == (422, "This ZIP file is damaged.")
    answer = served.client.post("/batches/99/pause")
    assert (answer.status_code, "not here" in answer.text) == (404, True)
    assert served.client.post("/batches/1/explode").status_code == 422


def test_a_batch_is_begun_followed_and_changed(served: Site, asked: Fake) -> None:
    asked.asked.clear()
    assert served.client.post("/folder?name=day").json() == {"batch": 7}
    assert served.client.get("/batches").json() == {"batches": [{"id": 7}], "folders": ["", "day"]}
    assert served.client.get("/batches/7").json() == {"id": 7}
    for action in ("pause", "continue", "cancel", "retry"):
        assert served.client.post(f"/batches/7/{action}").json() == {"id": 7}
    assert served.client.post("/batches/7/close").json() == {}
    assert asked.asked == [
        ("day", ""),
        ("pause", 7),
        ("continue", 7),
        ("cancel", 7),
        ("retry", 7),
        ("close", 7),
    ]


def test_a_page_of_another_site_changes_nothing(served: Site, asked: Fake) -> None:
    asked.asked.clear()
    answer = served.client.post(
        "/batches/7/cancel", headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403
    assert asked.asked == []
