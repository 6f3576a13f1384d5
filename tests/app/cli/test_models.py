"""`models`: cards, and fetching the teacher, from the command line."""

from __future__ import annotations

import pytest

from tests.app.cli.conftest import Give, Place
from tests.model.weights.registry import only_registry
from tests.model.weights.test_download import closed_port


@pytest.mark.parametrize("name", ["default", "i3d-teacher", "ircsn_bnfrozen_r50_32x2x1_180e"])
def test_a_card_is_printed(give: Give, name: str) -> None:
    said = give("models", "card", name)
    assert said.code == 0
    assert said.out.startswith("---\nlicense: ")
    assert "\n## What it fails at\n" in said.out


def test_a_card_is_written_beside_the_weights(give: Give, place: Place) -> None:
    said = give("models", "card", "tiny", "--save")
    assert said.code == 0
    assert said.out.strip() == str(place.tiny.with_suffix(".md"))
    assert place.tiny.with_suffix(".md").read_text() == give("models", "card", "tiny").out
    place.tiny.with_suffix(".md").unlink()


@pytest.mark.parametrize("arguments", [("card", "nothing"), ("card", "default", "--save")])
def test_what_cannot_be_is_one_line(give: Give, arguments: tuple[str, ...]) -> None:
    said = give("models", *arguments)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)


def test_the_teacher_is_listed(give: Give) -> None:
    assert "i3d-teacher" in give("models", "list").out


def test_being_offline_is_one_line(
    give: Give, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_registry(f"http://127.0.0.1:{closed_port()}/simple/", monkeypatch)
    said = give("models", "download", "i3d-teacher")
    assert said.code == 2
    assert "Try again when this computer is online." in said.err.splitlines()[-1]
    assert not (place.settings.models_dir / "i3d-teacher.safetensors").exists()


def test_a_setting_that_decides_is_said(give: Give, monkeypatch: pytest.MonkeyPatch) -> None:
    assert give("models", "use", "tiny").out == "tiny answers from now on.\n"
    monkeypatch.setenv("SECOND_LOOK_MODEL", "default")
    said = give("models", "use", "tiny")
    assert (said.code, said.out) == (2, "")
    assert "SECOND_LOOK_MODEL decides which model answers" in said.err
    monkeypatch.delenv("SECOND_LOOK_MODEL")
    assert give("models", "use", "default").code == 0
