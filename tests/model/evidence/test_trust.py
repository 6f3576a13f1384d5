"""Each rule speaks beyond its threshold and is silent within it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.evidence.freeze_check import Check, Examination
from model.evidence.trust import Thresholds, trust
from model.inference.agreement import overlap_agreement, spearman
from model.inference.prediction import Prediction, Span
from model.inference.timeline import ClipEvidence
from model.video.claims import REPAIRED_TIMES
from tests.model.inference.answers import answer_of, with_volume

GOOD = Examination(0.9, 0.9, 0.1, 0.3, Check(0, (Span(0.0, 1.0),), 0.9, 0.2, 0.8))


def clear() -> Prediction:
    """An answer that is sure, with a decisive moment."""
    curves = np.zeros((5, 8))
    curves[0] = [0.0, 0.0, 20.0, 20.0, 0.0, 0.0, 0.0, 0.0]
    return answer_of(curves)


def test_a_clear_answer_has_no_findings() -> None:
    assert trust(clear()).findings == ()
    examined = trust(clear(), GOOD)
    assert examined.findings == ()
    assert examined.examined


def unsure() -> Prediction:
    answer = clear()
    top = [replace(score, probability=0.22) for score in answer.top]
    return replace(answer, top=(replace(top[0], probability=0.25), *top[1:]))


def even() -> Prediction:
    curves = np.zeros((5, 8))
    curves[0] = 5.0 + 0.1 * np.arange(8)
    return answer_of(curves)


def disagreeing() -> Prediction:
    answer = clear()
    return replace(answer, evidence=replace(answer.evidence, agreement=-0.7))


def padded(pictures: int) -> Prediction:
    return replace(clear(), frame_inds=(np.arange(32) * pictures // 32)[None])


@pytest.mark.parametrize(
    ("answer", "code", "measured"),
    [
        (unsure(), "undecided", 0.03),
        (even(), "even", 0.7 / 5.35),
        (disagreeing(), "clips_disagree", -0.7),
        (padded(5), "few_pictures", 5),
        (padded(20), "padded", 20),
        (replace(clear(), notes=(REPAIRED_TIMES,)), "time_stamps", 1.0),
    ],
)
def test_what_costs_nothing(answer: Prediction, code: str, measured: float) -> None:
    (finding,) = trust(answer).findings
    assert finding.code == code
    assert finding.measured == pytest.approx(measured, abs=0.02)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (replace(GOOD, mirrored=0.2), "unstable"),
        (replace(GOOD, shifted=-0.2), "unstable"),
        (replace(GOOD, noise=9.0), "even"),
        (replace(GOOD, still=0.85), "still"),
        (replace(GOOD, check=replace(GOOD.check, after=0.9)), "check_failed"),
    ],
)
def test_what_looking_again_shows(found: Examination, code: str) -> None:
    assert trust(clear(), found).codes == (code,)
    lax = Thresholds(likeness=-1.0, noise=0.0, still=2.0, freeze=-1.0)
    assert trust(clear(), found, limits=lax).codes == ()


def test_nothing_shown_silences_all_else() -> None:
    broken = with_volume(unsure(), np.full((5, 8, 2, 2), np.nan))
    assert trust(broken, GOOD).codes == ("nothing_shown",)


def test_rank_correlation() -> None:
    rising = np.array([1.0, 2.0, 2.0, 5.0])
    assert spearman(rising, rising**3) == pytest.approx(1.0)
    assert spearman(rising, -rising) == pytest.approx(-1.0)
    assert np.isnan(spearman(rising, np.ones(4)))


def a_clip(start_s: float, curve: list[float]) -> ClipEvidence:
    seconds = start_s + np.arange(len(curve), dtype=np.float64)
    volume = np.zeros((3, len(curve), 1, 1), dtype=np.float32)
    volume[0, :, 0, 0] = curve
    return ClipEvidence(seconds, volume)


def test_overlapping_clips_agree_or_not() -> None:
    rising = [float(value) for value in range(10)]
    assert overlap_agreement([a_clip(0, rising), a_clip(2, rising)]) == pytest.approx(1.0)
    assert overlap_agreement([a_clip(0, rising), a_clip(2, rising[::-1])]) == pytest.approx(-1.0)
    assert np.isnan(overlap_agreement([a_clip(0, rising), a_clip(8, rising)]))
