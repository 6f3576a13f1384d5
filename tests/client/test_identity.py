"""Whoever is logged in acts under that name, whatever a program sends."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from app.server.people import set_password
from app.server.start import make_server
from app.settings import Settings
from app.wiring import build
from app.workflow.labels import correct
from app.workflow.services import Services
from app.workflow.videos import ingest
from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from tests.app.quick import answer_quickly
from tests.conftest import DataAt
from tests.serving import environment, serving

PASSWORD = "correct horse"


@dataclass(frozen=True)
class Served:
    """A server with people, and one video that bob brought."""

    services: Services
    url: str
    bob: Client
    video_id: int


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("people")
    users = folder / "users"
    for name in ("alice", "bob"):
        set_password(users, name, PASSWORD)
    settings = Settings(
        data_dir=data_at(folder / "data"), users_file=users, engine="openvino", min_free_bytes=0
    )
    clip = folder / "juggling.mp4"
    render(scenes()[0], clip)
    with environment(settings):
        services = answer_quickly(build(settings))
        app = asyncio.run(_made(settings, services))
        with serving(app, settings) as running:
            bob = Client(running.url, auth=("bob", PASSWORD), verbose=False)
            said = bob.predict(handle_file(str(clip)), api_name="/predict")
            yield Served(services, running.url, bob, said["video_id"])
            bob.close()


async def _made(settings: Settings, services: Services) -> Any:
    return make_server(settings, services)


def events(served: Served) -> list[tuple[str, str | None]]:
    history = correct.said(served.services, served.video_id).history
    return [(event.annotator, event.label) for event in history]


def test_an_upload_belongs_to_whoever_is_logged_in(served: Served) -> None:
    assert ingest.find(served.services, served.video_id).uploaded_by == "bob"


@pytest.mark.parametrize("given", [{}, {"annotator": ""}, {"annotator": "bob"}])
def test_a_correction_is_kept_under_the_log_in(served: Served, given: dict[str, str]) -> None:
    op_id = uuid.uuid4().hex
    served.bob.predict(served.video_id, "archery", op_id=op_id, **given, api_name="/correct")
    assert events(served)[-1] == ("bob", "archery")


def test_nobody_can_label_in_anothers_name(served: Served) -> None:
    before = events(served)
    with pytest.raises(AppError, match="You are logged in as bob"):
        served.bob.predict(served.video_id, "archery", annotator="alice", api_name="/correct")
    assert events(served) == before
