"""Other methods beside ours, through a real model: what they can say is shown to be so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from app.workflow.answers import explain
from app.workflow.errors import UnknownModel, UnknownVideo
from app.workflow.faithfulness import other_methods
from app.workflow.faithfulness.other_methods import Compared
from app.workflow.services import Services
from app.workflow.videos import ingest
from model.errors import Cancelled
from model.evidence.compared import OCCLUSION, OURS, on_clips
from model.evidence.method_curves import WINDOWS, MethodCurves
from model.evidence.methods import METHODS
from model.inference.prediction import Prediction
from model.weights import checkpoint
from storage.media import side_uri
from tests.app.workflow.lessons import JUGGLING, short


@pytest.fixture(scope="module")
def compared(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Compared:
    """Everything, on a very short video."""
    path = short(JUGGLING, tmp_path_factory.mktemp("clips"))
    video = ingest.store(services, ingest.Upload(path, path.name), quietly).video
    answer = explain.explain(services, video, quietly)
    shares: list[float] = []
    found = other_methods.compare(services, answer, lambda _, share: shares.append(share))
    assert shares == sorted(shares)
    assert len(set(shares)) > WINDOWS
    return found


@dataclass(frozen=True, slots=True)
class Drawn:
    """What does not need more looks, with a class that the model does not believe in."""

    prediction: Prediction
    methods: tuple[MethodCurves, ...]


def draw(services: Services, path: Path, classes: Sequence[int]) -> Drawn:
    prediction = services.models.predictor().predict(path, top_k=1, classes=classes)
    loaded = checkpoint.load(services.models.active_path())
    return Drawn(prediction, on_clips(loaded, path, prediction, on_progress=quietly))


@pytest.fixture(scope="module")
def drawn(services: Services, compared: Compared) -> Drawn:
    answer = compared.answer
    least = int(answer.prediction.logits.argmin())
    return draw(services, services.media.local_path(answer.video.uri), (least,))


def quietly(*_: object) -> None:
    """Says nothing."""


def test_every_method_at_every_stage_for_every_class(compared: Compared) -> None:
    ways = [one.way for one in compared.methods]
    assert ways[0] == OURS
    assert ways[-1] == OCCLUSION
    assert len(ways) == len(set(ways)) == 2 + 2 * len(METHODS)
    top = compared.answer.prediction.top
    for one in compared.methods:
        assert one.curves.shape == (len(top), len(one.seconds))
        assert np.isfinite(one.curves).all()
        assert one.cost_s > 0
        assert (np.diff(one.seconds) > 0).all()
        assert np.abs(one.curves[0] - one.curves[1]).max() > 0  # classes have curves of their own
    assert len(compared.methods[-1].seconds) == WINDOWS


def test_at_the_last_stage_grad_cam_is_ours_in_fewer_steps(drawn: Drawn) -> None:
    evidence, (ours, *others) = drawn.prediction.evidence, drawn.methods
    np.testing.assert_array_equal(ours.curves, evidence.curves)
    for one in others:
        if one.way.adds_up:
            assert one.way.place == "last stage"
            same = np.isin(evidence.seconds, one.seconds)
            assert same.sum() == len(one.seconds) > 3
            # all but the level, which makes the finer steps add up too
            apart = evidence.curves[:, same] - one.curves
            np.testing.assert_allclose(np.ptp(apart, axis=1), 0.0, atol=0.05)


def test_what_is_said_to_add_up_does_and_nothing_else(drawn: Drawn) -> None:
    evidence = drawn.prediction.evidence
    logits, biases = np.array(evidence.logits), np.array(evidence.biases)
    assert len(drawn.prediction.clips) == 1  # so that all steps of the others count alike
    for one in drawn.methods:
        weights = np.full(len(one.seconds), 1 / len(one.seconds))
        if one.way == OURS:
            weights = evidence.weights
        told = one.curves.astype(np.float64) @ weights + biases
        error = np.abs(told - logits).max() / np.abs(logits).max()
        assert (error < 1e-3) == one.way.adds_up, (one.way, error)


def test_clips_are_put_together_in_time(services: Services, tmp_path: Path) -> None:
    drawn = draw(services, short(JUGGLING, tmp_path, 3.2), ())
    assert len(drawn.prediction.clips) > 1
    by_way = {(one.way.method, one.way.place): one for one in drawn.methods}
    for place in ("last stage", "stage before"):
        one = by_way["hirescam", place]
        assert one.seconds[0] < 0.7
        assert one.seconds[-1] > 2.5
        assert (np.diff(one.seconds) > 0).all()
    grad_cam, hirescam = (by_way[name, "last stage"] for name in ("grad-cam", "hirescam"))
    np.testing.assert_allclose(grad_cam.curves, hirescam.curves, rtol=1e-3, atol=1e-3)


def test_only_signed_methods_speak_against_a_class(drawn: Drawn) -> None:
    for one in drawn.methods:
        assert (one.curves.min() < 0) == one.way.signed, one.way


def test_it_is_kept_for_this_answer_only(services: Services, compared: Compared) -> None:
    answer = compared.answer
    version = answer.prediction.version
    again = other_methods.find(services, answer.video.id, version=version[:12])
    assert [one.way for one in again.methods] == [one.way for one in compared.methods]
    for one, other in zip(again.methods, compared.methods, strict=True):
        np.testing.assert_allclose(one.curves, other.curves, rtol=1e-6)
        np.testing.assert_array_equal(one.seconds, other.seconds)
        assert one.cost_s == other.cost_s
    name = f"{version[:16]}.auto.methods.json"
    path = services.media.local_path(side_uri(answer.video.sha256, name))
    stored = json.loads(path.read_text())
    try:
        stored["about"][0][1] += 1.0
        path.write_text(json.dumps(stored))
        assert other_methods.find(services, answer.video.id, version=version).methods == ()
        steps = len(answer.prediction.evidence.seconds)
        about = [[one.index, one.logit, steps] for one in answer.prediction.top]
        path.write_text(json.dumps(stored["value"] | {"format": 1, "about": about}))  # as 0.2.0 did
        found = other_methods.find(services, answer.video.id, version=version).methods
        assert [one.way for one in found] == [one.way for one in compared.methods]
    finally:
        stored["about"][0][1] -= 1.0
        path.write_text(json.dumps(stored))


def test_links_that_lead_nowhere(services: Services, compared: Compared, tmp_path: Path) -> None:
    version, video_id = compared.answer.prediction.version, compared.answer.video.id
    with pytest.raises(UnknownModel, match="a version of the model that is not here"):
        other_methods.find(services, video_id, version="0" * 12)
    path = short(JUGGLING, tmp_path, 0.5)
    video = ingest.store(services, ingest.Upload(path, path.name), quietly).video
    with pytest.raises(UnknownVideo, match="quick has not looked at this video yet"):
        other_methods.find(services, video.id, version=version)


def test_it_can_be_stopped_and_then_keeps_nothing(services: Services, tmp_path: Path) -> None:
    path = short(JUGGLING, tmp_path, 0.7)
    video = ingest.store(services, ingest.Upload(path, path.name), quietly).video
    answer = explain.explain(services, video, quietly)

    def stop(stage: str, share: float) -> None:
        raise Cancelled(f"{stage} {share}")

    with pytest.raises(Cancelled):
        other_methods.compare(services, answer, stop)
    found = other_methods.find(services, video.id, version=answer.prediction.version)
    assert found.methods == ()
