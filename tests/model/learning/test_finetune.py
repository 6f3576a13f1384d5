"""Corrections become the next version: learned, nothing forgotten, the same every time."""

from __future__ import annotations

import resource
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from model.errors import Cancelled, VideoError
from model.inference.predictor import LocalPredictor
from model.learning.adapt import from_scratch, with_joined
from model.learning.errors import LearningError, ListError, NoSpaceError, TooFewError
from model.learning.examples import Example
from model.learning.features import FeatureStore, LastStage, Trunk
from model.learning.finetune import CALIBRATED_FOR_PARENT, finetune
from model.learning.finetune_config import FinetuneConfig, Scope, Told
from model.learning.recipe import Recipe
from model.learning.scoring import evaluate
from model.weights import checkpoint
from model.weights.checkpoint import LoadedCheckpoint
from model.weights.spec import Calibration
from tests.model.learning.films import LABELS, SPEC, draw, draw_set

CALIBRATION = Calibration(1.2, least_probability=0.5, least_energy=1.0, sure_right=0.9)
OLD = ("one", "two", "three")
QUICK = Recipe(
    epochs=2, batch_size=4, lr=0.01, lr_batch=4, schedule="cosine", milestones=(), warmup_epochs=0
)


def quiet(told: Told) -> None:
    assert 0 <= told.done <= told.whole
    assert told.sentence.endswith(".")


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small only lose by a second thread, most of all on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> LoadedCheckpoint:
    start = from_scratch(replace(SPEC, labels=OLD), 5)
    torch.nn.init.normal_(start.network.head.weight, std=0.3, generator=torch.manual_seed(0))
    path = tmp_path_factory.mktemp("parent") / "parent.safetensors"
    spec = replace(start.spec, calibration=CALIBRATION)
    checkpoint.save(path, spec, start.network.state_dict())
    return checkpoint.load(path)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Example, ...]:
    """Three videos of each of two classes, as the new classes 3 and 4."""
    drawn = draw_set(tmp_path_factory.mktemp("films"), each=3)
    return tuple(replace(example, label=example.label + 3) for example in drawn)


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> tuple[Example, ...]:
    folder = tmp_path_factory.mktemp("others")
    return tuple(Example(draw(folder / f"{n}.mp4", 2, seed=n), 0) for n in (50, 51, 52))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Features of the module's films, computed once for all tests."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def answered_before(
    parent: LoadedCheckpoint, others: tuple[Example, ...], kept: Path
) -> NDArray[np.int64]:
    """What the parent says about the other videos."""
    found = evaluate(parent, others, cache_dir=kept, engine="torch")
    return found.probabilities.argmax(axis=1)


