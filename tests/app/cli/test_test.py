"""`python -m app test`: the scores are those of `predict`, the metrics those asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.cli.conftest import Give, Place, ended, start


def predicted(give: Give, place: Place, *options: str) -> list[list[float]]:
    videos = [film.path for film in place.films[:2]]
    said = give("predict", *videos, "--model", "tiny", "--scores", "--json", *options)
    assert said.code == 0, said.err
    return [json.loads(line)["probabilities"] for line in said.out.splitlines()]


def test_as_the_original_is_called(give: Give, place: Place, tmp_path: Path) -> None:
    out = tmp_path / "new folder" / "result.json"
    said = ended(
        start(
            place, "test", "tiny", place.tiny, "--data", place.list,
            "--eval", "top_k_accuracy", "mean_class_accuracy",
            "--out", out, "--average-clips", "prob",
        )
    )  # fmt: skip
    assert said.code == 0, said.err
    result = json.loads(out.read_text())
    assert (result["protocol"], result["average_clips"]) == ("test", "prob")
    assert [video["path"] for video in result["videos"]] == [str(f.path) for f in place.films]
    assert said.out.splitlines() == [
        f"top1_acc: {result['metrics']['top1']:.4f}",
        f"top5_acc: {result['metrics']['top5']:.4f}",
        f"mean_class_accuracy: {result['metrics']['mean_class_accuracy']:.4f}",
    ]
    wanted = predicted(give, place, "--protocol", "test")
    for video, scores in zip(result["videos"], wanted, strict=False):
        assert video["scores"] == pytest.approx(scores, abs=1e-7)
        assert video["answer"] == scores.index(max(scores))
        assert sum(video["scores"]) == pytest.approx(1, abs=1e-6)


def test_the_seed_s_validation_list_and_protocol(give: Give, place: Place, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    said = give(
        "test", "tiny", "tiny", "--data", place.val, "--eval=mean_class_accuracy",
        "--average-clips", "score", "--protocol", "val", "--out", out,
    )  # fmt: skip
    assert said.code == 0, said.err
    assert said.out.startswith("mean_class_accuracy")
    assert "top1" not in said.out
    wanted = predicted(give, place, "--protocol", "val", "--average-clips", "score")
    found = [video["scores"] for video in json.loads(out.read_text())["videos"]]
    assert len(found) == len(wanted)
    for scores, others in zip(found, wanted, strict=True):
        assert scores == pytest.approx(others, abs=1e-7)


def test_a_metric_that_is_not_known_is_refused(give: Give, place: Place) -> None:
    said = give("test", "tiny", "tiny", "--data", place.list, "--eval", "top_k_accuracy", "f1")
    assert said.code == 2
    assert "'f1'" in said.err
