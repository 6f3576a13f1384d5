"""Checks of an answer, with a network of which it is known when it looks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import Cancelled
from model.evidence.contrast import contrast_curves
from model.evidence.freeze_check import check_moments, examine, mattering
from model.evidence.moments import key_moments
from model.evidence.trust import trust
from model.inference.change import UNCHANGED, Change, nearest_kept
from model.inference.prediction import Prediction, Span, Stage
from model.inference.predictor import LocalPredictor
from tests.model.inference.answers import with_volume
from tests.model.inference.red import FPS, RED_FROM, RED_TO, red_checkpoint, red_film

RED = Span(RED_FROM / FPS, RED_TO / FPS)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return red_film(tmp_path_factory.mktemp("film") / "red.mp4")


@pytest.fixture(scope="module")
def predictor(tmp_path_factory: pytest.TempPathFactory) -> LocalPredictor:
    return LocalPredictor(
        red_checkpoint(), cache_dir=tmp_path_factory.mktemp("cache"), engine="torch"
    )


@pytest.fixture(scope="module")
def answer(predictor: LocalPredictor, film: Path) -> Prediction:
    return predictor.predict(film)


def test_the_known_moment_is_found(answer: Prediction) -> None:
    assert answer.top[0].label == "red"
    (first, *_) = key_moments(answer, 0)
    assert RED.start_s - 0.3 < first.second < RED.end_s + 0.3
    spans = mattering(answer)
    assert spans[0].start_s < RED.start_s + 0.2
    assert spans[-1].end_s > RED.end_s - 0.2


def test_freezing_the_known_moment_takes_the_answer_away(
    predictor: LocalPredictor, film: Path, answer: Prediction
) -> None:
    check = check_moments(predictor, film, answer, (RED,))
    assert check.passed
    assert check.before > 0.8
    assert check.after < 0.3
    assert check.others > 0.8


def test_freezing_another_moment_does_not(
    predictor: LocalPredictor, film: Path, answer: Prediction
) -> None:
    length_s = RED.end_s - RED.start_s
    elsewhere = Span(2.2, 2.2 + length_s)
    check = check_moments(predictor, film, answer, (elsewhere,))
    assert not check.passed
    assert check.after == pytest.approx(check.before, abs=0.05)


def test_an_honest_curve_passes_and_one_half_a_video_late_fails(
    predictor: LocalPredictor, film: Path, answer: Prediction
) -> None:
    examined = examine(predictor, film, answer)
    assert examined is not None
    assert examined.check.passed
    assert examined.mirrored > 0.8
    assert examined.noise < 1.0
    assert examined.still > 0.9
    assert trust(answer, examined).codes == ("still",)
    assert trust(answer).codes == ()
    half = len(answer.evidence.seconds) // 2
    lying = with_volume(answer, np.roll(answer.evidence.volume, half, axis=1))
    evidence = replace(lying.evidence, weights=np.roll(answer.evidence.weights, half))
    lying = replace(lying, evidence=evidence)
    found = examine(predictor, film, lying)
    assert found is not None
    assert not found.check.passed
    assert "unstable" in trust(lying, found).codes


def test_a_mirrored_video_has_its_evidence_turned_back(
    predictor: LocalPredictor, film: Path, answer: Prediction
) -> None:
    classes = [score.index for score in answer.top]
    mirrored = predictor.predict(film, classes=classes, top_k=0, change=Change(mirrored=True))
    volume, again = answer.evidence.volume[0], mirrored.evidence.volume[0]
    assert again.shape == volume.shape
    peak = int(contrast_curves(answer.evidence)[0].argmax())
    columns = volume[peak].astype(float).sum(axis=0)
    assert columns.argmax() == again[peak].astype(float).sum(axis=0).argmax()
    assert columns.argmax() != columns[::-1].argmax()  # not turned back it would be elsewhere


def test_clips_begun_later_keep_their_own_times(
    predictor: LocalPredictor, film: Path, answer: Prediction
) -> None:
    later = predictor.predict(film, change=Change(later=2))
    assert later.evidence.seconds[0] == pytest.approx(answer.evidence.seconds[0] + 4 / FPS)
    assert later.frame_inds.max() <= 99


def test_checks_can_be_stopped_and_say_how_far_they_are(
    predictor: LocalPredictor, film: Path, answer: Prediction
) -> None:
    shares: list[float] = []

    def watch(stage: Stage, share: float) -> None:
        assert stage == "looking"
        shares.append(share)

    check_moments(predictor, film, answer, (RED,), on_progress=watch)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)

    def stop(stage: Stage, share: float) -> None:
        del stage
        if share > 0.4:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        check_moments(predictor, film, answer, (RED,), on_progress=stop)


def test_no_change_changes_nothing() -> None:
    rows = np.arange(64).reshape(2, 32)
    assert UNCHANGED.shown(rows, np.arange(64) / 30) is rows


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_frozen_frames_show_the_nearest_kept_one(frozen: list[bool]) -> None:
    mask = np.array(frozen)
    nearest = nearest_kept(mask)
    if mask.all():
        assert not nearest.any()
        return
    assert not mask[nearest].any()
    kept = np.flatnonzero(~mask)
    for position, found in enumerate(nearest):
        assert abs(position - found) == np.abs(kept - position).min()


@given(
    st.floats(0.0, 1.0),
    st.lists(st.tuples(st.floats(0, 4), st.floats(0, 1)), min_size=1, max_size=3),
)
def test_as_many_other_frames_are_frozen(turned: float, spans: list[tuple[float, float]]) -> None:
    pts_s = np.arange(120) / 30
    rows = np.arange(0, 120, 2)[None]
    frozen = tuple(Span(start, start + length) for start, length in spans)
    counts = [
        np.count_nonzero(change.shown(rows, pts_s) != rows)
        for change in (Change(frozen=frozen), Change(frozen=frozen, turned=turned))
    ]
    if counts[0] < rows.size - 1:
        assert counts[0] == counts[1]
