from __future__ import annotations

import csv
import io
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.settings import Settings
from app.wiring import build
from app.workflow.errors import BadDecision
from app.workflow.exchange import share
from app.workflow.exchange.formats import FORMATS, KEYS, known_format
from app.workflow.exchange.package import ExportOrder
from app.workflow.services import Services
from app.workflow.teaching import teach
from storage.errors import NoSpaceError
from storage.exchange import bundle
from storage.records import browsing, labels, videos
from storage.records.decision import Verdict
from storage.records.decisions import LabelEventRecord
from storage.records.videos import VideoRecord
from tests.conftest import DataAt
from tests.storage.full_disk import files_in, no_file_larger_than
from tests.storage.rows import add_video, decide, new_video, undo


@pytest.fixture(scope="module")
def collected(services: Services) -> Services:
    """30 videos with a label, 11 of which nobody is sure, one useless, two that are disputed."""
    with services.database.write() as session:
        labels.propose(session, name="yoga", added_by="")
        for number in range(44):
            video = add_video(session, f"{number}.mp4").id
            verdict: Verdict = (
                "corrected" if number < 30 else "unsure" if number < 41 else "unusable"
            )
            decide(session, video, verdict="corrected" if number > 41 else verdict)
            if number > 41:
                decide(session, video, verdict="unsure", annotator="Bob")
    return services


def test_what_is_not_sure_is_not_counted_as_a_label(collected: Services) -> None:
    exported = share.export_to_fetch(collected, ExportOrder(known_format("csv")))
    assert exported.sentence == (
        "30 videos have a label. Without one: 11 (not sure), 1 (unusable), 2 (people disagree)."
    )
    lines = list(csv.DictReader(exported.files[0].read_text().splitlines()))
    decided = [line for line in lines if line["decides"] == "yes"]
    assert sum(bool(line["label"]) for line in decided) == exported.count == 30
    assert sum(line["verdict"] == "unsure" for line in decided) == exported.states["unsure"]
    assert len({line["video_id"] for line in lines if line["disagree"] == "yes"}) == 2


def test_teaching_counts_the_same_and_says_what_it_leaves_out(collected: Services) -> None:
    outlook = teach.outlook(collected)
    with collected.database.read() as session:
        labelled = browsing.states(session)["labelled"]
    assert sum(count.learn + count.check for count in outlook.found.counts) == labelled == 30
    assert any(
        note.startswith("People disagree about 2 videos, which are left out.")
        for note in outlook.notes
    )


@pytest.mark.parametrize("form", ["csv", "all"])
def test_a_full_disk_says_so_and_leaves_nothing(
    collected: Services, tmp_path: Path, form: str
) -> None:
    before = files_in(collected.outbox)
    with no_file_larger_than(100):
        with pytest.raises(NoSpaceError, match="disk is full"):
            share.export_to_fetch(collected, ExportOrder(known_format(form)))
        with pytest.raises(NoSpaceError, match="disk is full"):
            share.export_labels(
                collected, ExportOrder(known_format(form)), tmp_path / "out" / "labels.zip"
            )
    assert files_in(collected.outbox) == before
    assert files_in(tmp_path / "out") == set()


# Every format, with and without the videos


def stored(services: Services, name: str, content: bytes) -> VideoRecord:
    """A video whose file is really there."""
    kept = services.media.put(io.BytesIO(content))
    with services.database.write() as session:
        new = replace(new_video(name), sha256=kept.sha256, uri=kept.uri, size=kept.size)
        return videos.add(session, video=new).video


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Services:
    """Two labelled videos with files, one that is unsure, and one whose file is gone."""
    folder = data_at(tmp_path_factory.mktemp("filmed"))
    made = build(Settings(data_dir=folder, engine="openvino", min_free_bytes=0))
    for number, label in enumerate(["yoga", "a/b", "yoga"]):
        video = stored(made, f"film {number}.mp4", bytes([number]) * (3 << 20))
        with made.database.write() as session:
            decide(session, video.id, label=label)
    made.media.delete(video.uri)
    unsure = stored(made, "unsure.mp4", b"unsure")
    with made.database.write() as session:
        decide(session, unsure.id, verdict="unsure")
    return made


def zipped(services: Services, order: ExportOrder) -> dict[str, bytes]:
    """What is sent, unpacked."""
    with share.sending(services, order) as sent:
        content = b"".join(sent.pieces)
    if not sent.file_name.endswith(".zip"):
        return {sent.file_name: content}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.parametrize("key", KEYS)
