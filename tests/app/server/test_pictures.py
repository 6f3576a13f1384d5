"""The pictures of the Help page, and nothing beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.components.help_text import PICTURES
from app.settings import Settings
from tests.serving import site


def test_a_picture_comes_with_its_type(settings: Settings) -> None:
    with site(settings, pictures=PICTURES) as running:
        answer = running.client.get("/help-pictures/heat.webp")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
        assert answer.content == (PICTURES / "heat.webp").read_bytes()


@pytest.mark.parametrize(
    "name", ["nowhere.webp", "secret.txt", "..%2Fsecret.txt", "%2Fetc%2Fhosts"]
)
def test_nothing_else_is_served(settings: Settings, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "secret.txt").write_text("secret")
    (folder / "one.webp").write_bytes(b"RIFF")
    with site(settings, pictures=folder) as running:
        assert running.client.get("/help-pictures/one.webp").status_code == 200
        assert running.client.get(f"/help-pictures/{name}").status_code == 404
