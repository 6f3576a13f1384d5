"""The main job through the real parts: store, answer, correct, undo, find, export."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.workflow.answers import explain
from app.workflow.answers.explain import Answer
from app.workflow.errors import BadDecision, UnknownVideo
from app.workflow.exchange import share
from app.workflow.exchange.formats import known_format
from app.workflow.exchange.package import ExportOrder
from app.workflow.labels import correct
from app.workflow.services import Services
from app.workflow.vectors import unpacked
from app.workflow.videos import browse, ingest, playing
from model.errors import Cancelled, VideoError
from storage.records import embeddings
from storage.records.decision import Decision


def ignore(stage: str, share: float) -> None:
    del stage, share


@pytest.fixture(scope="module")
def answer(services: Services, juggling: Path) -> Answer:
    return explain.explain_upload(services, ingest.Upload(juggling, "juggling.mp4"), ignore)


def op_id(number: int) -> str:
    return f"test-operation-{number:04d}"


def test_the_answer_says_what_when_and_where(answer: Answer) -> None:
    prediction = answer.prediction
    assert prediction.top[0].label == "juggling balls"
    assert prediction.top[0].probability > 0.5
    assert len(prediction.top) == 5
    assert prediction.timeline.edges[0] == pytest.approx(0.0, abs=0.05)
    assert prediction.timeline.edges[-1] == pytest.approx(6.0, abs=0.1)
    assert np.isfinite(prediction.timeline.probabilities).all()
    assert prediction.evidence.volume.shape[0] == 5


def test_a_stored_answer_comes_back_as_it_was(services: Services, answer: Answer) -> None:
    again = explain.latest(services, answer.video.id)
    assert again is not None
    assert again.id == answer.id
    assert again.prediction.top == answer.prediction.top
    assert again.prediction.crop == answer.prediction.crop
    np.testing.assert_array_equal(
        again.prediction.evidence.volume, answer.prediction.evidence.volume
    )
    np.testing.assert_array_equal(
        again.prediction.timeline.probabilities, answer.prediction.timeline.probabilities
    )


def test_what_videos_are_compared_by_is_kept_with_the_answer(
    services: Services, answer: Answer
) -> None:
    with services.database.read() as session:
        (vector,) = embeddings.of(session, video_ids=[answer.video.id]).values()
    features = answer.prediction.features
    (row,) = unpacked([vector])
    np.testing.assert_allclose(row, features / np.linalg.norm(features), atol=1e-3)


def test_the_same_bytes_are_one_video_and_one_answer(
    services: Services, answer: Answer, juggling: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "another name.mp4"
    shutil.copy(juggling, copy)
    again = explain.explain_upload(services, ingest.Upload(copy, copy.name), ignore)
    assert (again.video.id, again.id) == (answer.video.id, answer.id)
    assert browse.videos(services).total == 1


def test_what_is_no_video_leaves_nothing_behind(services: Services, tmp_path: Path) -> None:
    before = sorted((services.scratch.parent / "media").rglob("*"))
    file = tmp_path / "letter.mp4"
    file.write_text("Dear friends, this is a letter.")
    with pytest.raises(VideoError, match="not a video"):
        ingest.store(services, ingest.Upload(file, file.name), ignore)
    assert sorted((services.scratch.parent / "media").rglob("*")) == before


def test_stopping_keeps_the_stored_video_and_no_half_answer(
    services: Services, answer: Answer, juggling: Path, tmp_path: Path
) -> None:
    longer = tmp_path / "other.mp4"
    longer.write_bytes(juggling.read_bytes() + b"\0\0\0\x08free")
    added = ingest.store(services, ingest.Upload(longer, longer.name), ignore)
    assert added.video.id != answer.video.id

    def stop(stage: str, _share: float) -> None:
        if stage == "looking":
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        explain.explain(services, added.video, stop)
    assert explain.latest(services, added.video.id) is None
    assert explain.explain(services, added.video, ignore).prediction.top


def test_a_decision_is_kept_once_and_undone_by_an_event(services: Services, answer: Answer) -> None:
    opinion = Decision(op_id(1), answer.video.id, "corrected", "archery", annotator="Ada")
    first = correct.decide(services, opinion).kept()
    second = correct.decide(services, opinion)
    assert second.kept().id == first.id
    assert second.kept().repeated
    assert [event.label for event in second.current] == ["archery"]
    undone = correct.take_back(services, op_id=op_id(2), event_id=first.id, annotator="Ada")
    assert undone.current == ()
    assert len(undone.history) == 2
    again = correct.take_back(services, op_id=op_id(3), event_id=undone.kept().id, annotator="Ada")
    assert [event.label for event in again.current] == ["archery"]


def test_a_new_label_can_be_made_and_then_chosen(services: Services, answer: Answer) -> None:
    unknown = Decision(
        op_id(4), answer.video.id, "corrected", "hand stand walking", annotator="Ada"
    )
    with pytest.raises(BadDecision, match="make it new"):
        correct.decide(services, unknown)
    made = replace(unknown, op_id=op_id(5), label="Hand  stand walking", new_label=True)
    assert correct.decide(services, made).kept().label == "Hand stand walking"
    choices = correct.label_choices(services, answer)
    assert choices[400:] == ("Hand stand walking",)
    assert len(set(choices)) == 401


def test_a_decision_about_no_video_is_refused(services: Services) -> None:
    with pytest.raises(UnknownVideo):
        correct.decide(services, Decision(op_id(6), 4242, "unsure"))


def test_exports_hold_the_label(services: Services, answer: Answer, tmp_path: Path) -> None:
    correct.decide(
        services, Decision(op_id(7), answer.video.id, "corrected", "archery", annotator="Ada")
    )
    lines = (
        share.export_to_fetch(services, ExportOrder(known_format("jsonl")))
        .files[0]
        .read_text()
        .splitlines()
    )
    assert [json.loads(line)["label"] for line in lines] == ["archery"]
    exported = share.export_to_fetch(services, ExportOrder(known_format("mmaction2")))
    assert (exported.count, exported.sentence) == (1, "1 video has a label.")
    with zipfile.ZipFile(exported.files[0]) as packed:
        video_list = packed.read("mmaction2.txt").decode()
        label_map = packed.read("label_map.txt").decode().splitlines()
    share.export_labels(services, ExportOrder(known_format("mmaction2")), tmp_path / "out")
    path, index = video_list.split()
    assert label_map[int(index)] == "archery"
    assert services.media.local_path(path).is_file()
    assert (tmp_path / "out" / "mmaction2.txt").read_text() == video_list


def test_the_list_finds_it(services: Services, answer: Answer) -> None:
    found = browse.videos(services, text="archery")
    assert [row.id for row in found.rows] == [answer.video.id]
    assert browse.videos(services, text="no such thing").total == 0
    assert browse.videos(services, state="corrected").total == 1


def test_any_format_gets_a_copy_that_browsers_play(services: Services, shared_dir: Path) -> None:
    clip = shared_dir / "data" / "clips" / "sonho4ng-v_ApplyEyeMakeup_g01_c02.avi"
    stages: list[str] = []
    answer = explain.explain_upload(
        services, ingest.Upload(clip, clip.name), lambda stage, _: stages.append(stage)
    )
    assert stages[-1] == "copying"
    assert answer.video.proxy_uri is not None
    assert playing.playable(services, answer.video).content_type == "video/mp4"
    assert playing.original(services, answer.video).content_type == "video/x-msvideo"


def test_finer_steps_of_time_tell_the_same_answer(services: Services, answer: Answer) -> None:
    finer = explain.explain(services, answer.video, ignore, finest=True)
    steps = len(answer.prediction.evidence.seconds)
    assert len(finer.prediction.evidence.seconds) > 1.5 * steps
    np.testing.assert_allclose(finer.prediction.logits, answer.prediction.logits, atol=1e-3)
    latest = explain.latest(services, answer.video.id)
    assert latest is not None
    assert latest.id == finer.id
