"""From a file to an answer, through the real decoder, with a small network."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from model.errors import Cancelled, CheckpointError, ModelError
from model.inference.answering import NOT_EXPLAINED
from model.inference.prediction import Prediction, Stage
from model.inference.predictor import LocalPredictor
from model.video.errors import NotAVideo
from model.weights.checkpoint import LoadedCheckpoint
from model.weights.spec import IMAGENET, ModelSpec
from tests.model.inference.film import draw_film
from tests.model.inference.tiny import tiny_network

LABELS = ("ant", "bee", "cat", "dog", "eel", "fox", "gnu")
SPEC = ModelSpec("tiny", "ircsn-r26", LABELS, IMAGENET, {"width": 6}, short_side=54, crop=48)


def tiny_checkpoint() -> LoadedCheckpoint:
    return LoadedCheckpoint(SPEC, "00" * 32, tiny_network())


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def predictor(cache_dir: Path) -> LocalPredictor:
    return LocalPredictor(tiny_checkpoint(), cache_dir=cache_dir, engine="torch")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds at 30 frames a second: three clips."""
    return draw_film(tmp_path_factory.mktemp("film") / "bar.mp4", frames=120)


@pytest.fixture(scope="module")
def answer(predictor: LocalPredictor, film: Path) -> Prediction:
    return predictor.predict(film)


def children() -> set[int]:
    """Processes that this one started and that have not ended."""
    tasks = Path("/proc/self/task").iterdir()
    return {int(pid) for task in tasks for pid in (task / "children").read_text().split()}


def test_an_answer_covers_the_whole_video(answer: Prediction) -> None:
    found = answer
    assert (found.model, found.version, found.protocol) == ("tiny", "00" * 32, "auto")
    assert found.video.frames == 120
    assert found.video.duration_s == pytest.approx(4.0)
    assert found.clips[0].start_s == 0.0
    assert found.clips[-1].end_s == pytest.approx(4.0)
    assert found.frame_inds.shape == (len(found.clips), 32)
    assert found.evidence.gaps == ()
    assert not np.isnan(found.timeline.probabilities).any()
    assert found.probabilities.sum() == pytest.approx(1.0, abs=1e-5)
    order = [score.probability for score in found.top]
    assert order == sorted(order, reverse=True)
    assert found.top[0].index == int(found.probabilities.argmax())
    assert [score.label for score in found.top] == [LABELS[score.index] for score in found.top]
    assert found.evidence.volume.shape == (5, len(found.evidence.seconds), 2, 2)
    assert found.crop.y == pytest.approx(3 / 54)
    assert found.crop.width == pytest.approx(48 / 72)


def test_classes_that_were_asked_for_come_after_the_best(
    predictor: LocalPredictor, film: Path, answer: Prediction
) -> None:
    order = [score.index for score in answer.top]
    asked = [order[0], order[4], order[3]]
    found = predictor.predict(film, top_k=2, classes=asked)
    assert [s.index for s in found.top] == [order[0], order[1], order[4], order[3]]
    assert len(found.timeline.probabilities) == 4
    np.testing.assert_allclose(
        found.evidence.volume, answer.evidence.volume[[0, 1, 4, 3]], atol=1e-2
    )
    with pytest.raises(ModelError, match="no class number 7"):
        predictor.predict(film, classes=[7])


