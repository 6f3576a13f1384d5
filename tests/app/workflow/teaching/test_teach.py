"""Before and after the learning itself: checks, freezing, queueing, comparing, promoting."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from app.settings import Settings
from app.wiring import build
from app.workflow.answers import explain
from app.workflow.errors import CannotTeach, ModelIsFixed, UnknownModel
from app.workflow.labels import correct
from app.workflow.models import versions
from app.workflow.models.activation import activate
from app.workflow.services import Services
from app.workflow.teaching import compare as teach_compare
from app.workflow.teaching import teach
from app.workflow.teaching.teaching_set import teaching_set
from model.errors import Cancelled, CheckpointError
from model.weights import catalogue, checkpoint
from storage.exchange import manifest
from storage.media import MediaStore
from storage.records.videos import VideoRecord
from tests.app.workflow.lessons import JUGGLING, JUMPING, bring, say, sibling

Videos = dict[str, list[VideoRecord]]


@pytest.fixture(scope="module")
def videos(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Videos:
    """Two to learn and one to check of an old and of a new label."""
    folder = tmp_path_factory.mktemp("videos")
    return {
        "juggling balls": bring(services, JUGGLING, "juggling balls", folder, learn=2, check=1),
        "star jump": bring(services, JUMPING, "star jump", folder, learn=2, check=1),
    }


def ended(services: Services, job_id: int) -> None:
    teach.cancel(services, job_id)
    assert teach.running(services) is None


def test_it_says_what_there_is(services: Services, videos: Videos) -> None:
    found = teach.outlook(services)
    assert found.possible
    assert {(c.label, c.learn, c.check, c.new) for c in found.found.counts} == {
        ("juggling balls", 2, 1, False),
        ("star jump", 2, 1, True),
    }
    assert any("2 videos are kept for checking: too few" in note for note in found.notes)
    assert teach.running(services) is None
    del videos


def test_pressing_freezes_the_corrections_and_queues_once(
    services: Services, videos: Videos
) -> None:
    first = teach.start(services, teach.Ask("press 1", by="Ada"))
    assert teach.start(services, teach.Ask("press 1", by="Ada")).id == first.id
    assert (first.state, first.spec["mode"], first.created_by) == ("queued", "head", "Ada")
    path = teach.manifest_path(services, first.spec["manifest"])
    say(services, videos["star jump"][0], "juggling balls")  # too late for this lesson
    say(services, videos["star jump"][0], "star jump")
    frozen = manifest.read(path, sha256=first.spec["manifest"])
    assert [entry.label for entry in frozen].count("star jump") == 3
    assert max(entry.event_id for entry in frozen) <= first.spec["as_of"]
    with pytest.raises(CannotTeach, match="already"):
        teach.start(services, teach.Ask("press 2"))
    ended(services, first.id)


def test_the_manifest_can_be_made_again(services: Services, videos: Videos) -> None:
    job = teach.start(services, teach.Ask("again"))
    say(services, videos["star jump"][1], "star jump")
    with services.database.read() as session:
        again = manifest.freeze(session, as_of=job.spec["as_of"])
    assert again.sha256 == job.spec["manifest"]
    ended(services, job.id)


def test_a_video_that_is_gone_is_named(services: Services, videos: Videos) -> None:
    path = services.media.local_path(videos["star jump"][0].uri)
    aside = path.with_suffix(".aside")
    path.rename(aside)
    try:
        with pytest.raises(CannotTeach, match="are gone: jumping-jacks"):
            teach.start(services, teach.Ask("gone"))
    finally:
        aside.rename(path)
    assert teach.outlook(services).possible


def test_a_full_disk_is_said_first(services: Services, videos: Videos, tmp_path: Path) -> None:
    del videos
    full = MediaStore(
        f"file://{services.scratch.parent / 'media'}", reserve_bytes=1 << 60, spool=tmp_path
    )
    with pytest.raises(CannotTeach, match="too little space"):
        teach.start(dataclasses.replace(services, media=full), teach.Ask("full"))


def test_without_corrections_it_says_so(tmp_path: Path) -> None:
    empty = build(Settings(data_dir=tmp_path, engine="torch", min_free_bytes=0))
    with pytest.raises(CannotTeach, match="Nobody has confirmed"):
        teach.start(empty, teach.Ask("empty"))
    assert teach.newest(empty) is None


@pytest.mark.parametrize("name", ["default", "../out", "a b"])
def test_a_name_that_cannot_be_is_refused(services: Services, videos: Videos, name: str) -> None:
    del videos
    with pytest.raises(CannotTeach):
        teach.start(services, teach.Ask("name", name=name))


@pytest.fixture(scope="module")
def child(services: Services) -> Path:
    """A later version that takes everything for its new class."""
    path = services.models.folder / "child.safetensors"
    sibling(path, ["star jump"], shift=100.0)
    return path


def test_both_versions_answer_for_what_was_kept_for_checking(
    services: Services, videos: Videos, child: Path
) -> None:
    with services.database.read() as session:
        frozen = manifest.freeze(session)
    labels = checkpoint.read_spec(catalogue.default_path()).labels
    found = teaching_set(frozen.entries, labels, services.media.local_path)
    told: list[tuple[int, int]] = []
    checked = teach_compare.check_both(
        services,
        found.check,
        catalogue.default_path(),
        child,
        lambda done, whole: told.append((done, whole)),
    )
    result = teach_compare.report(checked, left_out=0)
    json.dumps(result, allow_nan=False)
    assert told == [(done, 4) for done in (0, 1, 2, 2, 3, 4)]
    assert [line["label"] for line in result["fixed"]] == ["star jump"]
    assert result["after"]["top1"] == 0.5
    assert "may be chance" in result["sentence"] or "nothing changed" in result["sentence"]
    (fixed,) = result["fixed"]
    assert fixed["video_id"] in {video.id for video in videos["star jump"]}
    for which in ("before", "after"):
        version = versions.find(services, fixed[f"{which}_version"][:12])
        answer = explain.latest(services, fixed["video_id"], version_id=version.id)
        assert answer is not None
        assert answer.prediction.top[0].label == fixed[which]


def test_stopping_while_it_checks(services: Services, videos: Videos, child: Path) -> None:
    del videos
    with services.database.read() as session:
        frozen = manifest.freeze(session)
    found = teaching_set(frozen.entries, (), services.media.local_path)

    def stop(done: int, number: int) -> None:
        raise Cancelled(f"{done} of {number}")

    with pytest.raises(Cancelled):
        teach_compare.check_both(services, found.check, child, child, stop)


def test_nothing_to_check_is_no_failure() -> None:
    result = teach_compare.report([], left_out=0)
    assert result["videos"] == 0
    assert "nobody can say" in result["sentence"]


def test_going_forward_and_back(services: Services, videos: Videos, child: Path) -> None:
    video = videos["star jump"][0]
    old = services.models.register(
        checkpoint.load(catalogue.default_path()), catalogue.default_path()
    )
    new = services.models.register(checkpoint.load(child), child)
    assert [v.id for v in versions.all_versions(services) if v.active] == [old]
    before = explain.explain(services, video, lambda *_: None)
    activate(services, new, by="Ada")
    assert [v.id for v in versions.all_versions(services) if v.active] == [new]
    after = explain.explain(services, video, lambda *_: None)
    assert after.prediction.top[0].label == "star jump"
    assert after.prediction.version != before.prediction.version
    activate(services, old, by="Ada")
    back = explain.explain(services, video, lambda *_: None)
    assert (back.id, back.prediction.version) == (before.id, before.prediction.version)
    assert "star jump" in correct.label_choices(services, back)


def test_a_changed_weight_file_is_not_promoted(services: Services, child: Path) -> None:
    new = services.models.register(checkpoint.load(child), child)
    content = child.read_bytes()
    other = services.models.folder / "other.safetensors"
    sibling(other, ["something else"])
    try:
        child.write_bytes(other.read_bytes())
        with pytest.raises(CheckpointError, match="not the one"):
            activate(services, new, by="Ada")
    finally:
        child.write_bytes(content)
        other.unlink()
    assert activate(services, new, by="Ada").id == new
    activate(services, versions.all_versions(services)[-1].id, by="Ada")


def test_a_setting_that_decides_is_named(services: Services, child: Path) -> None:
    new = services.models.register(checkpoint.load(child), child)
    fixed = build(
        Settings(
            data_dir=services.scratch.parent, engine="openvino", min_free_bytes=0, model="default"
        )
    )
    with pytest.raises(ModelIsFixed, match="SECOND_LOOK_MODEL"):
        activate(fixed, new, by="Ada")
    activate(services, new, by="Ada")
    assert [v.id for v in versions.all_versions(services) if v.active] == [new]
    assert [v.name for v in versions.all_versions(fixed) if v.active] == ["default"]
    activate(services, versions.all_versions(services)[-1].id, by="Ada")


@pytest.mark.parametrize("prefix", ["", "abc", "0" * 12, "zzzz"])
def test_a_link_to_no_version_is_said(services: Services, prefix: str) -> None:
    with pytest.raises(UnknownModel):
        versions.find(services, prefix)
