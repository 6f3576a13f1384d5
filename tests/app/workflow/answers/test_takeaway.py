"""What is taken away of a real answer: the table adds up, the arrays come back, the film plays."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.workflow.answers import explain, numbers, takeaway
from app.workflow.answers.drawing.view import Asked, view_of
from app.workflow.answers.explain import Answer
from app.workflow.services import Services
from app.workflow.videos import ingest
from model.errors import Cancelled
from model.evidence.contrast import contrast_curves
from model.evidence.pair import pair
from model.inference.prediction import Prediction
from model.video.reader import VideoReader


def ignore(stage: str, share: float) -> None:
    del stage, share


@pytest.fixture(scope="module")
def answer(services: Services, juggling: Path) -> Answer:
    return explain.explain_upload(
        services, ingest.Upload(juggling, "=juggling <balls>.mp4"), ignore
    )


def read_table(content: bytes) -> dict[str, list[str]]:
    """Cells by column name."""
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    return {name: [row[i] for row in rows] for i, name in enumerate(header)}


def column(table: dict[str, list[str]], name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([float(cell) if cell else np.nan for cell in table[name]])


def test_the_table_adds_up_to_the_scores(answer: Answer) -> None:
    prediction = answer.prediction
    table = read_table(numbers.table(prediction))
    weights = column(table, "weight (share of 1)")
    assert weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(column(table, "second (s)"), prediction.evidence.seconds, rtol=1e-8)
    for score, logit in zip(prediction.top, prediction.evidence.logits, strict=True):
        of = {kind: column(table, f"{score.label}: {kind}") for kind in KINDS}
        given = of["evidence (logits)"] + of["bias (logits)"]
        assert (weights * given).sum() == pytest.approx(logit, abs=1e-2)
        chances = of["probability (0 to 1)"]
        assert ((chances >= 0) & (chances <= 1)).all()
    label = prediction.top[0].label
    np.testing.assert_allclose(
        column(table, f"{label}: contrast (logits)"),
        contrast_curves(prediction.evidence)[0],
        rtol=1e-6,
    )


KINDS = ("probability (0 to 1)", "evidence (logits)", "contrast (logits)", "bias (logits)")


def test_the_probability_is_that_of_the_step(answer: Answer) -> None:
    prediction = answer.prediction
    timeline = prediction.timeline
    chances = np.full_like(timeline.probabilities, 0.25)
    chances[:, 0] = np.nan
    table = read_table(
        numbers.table(replace(prediction, timeline=replace(timeline, probabilities=chances)))
    )
    found = column(table, f"{prediction.top[0].label}: probability (0 to 1)")
    first = prediction.evidence.seconds < timeline.edges[1]
    np.testing.assert_array_equal(np.isnan(found), first)


def renamed(prediction: Prediction, label: str) -> Prediction:
    first, *others = prediction.top
    return replace(prediction, top=(replace(first, label=label), *others))


@pytest.mark.parametrize("label", ["=1+1", "+evil", "@SUM(A1)", " -2", '"quoted", with commas\n'])
def test_a_label_is_no_formula(answer: Answer, label: str) -> None:
    content = numbers.table(renamed(answer.prediction, label))
    assert content.endswith(b'"\r\n')
    table = read_table(content)
    names = [name for name in table if "evidence" in name]
    assert len(names) == len(answer.prediction.top)
    is_formula = label.strip()[0] in "=+@-"
    assert names[0].startswith("'" + label if is_formula else label)


def test_the_arrays_come_back_without_pickles(answer: Answer) -> None:
    prediction = answer.prediction
    with np.load(io.BytesIO(numbers.arrays(prediction)), allow_pickle=False) as stored:
        found = {name: stored[name] for name in stored.files}
    assert found["labels"].tolist() == [score.label for score in prediction.top]
    np.testing.assert_array_equal(found["volume"], prediction.evidence.volume)
    np.testing.assert_array_equal(found["seconds"], prediction.evidence.seconds)
    np.testing.assert_array_equal(found["all_probabilities"], prediction.probabilities)
    np.testing.assert_allclose(
        found["biases"] + found["curves"] @ found["weights"], found["logits"], atol=1e-2
    )
    assert found["version"] == prediction.version
    about = " ".join(found["about"].tolist())
    assert not [name for name in found if name not in about and name != "about"]


def test_the_film_of_a_real_answer(services: Services, answer: Answer, juggling: Path) -> None:
    path = takeaway.film(services, answer, Asked(1, 0), ignore)
    assert services.outbox in path.parents
    label = answer.prediction.top[1].label
    assert path.name == f"juggling balls - {label}.mp4"
    with VideoReader(juggling) as original, VideoReader(path) as film:
        np.testing.assert_allclose(film.info.pts_s, original.info.pts_s, atol=2e-5)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_stopping_leaves_nothing_in_the_outbox(services: Services, answer: Answer) -> None:
    def stop(_: str, share: float) -> None:
        if share > 0.1:
            raise Cancelled("stop")

    before = sorted(services.outbox.rglob("*"))
    with pytest.raises(Cancelled):
        takeaway.film(services, answer, Asked(), stop)
    assert sorted(services.outbox.rglob("*")) == before


def test_views_have_the_scales_and_values_of_the_viewer(answer: Answer) -> None:
    prediction = answer.prediction
    others, couple, alone = (
        view_of(prediction, asked) for asked in (Asked(0), Asked(0, 1), Asked(0, "nothing"))
    )
    assert others is not None
    assert couple is not None
    assert alone is not None
    assert others.scale == couple.scale
    assert others.words.endswith("rather than the other guesses")
    np.testing.assert_allclose(others.curve, contrast_curves(prediction.evidence)[0], atol=1e-4)
    exact = pair(prediction, 0, 1)
    assert exact is not None
    np.testing.assert_allclose(couple.curve, exact.curve, atol=1e-5)
    np.testing.assert_allclose(alone.curve, prediction.evidence.curves[0], atol=1e-5)