def test_what_is_sent_is_what_is_written(filmed: Services, tmp_path: Path, key: str) -> None:
    for with_media in (False, True):
        order = ExportOrder(known_format(key), with_media=with_media)
        sent = zipped(filmed, order)
        target = tmp_path / f"{key}-{with_media}"
        written = share.export_labels(filmed, order, target)
        for name, content in sent.items():
            path = target if written.files == (target,) else target / name
            assert path.read_bytes() == content
        assert set(order.form.files) <= set(sent)
        packed = share.export_labels(filmed, order, tmp_path / f"{key}-{with_media}.zip").files
        with zipfile.ZipFile(packed[0]) as archive:
            assert set(archive.namelist()) == set(sent)
    assert not list(filmed.scratch.glob(".export-*"))


@pytest.mark.parametrize("key", KEYS)
def test_the_videos_come_along(filmed: Services, key: str) -> None:
    form = known_format(key)
    sent = zipped(filmed, ExportOrder(form, with_media=True))
    films = {name: content for name, content in sent.items() if name.endswith(".mp4")}
    assert [content[0] for content in films.values()][:2] == [0, 1]
    assert len(films) == (3 if form.all_videos else 2)
    assert "film_2-" in sent["missing.txt"].decode()
    if form.only_media:
        assert [name.partition("/")[0] for name in films] == ["yoga", "a%2Fb"]
    else:
        assert all(name.startswith(form.folder) for name in films)


def test_every_format_says_what_it_is_for() -> None:
    assert tuple(FORMATS) == KEYS
    for form in FORMATS.values():
        assert form.name
        assert form.purpose
        assert form.ending in (".csv", ".jsonl", ".json", ".zip")
        assert form.file_name(with_media=True).endswith(".zip")
        assert set(form.files) <= set(bundle.NAMES)
    assert {name for form in FORMATS.values() for name in form.files} == set(bundle.NAMES)
    with pytest.raises(BadDecision, match="no format called xlsx"):
        known_format("xlsx")


# As of a moment


def test_the_labels_of_any_moment_can_be_had_again(
    tmp_path_factory: pytest.TempPathFactory, data_at: DataAt
) -> None:
    """Each step of a history with undo and redo, asked for when all is over."""
    services = build(Settings(data_dir=data_at(tmp_path_factory.mktemp("past")), engine="openvino"))
    with services.database.write() as session:
        labels.propose(session, name="archery", added_by="")
        one, two = (add_video(session, name).id for name in ("one.mp4", "two.mp4"))
    then: list[tuple[datetime, dict[str, dict[str, bytes]], str]] = []

    def step(act: Callable[[Session], LabelEventRecord]) -> int:
        with services.database.write() as session:
            event = act(session)
        files = {
            key: zipped(services, ExportOrder(known_format(key))) for key in ("all", "kinetics")
        }
        then.append((event.created_at, files, share.outlook(services)))
        time.sleep(0.002)  # so that no two events have the same moment
        return event.id

    first = step(lambda s: decide(s, one, label="yoga"))
    step(lambda s: decide(s, two, label="archery", annotator="Bob"))
    step(lambda s: decide(s, one, label="archery"))
    undone = step(lambda s: undo(s, first))
    step(lambda s: decide(s, two, verdict="unsure", annotator="Ann"))
    step(lambda s: undo(s, undone))
    step(lambda s: decide(s, two, label="yoga", annotator="Cem", settles=True))
    assert len({sentence for *_, sentence in then}) > 2, "the history changes too little"
    for moment, files, sentence in then:
        for key, before in files.items():
            again = zipped(services, ExportOrder(known_format(key), as_of=moment))
            assert _without_map(again) == _without_map(before)
        assert share.outlook(services, moment) == sentence
    before_all = then[0][0] - timedelta(seconds=1)
    assert share.outlook(services, before_all) == "0 videos have a label."
    (empty,) = zipped(services, ExportOrder(known_format("kinetics"), as_of=before_all)).values()
    assert len(empty.splitlines()) == 1


def _without_map(files: dict[str, bytes]) -> dict[str, bytes]:
    """The lists of labels only grow and are always those of now."""
    grown = (*bundle.LISTS, "annotations/default.json", "via.json")
    return {name: content for name, content in files.items() if name not in grown}