def config(
    parent: LoadedCheckpoint, films: Sequence[Example], kept: Path, target: Path, **more: object
) -> FinetuneConfig:
    plain = FinetuneConfig(
        parent=parent,
        target=target,
        name="next",
        labels=(*OLD, *LABELS[:2]),
        learn=tuple(films),
        folder=kept,
        features=kept / "features",
        cache_dir=kept,
        engine="torch",
        recipe=QUICK,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def trunk_moved(before: LoadedCheckpoint, after: LoadedCheckpoint) -> bool:
    old, new = before.network.trunk.state_dict(), after.network.trunk.state_dict()
    return any(not torch.equal(old[name], new[name]) for name in old)


@pytest.mark.parametrize(
    ("scope", "joined"),
    [("head", 1), ("head", 3), ("last-stage", 1), ("last-stage", 3), ("end-to-end", 3)],
)
def test_it_learns_and_stays_an_ordinary_checkpoint(
    parent: LoadedCheckpoint,
    films: tuple[Example, ...],
    others: tuple[Example, ...],
    answered_before: NDArray[np.int64],
    kept: Path,
    tmp_path: Path,
    scope: Scope,
    joined: int,
) -> None:
    target = tmp_path / "next.safetensors"
    gentle = replace(QUICK, lr=1e-4, dropout=0.0) if scope == "end-to-end" else QUICK
    more: dict[str, Any] = {
        "background": others,
        "scope": scope,
        "joined": joined,
        "recipe": gentle,
    }
    more["folder"] = kept / f"{joined}-{scope}"
    sha256 = finetune(config(parent, films, kept, target, **more), quiet)
    loaded = checkpoint.load(target)
    assert (loaded.sha256, loaded.spec.labels) == (sha256, (*OLD, *LABELS[:2]))
    assert trunk_moved(parent, loaded) == (scope == "end-to-end")
    assert loaded.spec.calibration == CALIBRATION.of_other_weights()
    assert loaded.spec.taught_from == len(films)
    assert loaded.spec.origin.count(CALIBRATED_FOR_PARENT) == 1
    found = evaluate(loaded, films, cache_dir=tmp_path, engine="torch")
    assert found.metrics.top1 == 1.0
    predictor = LocalPredictor(loaded, cache_dir=tmp_path, engine="torch")
    prediction = predictor.predict(films[0].path)
    assert len(prediction.evidence.seconds), prediction.notes  # it can be explained
    after = evaluate(target, others, cache_dir=tmp_path, engine="torch").probabilities
    assert np.array_equal(answered_before, after.argmax(axis=1))


def test_rows_of_classes_that_nobody_corrected_stay_to_the_bit(
    parent: LoadedCheckpoint, films: tuple[Example, ...], kept: Path, tmp_path: Path
) -> None:
    corrected = [replace(film, label=1) if film.label == 3 else film for film in films]
    plan = config(parent, corrected, kept, tmp_path / "next.safetensors", joined=1)
    plan = replace(plan, labels=(*OLD, "new", "new too"))
    with pytest.raises(TooFewError, match="new"):
        finetune(plan, quiet)
    more = [replace(films[0], label=3)]
    finetune(replace(plan, learn=(*plan.learn, *more)), quiet)
    head = checkpoint.load(plan.target).network.head
    for row in (0, 2):
        assert torch.equal(head.weight[row], parent.network.head.weight[row])
        assert torch.equal(head.bias[row], parent.network.head.bias[row])
    assert not torch.equal(head.weight[1], parent.network.head.weight[1])


def test_the_background_protects_what_was_known(
    parent: LoadedCheckpoint, kept: Path, tmp_path: Path
) -> None:
    """With it the old answers stay; without (the control) the new classes take them over."""
    films = draw_set(tmp_path / "films", each=1)
    learn = [replace(film, label=film.label + 3) for film in films]
    others = [Example(draw(tmp_path / f"{n}.mp4", n % 3, seed=70 + n), 0) for n in range(4)]
    plan = config(parent, learn, kept, tmp_path / "x.safetensors", joined=1)
    before = evaluate(parent, others, cache_dir=kept, engine="torch").probabilities.argmax(axis=1)

    def kept_answers(background: Sequence[Example]) -> int:
        finetune(replace(plan, background=tuple(background)), quiet)
        after = evaluate(plan.target, others, cache_dir=kept, engine="torch").probabilities
        return int((after.argmax(axis=1) == before).sum())

    assert kept_answers(others) == 4
    assert kept_answers(()) < 4


@pytest.mark.parametrize(
    ("scope", "stops"),
    [("head", (2, 8, 14)), ("last-stage", (2, 8, 22, 30)), ("end-to-end", (2, 8, 19))],
)
def test_cancelled_anywhere_and_called_again_it_writes_the_same_file(
    parent: LoadedCheckpoint,
    films: tuple[Example, ...],
    others: tuple[Example, ...],
    tmp_path: Path,
    scope: Scope,
    stops: tuple[int, ...],
) -> None:
    """Stopped after so many reports: 3 videos looked at, 15 rounds of fitting, 2 epochs of steps
    (3 of kept views, 1 of videos), and 15 rounds again.
    """

    def stop_after(calls: int) -> None:
        left = calls

        def tell(told: Told) -> None:
            nonlocal left
            del told
            left -= 1
            if left < 0:
                raise Cancelled("stop")

        with pytest.raises(Cancelled):
            finetune(broken, tell)
        assert not broken.target.exists()

    few = (films[0], films[1])
    plain = config(parent, few, tmp_path, tmp_path / "a.safetensors", scope=scope)
    whole = replace(plain, background=others[:1], folder=tmp_path / "a", features=tmp_path / "fa")
    sha256 = finetune(whole, quiet)
    broken = replace(
        whole, folder=tmp_path / "b", features=tmp_path / "fb", target=tmp_path / "b.safetensors"
    )
    for calls in stops:
        stop_after(calls)
    assert finetune(broken, quiet) == sha256


def test_features_are_computed_once(
    parent: LoadedCheckpoint, films: tuple[Example, ...], tmp_path: Path
) -> None:
    film = draw(tmp_path / "film.mp4", 0, seed=9)
    store = FeatureStore(parent, tmp_path / "features", tmp_path, "torch")
    example = Example(film, 0, sha256="ab")
    (first,) = store.of([example], "pooled")
    film.unlink()
    (again,) = store.of([example], "pooled")
    assert torch.equal(first, again)
    with pytest.raises(ListError, match=r"film\.mp4 is not there any more"):
        store.of([replace(example, sha256="")], "pooled")
    for place in (tmp_path / "features").rglob("*.safetensors"):
        place.write_bytes(place.read_bytes()[:20])
    with pytest.raises(ListError, match=r"film\.mp4 cannot be learned from"):
        store.of([example], "pooled")  # a damaged file is noticed and computed anew
    assert films


def test_maps_and_the_last_stage_give_the_features_of_the_whole_network(
    parent: LoadedCheckpoint,
) -> None:
    clips = torch.randn(2, 3, 8, 32, 32)
    for joined in (1, 2):
        network = with_joined(parent, joined).network
        _, maps = Trunk(network)(clips)
        whole = network.features(clips).mean(dim=(2, 3, 4))
        torch.testing.assert_close(LastStage(network)(maps), whole)


def test_mistakes_are_told_before_anything_starts(
    parent: LoadedCheckpoint, films: tuple[Example, ...], kept: Path, tmp_path: Path
) -> None:
    plan = config(parent, films, kept, tmp_path / "x.safetensors")
    for wrong, error in (
        (replace(plan, learn=()), TooFewError),
        (replace(plan, labels=("two", "one", "three", "a", "b")), LearningError),
        (replace(plan, labels=(*OLD, "a")), ListError),
        (replace(plan, labels=(*OLD, "a", "b", "c")), TooFewError),
    ):
        with pytest.raises(error):
            finetune(wrong, quiet)
    assert not plan.target.exists()


def test_a_video_gone_is_named(parent: LoadedCheckpoint, kept: Path, tmp_path: Path) -> None:
    gone = Example(tmp_path / "gone.mp4", 3, sha256="cd")
    plan = config(parent, [gone, replace(gone, label=4)], kept, tmp_path / "x.safetensors")
    with pytest.raises(ListError, match=r"gone\.mp4") as told:
        finetune(plan, quiet)
    assert isinstance(told.value.__cause__, VideoError)


def test_without_space_nothing_changes(
    parent: LoadedCheckpoint, films: tuple[Example, ...], kept: Path, tmp_path: Path
) -> None:
    plan = config(parent, films, kept, tmp_path / "x.safetensors")
    finetune(plan, quiet)
    before = plan.target.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(NoSpaceError):
            finetune(replace(plan, name="other"), quiet)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert plan.target.read_bytes() == before
