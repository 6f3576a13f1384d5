"""`predict --check` says whether the picture can be believed, for people and for programs."""

from __future__ import annotations

import json

from tests.app.cli.conftest import Give, Place


def test_findings_for_people(give: Give, place: Place) -> None:
    video = place.films[0].path
    said = give("predict", video, "--model", "tiny", "--check")
    assert said.code == 0, said.err
    lines = [line.strip() for line in said.out.splitlines()]
    checked = [line for line in lines if line.startswith("Check: ")]
    assert len(checked) == 5
    assert "With the moments that matter most frozen" in checked[0]
    assert any(line.startswith("Against it: ") for line in lines)  # a model that knows nothing
    plain = give("predict", video, "--model", "tiny")
    assert "Check: " not in plain.out


def test_findings_for_programs(give: Give, place: Place) -> None:
    video = place.films[0].path
    said = give("predict", video, "--model", "tiny", "--check", "--json")
    answer = json.loads(said.out)
    found = answer["check"]
    assert found["looked_again"]["before"] == answer["top"][0]["probability"]
    assert {"code", "text"} == set(found["findings"][0])
    plain = give("predict", video, "--model", "tiny", "--json")
    assert "check" not in json.loads(plain.out)


def test_it_needs_probabilities(give: Give, place: Place) -> None:
    video = place.films[0].path
    said = give("predict", video, "--model", "tiny", "--check", "--average-clips", "score")
    assert said.code == 2
    assert "leave --average-clips at prob" in said.err
    assert said.out == ""
