"""Evidence for the browser: on one honest scale, and in a sentence."""

from __future__ import annotations

import base64
import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.components.evidence import packed, sentences, strongest
from app.components.viewer import viewer_value
from model.evidence.scale import LEAST_SCALE
from model.inference.prediction import Crop, Evidence, Prediction, Score, Span, Timeline, VideoFacts

STEPS = 8
CENTRES: NDArray[np.float64] = np.arange(STEPS, dtype=np.float64) * 0.5 + 0.25


def evidence(
    curves: list[list[float]],
    *,
    seconds: NDArray[np.float64] = CENTRES,
    gaps: tuple[Span, ...] = (),
) -> Evidence:
    """Evidence that is the same everywhere in the picture."""
    volume = np.array(curves, np.float16)[:, :, None, None] * np.ones((2, 3), np.float16)
    return Evidence(seconds=seconds, volume=volume, gaps=gaps)


def prediction(found: Evidence, logits: tuple[float, ...] = (5.0, 1.0)) -> Prediction:
    k = len(found.volume)
    edges = np.linspace(0, 4, 5)
    probabilities = np.full((k, 4), 0.25, np.float32)
    probabilities[:, 2] = np.nan
    return Prediction(
        version="a" * 64,
        model="a model",
        protocol="auto",
        video=VideoFacts(4.0, 25.0, 100, 320, 240, True),
        top=tuple(Score(i, f"class {i}", 0.5 / (i + 1), logits[i]) for i in range(k)),
        logits=np.zeros(3, np.float32),
        probabilities=np.zeros(3, np.float32),
        clips=(Span(0, 4),),
        frame_inds=np.zeros((1, 32), np.int64),
        timeline=Timeline(edges, probabilities),
        evidence=found,
        crop=Crop(0.1, 0.0, 0.8, 1.0),
        notes=(),
    )


def unpacked(value: dict[str, Any], k: int) -> NDArray[np.float32]:
    shape = (k, len(value["seconds"]), value["height"], value["width"])
    raw = np.frombuffer(base64.b64decode(value["volume"]), "<f2")
    return raw.reshape(shape).astype(np.float32)


def test_the_volume_arrives_unchanged() -> None:
    volume = np.random.default_rng(0).normal(size=(2, STEPS, 7, 6)).astype(np.float16)
    value = packed(Evidence(seconds=CENTRES, volume=volume, gaps=(Span(1, 2),)))
    assert value is not None
    np.testing.assert_array_equal(unpacked(value, 2), volume.astype(np.float32))
    assert value["gaps"] == [[1, 2]]
    assert (value["height"], value["width"]) == (7, 6)


def test_weak_evidence_is_not_stretched_to_full_colour() -> None:
    value = packed(evidence([[0.01, 0.02] * 4, [0.0] * STEPS]))
    assert value is not None
    assert value["scale"] == LEAST_SCALE
    assert value["curve_scale"] == LEAST_SCALE


@given(st.lists(st.floats(-50, 50, width=16), min_size=STEPS, max_size=STEPS))
def test_one_scale_serves_all_classes(curve: list[float]) -> None:
    strong = [60.0] * STEPS
    value = packed(evidence([strong, curve]))
    alone = packed(evidence([curve]))
    assert value is not None
    assert alone is not None
    assert value["scale"] == pytest.approx(60.0)
    assert value["curve_scale"] == pytest.approx(60.0)
    assert LEAST_SCALE <= alone["scale"] <= max(LEAST_SCALE, 50.0)


@pytest.mark.parametrize(
    "broken",
    [
        Evidence(seconds=np.zeros(0), volume=np.zeros((2, 0, 7, 7), np.float16), gaps=()),
        evidence([[np.nan] * STEPS, [0.0] * STEPS]),
        evidence([[np.inf] * STEPS, [0.0] * STEPS]),
    ],
)
def test_what_may_not_be_shown_is_not(broken: Evidence) -> None:
    assert packed(broken) is None
    assert set(sentences(prediction(broken))) == {"It is not known where the evidence was."}


def test_the_sentence_names_the_moments() -> None:
    found = evidence([[0, 0, 9, 9, 0, 0, 0, 0], [0, 8, 0, 0, 0, 0, 8, 0]])
    assert sentences(prediction(found)) == (
        "Evidence for class 0 is mostly between 1.0 and 2.0\u00a0s.",
        "Evidence for class 1 is mostly between 0.5 and 1.0\u00a0s and between 3.0 and 3.5\u00a0s.",
    )


def test_a_flat_curve_has_no_decisive_moment() -> None:
    flat = evidence([[5.0, 5.1, 5.0, 5.2, 5.1, 5.0, 5.1, 5.0], [-1.0] * STEPS])
    assert sentences(prediction(flat)) == (
        "Evidence for class 0 is spread evenly over the video: no single moment decides.",
        "No moment of this video speaks for class 1.",
    )
    # The same curve decides where the second class is close behind.
    (first, _) = sentences(prediction(flat, logits=(5.0, 4.9)))
    assert first.startswith("Evidence for class 0 is mostly")


def test_a_stretch_ends_at_a_gap() -> None:
    seconds = np.array([0.25, 0.75, 1.25, 2.75, 3.25, 3.75])
    gap = Span(1.5, 2.5)
    found = evidence([[0, 0, 9, 9, 0, 0]], seconds=seconds, gaps=(gap,))
    spans = strongest(found, found.curves[0])
    assert spans == (Span(1.0, 1.5), Span(2.5, 3.0))


@given(st.lists(st.floats(-20, 20, width=16), min_size=STEPS, max_size=STEPS))
def test_stretches_are_few_ordered_and_apart(curve: list[float]) -> None:
    found = evidence([curve])
    spans = strongest(found, found.curves[0])
    assert len(spans) <= 3
    assert all(span.start_s < span.end_s for span in spans)
    assert all(one.end_s <= two.start_s for one, two in itertools.pairwise(spans))


def test_one_step_alone() -> None:
    found = evidence([[3.0]], seconds=np.array([0.5]))
    assert sentences(prediction(found, logits=(3.0,)))[0].endswith("no single moment decides.")


def test_the_value_is_json_without_nan() -> None:
    value = viewer_value(
        prediction(evidence([[1.0] * STEPS, [0.0] * STEPS])),
        video_id=3,
        name="a.mp4",
        src="/media/3/play",
        start_at=1.5,
    )
    assert value["timeline"]["probabilities"][0] == [0.25, 0.25, None, 0.25]
    assert value["video"]["src"] == "/media/3/play"
    assert value["classes"][0]["words"] == "best guess"
    assert value["start_at"] == 1.5
    assert value["crop"] == {"x": 0.1, "y": 0.0, "width": 0.8, "height": 1.0}