def adds_up(found: Prediction) -> None:
    evidence = found.evidence
    means = evidence.curves @ evidence.weights + np.array(evidence.biases)
    np.testing.assert_allclose(means, [s.logit for s in found.top], rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(evidence.logits, [s.logit for s in found.top], rtol=1e-5)


def test_evidence_of_the_whole_video_adds_up_to_its_scores(answer: Prediction) -> None:
    assert len(answer.clips) == 3
    adds_up(answer)
    unweighted = answer.evidence.curves.mean(axis=1) + np.array(answer.evidence.biases)
    scores = [score.logit for score in answer.top]
    assert not np.allclose(unweighted, scores, rtol=1e-3, atol=1e-3)


def test_evidence_of_one_clip_adds_up_at_the_times_of_its_frames(
    predictor: LocalPredictor, film: Path
) -> None:
    found = predictor.predict(film, protocol="val")
    adds_up(found)
    np.testing.assert_allclose(found.evidence.seconds, found.frame_inds[0, ::8] / 30, atol=1e-6)
    assert [round(gap.start_s, 3) for gap in found.evidence.gaps] == [0.0, 3.067]


def test_finer_steps_keep_the_answer_and_its_evidence(
    predictor: LocalPredictor, cache_dir: Path, film: Path
) -> None:
    fine = LocalPredictor(tiny_checkpoint(), cache_dir=cache_dir, engine="torch", opened=1)
    plain = predictor.predict(film, protocol="val")
    found = fine.predict(film, protocol="val")
    np.testing.assert_allclose(found.logits, plain.logits, rtol=1e-4, atol=1e-4)
    level = found.evidence.volume[:, ::2] - plain.evidence.volume  # the same at every step
    np.testing.assert_allclose(level - level[:, :1], 0, atol=2e-2)
    np.testing.assert_allclose(found.evidence.seconds, found.frame_inds[0, ::4] / 30, atol=1e-6)
    adds_up(found)
    np.testing.assert_allclose(found.features, plain.features, rtol=1e-4, atol=1e-4)


def test_the_kept_features_are_what_the_names_are_read_from(
    predictor: LocalPredictor, film: Path
) -> None:
    found = predictor.predict(film)
    head = predictor.checkpoint.network.head
    logits = found.features @ head.weight.detach().numpy().T + head.bias.detach().numpy()
    np.testing.assert_allclose(logits, found.logits, rtol=1e-3, atol=1e-3)


def test_both_engines_give_the_same_answer(answer: Prediction, cache_dir: Path, film: Path) -> None:
    other = LocalPredictor(tiny_checkpoint(), cache_dir=cache_dir, engine="openvino").predict(film)
    assert [s.index for s in answer.top] == [s.index for s in other.top]
    np.testing.assert_allclose(answer.logits, other.logits, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(answer.evidence.volume, other.evidence.volume, rtol=1e-2, atol=1e-2)


def test_the_test_protocol_averages_thirty_views(predictor: LocalPredictor, film: Path) -> None:
    found = predictor.predict(film, protocol="test", average="score")
    assert len(found.clips) == 10
    assert found.crop.width == pytest.approx(54 / 72)
    exact = torch.softmax(torch.from_numpy(found.logits), 0).numpy()
    np.testing.assert_allclose(found.probabilities, exact, atol=1e-5)


def test_time_comes_from_the_frames_own_time_stamps(
    predictor: LocalPredictor, tmp_path: Path
) -> None:
    generator = np.random.default_rng(5)
    steps = generator.choice([17, 33, 50, 120], size=99)
    times_ms = [0, *np.cumsum(steps).tolist()]
    film = draw_film(tmp_path / "phone.mp4", frames=100, times_ms=times_ms)
    found = predictor.predict(film)
    pts = np.array(times_ms) / 1000
    middles = np.unique(found.frame_inds[:, ::8])
    np.testing.assert_allclose(found.evidence.seconds, pts[middles], atol=2e-3)
    evenly = middles / found.video.fps
    assert np.abs(found.evidence.seconds - evenly).max() > 0.1  # the wrong way would be far off


@pytest.mark.parametrize("frames", [1, 20, 40])
def test_a_video_shorter_than_a_clip_gets_an_answer(
    frames: int, predictor: LocalPredictor, tmp_path: Path
) -> None:
    film = draw_film(tmp_path / "short.mp4", frames=frames)
    for protocol in ("auto", "val"):
        found = predictor.predict(film, protocol=protocol)
        assert found.clips[0].end_s <= found.video.duration_s + 1e-9
        assert np.all(np.diff(found.evidence.seconds) > 0)
        assert np.isfinite(found.evidence.volume).all()
        assert bool(found.notes) is (frames < (63 if protocol == "val" else 32))


def test_a_long_video_is_looked_at_in_places_and_says_so(cache_dir: Path, tmp_path: Path) -> None:
    film = draw_film(tmp_path / "long.mp4", frames=300)
    few = LocalPredictor(tiny_checkpoint(), cache_dir=cache_dir, engine="torch", max_clips=2)
    found = few.predict(film)
    assert len(found.clips) == 2
    assert len(found.evidence.gaps) == 1
    assert np.isnan(found.timeline.probabilities).any()
    assert any("not analysed" in note for note in found.notes)


@pytest.mark.parametrize(
    ("stage", "share"),
    [("decoding", 0.0), ("decoding", 0.1), ("looking", 0.5), ("explaining", 0.0)],
)
def test_cancelling_leaves_no_process_and_no_lock(
    stage: Stage, share: float, predictor: LocalPredictor, film: Path
) -> None:
    before = children()
    reached = []

    def stop(now: Stage, done: float) -> None:
        if (now, done) >= (stage, share) and now == stage:
            reached.append(children() - before)
            raise Cancelled("The person asked to stop.")

    with pytest.raises(Cancelled):
        predictor.predict(film, on_progress=stop)
    assert len(reached) == 1
    assert bool(reached[0]) is (share > 0 or stage == "explaining")  # there was one to end
    assert children() == before
    assert predictor.predict(film, protocol="val").top


def test_progress_goes_forward_through_the_stages(predictor: LocalPredictor, film: Path) -> None:
    told: list[tuple[Stage, float]] = []
    predictor.predict(film, on_progress=lambda stage, share: told.append((stage, share)))
    stages = [stage for stage, _ in told]
    assert list(dict.fromkeys(stages)) == ["decoding", "looking", "explaining"]
    for stage in set(stages):
        shares = [share for name, share in told if name == stage]
        assert shares == sorted(shares)
        assert 0.0 <= shares[0] <= shares[-1] <= 1.0
    assert told[-1] == ("explaining", 1.0)


def test_someone_who_waits_for_another_video_can_leave(film: Path, cache_dir: Path) -> None:
    turn = threading.Lock()
    waiting = LocalPredictor(tiny_checkpoint(), cache_dir=cache_dir, engine="torch", lock=turn)
    asked = 0

    def lose_patience(stage: Stage, share: float) -> None:
        nonlocal asked
        asked += 1
        assert (stage, share) == ("decoding", 0.0)
        if asked == 3:
            raise Cancelled("The person asked to stop.")

    with turn, pytest.raises(Cancelled):
        waiting.predict(film, on_progress=lose_patience)
    assert waiting.predict(film, protocol="val").top


def test_two_at_once_get_their_own_answers(
    predictor: LocalPredictor, film: Path, answer: Prediction, tmp_path: Path
) -> None:
    short = draw_film(tmp_path / "short.mp4", frames=40)
    alone = {film: answer.logits, short: predictor.predict(short).logits}
    with ThreadPoolExecutor(3) as pool:
        asked = [film, short, short]
        for path, found in zip(asked, pool.map(predictor.predict, asked), strict=True):
            np.testing.assert_allclose(found.logits, alone[path], rtol=1e-4, atol=1e-5)


def test_warming_up_beside_the_page(cache_dir: Path, film: Path) -> None:
    predictor = LocalPredictor(tiny_checkpoint(), cache_dir=cache_dir, engine="torch")
    before = predictor.status
    assert before.state == "resting"
    assert "not loaded" in before.note
    warming = threading.Thread(target=predictor.warm_up)
    warming.start()
    assert predictor.predict(film, protocol="val").top  # waits for it
    warming.join()
    assert predictor.status.state == "ready"
    assert "ready" in predictor.status.note


def test_a_bad_file_is_told_before_the_model_is_loaded(cache_dir: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("These are notes and no video at all.")
    predictor = LocalPredictor(tiny_checkpoint(), cache_dir=cache_dir, engine="torch")
    with pytest.raises(NotAVideo):
        predictor.predict(text)
    assert predictor.status.state == "resting"


def test_a_missing_weight_file_is_told(cache_dir: Path, tmp_path: Path) -> None:
    predictor = LocalPredictor(tmp_path / "gone.safetensors", cache_dir=cache_dir)
    with pytest.raises(CheckpointError):
        predictor.warm_up()
    assert predictor.status.state == "resting"


def test_weights_that_compute_no_numbers_are_told(cache_dir: Path, film: Path) -> None:
    spoilt = tiny_checkpoint()
    spoilt.network.head.weight.data[0, 0] = float("nan")
    predictor = LocalPredictor(spoilt, cache_dir=cache_dir, engine="torch")
    with pytest.raises(CheckpointError, match="not numbers"):
        predictor.predict(film)


def test_no_map_is_shown_when_the_evidence_does_not_add_up(cache_dir: Path, film: Path) -> None:
    predictor = LocalPredictor(tiny_checkpoint(), cache_dir=cache_dir, engine="torch")
    predictor.warm_up()
    running = predictor._running
    assert running is not None
    other = replace(running.head, weight=running.head.weight + 0.5)
    predictor._running = replace(running, head=other)
    found = predictor.predict(film)
    assert found.evidence.volume.size == 0
    assert found.evidence.curves.shape == (5, 0)
    assert NOT_EXPLAINED in found.notes
