"""Scales, sentences and doubts that go with the evidence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.components.reasons import doubts, reasons
from app.components.viewer import viewer_value
from model.evidence.contrast import contrast_map
from model.inference.prediction import Prediction
from tests.browser.components.stage import LABELS, reasoned_prediction


@pytest.fixture(scope="module")
def prediction() -> Prediction:
    return reasoned_prediction()


def test_one_scale_serves_all_questions(prediction: Prediction) -> None:
    found = reasons(prediction)
    assert found is not None
    strongest = max(np.abs(contrast_map(prediction.evidence, row)).max() for row in range(5))
    assert 1.0 <= found["scale"] <= 2 * strongest
    assert found["curve_scale"] >= 1.0
    assert len(found["others"]) == len(found["pairs"]) == len(found["moments"]) == len(LABELS)


def test_a_pair_says_the_same_from_both_sides(prediction: Prediction) -> None:
    found = reasons(prediction)
    assert found is not None
    for a in range(5):
        assert found["pairs"][a][a] == ""
        for b in range(5):
            assert found["pairs"][a][b] == found["pairs"][b][a]
    assert "Javelin throw won over archery mainly because of" in found["pairs"][0][1]


def test_the_sentence_names_where_it_led(prediction: Prediction) -> None:
    found = reasons(prediction)
    assert found is not None
    assert (
        "archery rather than the other guesses is mostly between 2.5 and 3.5" in found["others"][0]
    )
    assert found["others"][3].startswith("At no moment does more speak for golf driving")


def test_evidence_that_does_not_add_up_gives_no_reasons(prediction: Prediction) -> None:
    wrong = replace(prediction.evidence, logits=tuple(x + 1 for x in prediction.evidence.logits))
    assert reasons(replace(prediction, evidence=wrong)) is None
    value = viewer_value(replace(prediction, evidence=wrong), video_id=1, name="a", src="/a")
    assert value["reasons"] is None


def test_doubts_are_sentences(prediction: Prediction) -> None:
    repeated = replace(prediction, frame_inds=np.zeros((2, 32), np.int64))
    assert any("only 1 different picture" in doubt for doubt in doubts(repeated))
    fine = replace(prediction, frame_inds=np.arange(64).reshape(2, 32))
    assert not any("different picture" in doubt for doubt in doubts(fine))
