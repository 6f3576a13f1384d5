"""What every `Predictor` does, whether its network runs in this process or behind HTTP."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from model.errors import Cancelled, ModelError, VideoError
from model.inference.prediction import Prediction, Stage
from model.inference.predictor import LocalPredictor
from model.inference.remote import RemotePredictor
from model.inference.seam import Predictor
from tests.model.inference.contract.conftest import LABELS


@pytest.fixture(scope="module")
def prediction(predictor: Predictor, clip: Path) -> Prediction:
    return predictor.predict(clip)


def test_it_names_its_weights_and_its_classes(predictor: Predictor, weights: Path) -> None:
    assert predictor.version == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert predictor.labels == LABELS


def test_a_prediction_says_what_when_and_where(
    predictor: Predictor, prediction: Prediction
) -> None:
    assert prediction.version == predictor.version
    assert prediction.top[0].index == int(prediction.probabilities.argmax())
    assert [predictor.labels[one.index] for one in prediction.top] == [
        one.label for one in prediction.top
    ]
    shares = [one.probability for one in prediction.top]
    assert shares == sorted(shares, reverse=True)
    assert prediction.probabilities.shape == (7,)
    assert prediction.probabilities.sum() == pytest.approx(1.0, abs=1e-5)
    evidence = prediction.evidence
    assert evidence.volume.dtype == np.float16
    assert evidence.volume.shape[:2] == (5, len(evidence.seconds))
    sums = evidence.curves @ evidence.weights + np.array(evidence.biases)
    np.testing.assert_allclose(sums, evidence.logits, rtol=1e-3, atol=1e-3)
    assert prediction.calibration is not None
    assert prediction.protocol == "auto"


def test_once_it_has_answered_it_is_ready(predictor: Predictor, prediction: Prediction) -> None:
    del prediction
    assert predictor.status.state == "ready"
    assert predictor.status.note.endswith(".")


def test_what_is_asked_for_is_what_comes(predictor: Predictor, clip: Path) -> None:
    last, late = (one.index for one in predictor.predict(clip, top_k=7).top[:-3:-1])
    found = predictor.predict(clip, protocol="val", top_k=2, classes=(last, late), average="score")
    assert found.protocol == "val"
    assert [one.index for one in found.top[2:]] == [last, late]
    assert len(found.timeline.probabilities) == len(found.evidence.volume) == 4
    assert len(found.clips) == 1


def test_progress_goes_forward_through_the_stages(predictor: Predictor, clip: Path) -> None:
    told: list[tuple[Stage, float]] = []
    predictor.predict(clip, on_progress=lambda stage, share: told.append((stage, share)))
    assert told
    assert all(0 <= share <= 1 for _, share in told)
    order = ["decoding", "looking", "explaining"]
    places = [order.index(stage) for stage, _ in told]
    assert places == sorted(places)


def test_what_the_callback_raises_comes_through(predictor: Predictor, clip: Path) -> None:
    def stop(stage: Stage, share: float) -> None:
        raise Cancelled(f"{stage} {share}")

    with pytest.raises(Cancelled):
        predictor.predict(clip, on_progress=stop)

    def slip(stage: Stage, share: float) -> None:
        raise ValueError(f"{stage} {share}")

    with pytest.raises(ValueError, match="decoding"):
        predictor.predict(clip, on_progress=slip)
    assert predictor.predict(clip).top  # and it works on


def test_a_file_that_is_no_video_says_why(predictor: Predictor, tmp_path: Path) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("Dear friends, this is a letter.")
    with pytest.raises(VideoError, match="not a video that can be read here") as caught:
        predictor.predict(letter)
    assert caught.value.code == "not-a-video"


def test_a_file_that_is_gone_says_so(predictor: Predictor, tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="cannot be opened") as caught:
        predictor.predict(tmp_path / "gone.mp4")
    assert caught.value.code == "unreadable"


def test_a_class_that_it_does_not_know_is_refused(predictor: Predictor, clip: Path) -> None:
    with pytest.raises(ModelError, match="no class number 7"):
        predictor.predict(clip, classes=(7,))


def test_both_say_the_same(here: LocalPredictor, over_http: RemotePredictor, clip: Path) -> None:
    """Every field and every array, to the last bit: nothing is lost on the way."""
    one, other = here.predict(clip), over_http.predict(clip)
    assert one.top == other.top
    assert (one.video, one.crop, one.notes, one.clips, one.calibration) == (
        other.video,
        other.crop,
        other.notes,
        other.clips,
        other.calibration,
    )
    np.testing.assert_array_equal(one.logits, other.logits)
    np.testing.assert_array_equal(one.timeline.probabilities, other.timeline.probabilities)
    assert one.evidence.seconds.tolist() == other.evidence.seconds.tolist()
