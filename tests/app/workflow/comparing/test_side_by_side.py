"""Two real versions' answers for one video: what is found, what is made when it is missing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.workflow.answers import explain
from app.workflow.comparing import links as walking
from app.workflow.comparing import side_by_side
from app.workflow.comparing.side_by_side import Pair
from app.workflow.errors import UnknownModel, UnknownVideo
from app.workflow.library import Models
from app.workflow.services import Services
from app.workflow.videos import ingest
from model.weights import catalogue
from storage.records import predictions, versions
from storage.records.videos import VideoRecord
from tests.app.workflow.lessons import JUGGLING, renamed, say, short

NEW = "tossing"


@dataclass(frozen=True, slots=True)
class Two:
    """The default, a version that calls juggling `NEW`, and a video without answers."""

    services: Services
    before: str
    after: str
    weights: Path
    video: VideoRecord

    def find(self) -> Pair:
        return side_by_side.find(
            self.services, self.video.id, before=self.before[:12], after=self.after[:12]
        )

    def complete(self) -> Pair:
        return side_by_side.complete(self.services, self.find(), lambda *_: None)


@pytest.fixture(scope="module")
def two(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Two:
    path = short(JUGGLING, tmp_path_factory.mktemp("clips"))
    weights = services.models.folder / "taught.safetensors"
    after = renamed(weights, old="juggling balls", new=NEW)
    for model in (None, str(weights)):
        services.models.version_id(services.models.predictor(model))
    before = services.models.predictor().checkpoint.sha256
    video = ingest.store(services, ingest.Upload(path, path.name), lambda *_: None).video
    return Two(services, before, after, weights, video)


def test_from_nothing_to_both_answers_with_all_curves(two: Two) -> None:
    empty = two.find()
    assert [side.version.name for side in empty.unanswered] == ["default", "taught"]
    assert empty.classes == ()
    assert not empty.lacks_curves

    whole = two.complete()
    assert whole.unanswered == ()
    assert whole.classes == ("juggling balls", NEW)
    assert whole.before.index(NEW) is None
    assert whole.after.row(NEW) == 0
    assert not whole.lacks_curves

    say(two.services, two.video, "archery")  # a class that neither has among its first five
    lacking = two.find()
    assert lacking.classes == ("archery", "juggling balls", NEW)
    assert lacking.lacks_curves
    whole = two.complete()
    assert not whole.lacks_curves
    for side in whole.sides:
        assert side.answer is not None
        found, row = side.answer.prediction, side.row("archery")
        assert row == 5
        assert found.top[row].probability == found.probabilities[found.top[row].index]
        assert found.timeline.probabilities.shape[0] == found.evidence.volume.shape[0] == 6
        stored = explain.latest(two.services, two.video.id, version_id=side.version.id)
        assert stored is not None
        assert len(stored.prediction.top) == 5  # what the first page shows stays as it was
    with two.services.database.read() as session:
        assert len(predictions.of_video(session, video_id=two.video.id)) == 2


def test_an_answer_leads_to_the_other_version(two: Two) -> None:
    two.complete()
    answer = explain.latest(two.services, two.video.id)
    assert answer is not None
    address = f"/compare?video={two.video.id}&before={two.before[:12]}&after={two.after[:12]}"
    assert walking.comparable(two.services, answer) == [("default", address)]


def test_the_way_leads_through_both_lists(two: Two) -> None:
    pair = two.find()
    assert walking.way(pair) is None
    line = {"before_version": two.before, "after_version": two.after}
    result = {
        "fixed": [line | {"video_id": 98}, line | {"video_id": two.video.id}],
        "broken": [line | {"video_id": 99}],
    }
    version = dataclasses.replace(pair.after.version, metrics=result)
    way = walking.way(
        dataclasses.replace(pair, after=dataclasses.replace(pair.after, version=version))
    )
    assert way is not None
    assert (way.here.list_name, way.here.place, way.here.many) == ("fixed", 2, 2)
    assert way.previous is not None
    assert "video=98" in way.previous.address
    assert way.next is not None
    assert (way.next.list_name, way.next.video_id) == ("broken", 99)


def test_links_that_lead_nowhere(two: Two) -> None:
    known = {"before": two.before, "after": two.after}
    with pytest.raises(UnknownVideo, match="no video number 77"):
        side_by_side.find(two.services, 77, **known)
    with pytest.raises(UnknownModel, match="a version of the model that is not here"):
        side_by_side.find(two.services, two.video.id, before="0" * 12, after=two.after)
    with pytest.raises(UnknownModel, match="the same version twice"):
        side_by_side.find(two.services, two.video.id, before=two.after, after=two.after)


@pytest.fixture
def unanswered(two: Two, tmp_path: Path) -> Iterator[Two]:
    """Another video; the taught version's file is put back at the end."""
    path = short(JUGGLING, tmp_path, seconds=0.7)
    video = ingest.store(two.services, ingest.Upload(path, path.name), lambda *_: None).video
    kept = two.weights.read_bytes()
    yield dataclasses.replace(two, video=video)
    two.weights.write_bytes(kept)


def test_a_version_whose_file_is_gone_or_changed_says_so(unanswered: Two) -> None:
    unanswered.weights.unlink()
    with pytest.raises(UnknownModel, match=r"its file is gone.*taught\.safetensors"):
        unanswered.complete()
    unanswered.weights.write_bytes(catalogue.default_path().read_bytes())
    models = unanswered.services.models
    nothing_loaded = Models(
        folder=models.folder,
        database=models.database,
        preferences=models.preferences,
        chosen=None,
    )
    restarted = dataclasses.replace(unanswered.services, models=nothing_loaded)
    with pytest.raises(UnknownModel, match="its file was changed"):
        dataclasses.replace(unanswered, services=restarted).complete()
    with unanswered.services.database.read() as session:
        assert len(versions.all_versions(session)) == 2
