"""What the lists for other programs say; `test_readers.py` asks those programs themselves."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from xml.etree import ElementTree

import pytest
from sqlalchemy.orm import Session

from storage.engine.database import Database
from storage.exchange import (
    class_folders,
    datumaro,
    kinetics,
    label_studio,
    names,
    via,
    videofolder,
)
from storage.exchange.bundle import SHEETS
from storage.exchange.cells import unguarded
from storage.exchange.names import hash_in, media_name
from storage.exchange.rows import LabelledVideo, labelled_videos
from storage.exchange.sheets import Joined, Lines, Setting, Sheet
from storage.records import decisions, labels, splits
from storage.records.decision import Decision
from storage.records.splits import SplitRecord
from tests.storage.rows import LABELS, add_video, decide, sha

ODD = '=1+1, "quoted" Übung'


@pytest.fixture
def session(sqlite_db: Database) -> Iterable[Session]:
    """Three videos: one with an odd label, one with a labelled part, one that is unsure."""
    with sqlite_db.write() as session:
        labels.seed(session, names=LABELS)
        first = add_video(session, "first film.MOV", duration_s=12.5)
        decide(session, first.id, label=ODD, annotator="Jörg", note="=2")
        second = add_video(session, "second.mp4")
        decide(session, second.id, label="yoga")
        part(session, second.id, "archery", 1.25, 3.0)
        decide(session, add_video(session, "third.mp4").id, verdict="unsure")
        splits.record(
            session,
            decided={sha("second.mp4"): SplitRecord("val", "g")},
            manifest_sha256=sha("list"),
        )
        yield session


def part(session: Session, video_id: int, label: str, start_s: float, end_s: float) -> None:
    decision = Decision(
        op_id=f"part-{video_id}",
        video_id=video_id,
        verdict="corrected",
        label=label,
        annotator="Ann",
        start_s=start_s,
        end_s=end_s,
        segment_id="a",
    )
    decisions.record_decision(session, decision)


def rows(session: Session) -> tuple[LabelledVideo, ...]:
    return tuple(labelled_videos(session))


def written(session: Session, make: Callable[[Setting], Sheet]) -> bytes:
    sheet = make(Setting(labels.all_labels(session)))
    body = [sheet.row(row) for row in labelled_videos(session)]
    return sheet.head() + b"".join(body) + b"".join(sheet.tail())


def own(name: str, stem: str, ending: str) -> str:
    return f"{stem}-{sha(name)[:12]}{ending}"


def test_a_file_is_called_what_it_was_called(session: Session) -> None:
    found = [media_name(row.video) for row in rows(session)]
    assert found[0] == own("first film.MOV", "first_film", ".mov")
    assert found[1] == own("second.mp4", "second", ".mp4")


@pytest.mark.parametrize(
    ("name", "stem", "ending"),
    [
        ("Recording of 2026-11-25 at 22.40.13", "Recording_of_2026_11_25_at_22.40.13", ".mp4"),
        ("../../etc/passwd", "etc_passwd", ".mp4"),
        ("=1+1.avi", "_1_1".strip("_"), ".avi"),
        ("Übung 1.WebM", "Übung_1", ".webm"),
        ("...", "video", ".mp4"),
        ("x" * 200 + ".mkv", "x" * 60, ".mkv"),
    ],
)
def test_a_name_is_safe_everywhere(session: Session, name: str, stem: str, ending: str) -> None:
    video = add_video(session, name)
    assert media_name(video) == own(name, stem, ending)
    assert hash_in(f"videos/{media_name(video)}") == video.sha256[: names.DIGITS]
    assert hash_in(media_name(video).removesuffix(ending)) == video.sha256[: names.DIGITS]
    assert hash_in(video.uri) == video.sha256


def test_other_names_hold_no_hash() -> None:
    for name in ("clip.mp4", "a-0123456789a.mp4", "a-0123456789abc.mp4", "", "abcdef012345.mp4"):
        assert hash_in(name) == ""


def test_kinetics_has_a_line_for_every_label(session: Session) -> None:
    content = written(session, SHEETS["kinetics.csv"])
    assert content.startswith(kinetics.HEADER)
    lines = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert [unguarded(line["label"]) for line in lines] == [ODD, "yoga", "archery"]
    assert lines[0]["label"].startswith("'=")
    assert [(x["time_start"], x["time_end"]) for x in lines] == [
        ("0", "12.5"), ("0", "10"), ("1.25", "3"),
    ]  # fmt: skip
    assert [x["split"] for x in lines] == ["", "val", "val"]
    assert lines[1]["youtube_id"] == own("second.mp4", "second", "")


def test_label_studio_has_an_annotation_for_each_person(session: Session) -> None:
    decide(session, rows(session)[1].video.id, label="archery", annotator="Bob")
    tasks = json.loads(written(session, label_studio.tasks))
    assert [task["data"]["name"] for task in tasks] == [
        "first film.MOV", "second.mp4", "third.mp4",
    ]  # fmt: skip
    ann, bob = tasks[1]["annotations"]
    assert (ann["created_username"], bob["created_username"]) == ("Ann", "Bob")
    said = {one["from_name"]: one["value"] for one in ann["result"]}
    assert said["label"] == {"choices": ["yoga"]}
    assert said["verdict"] == {"choices": ["corrected"]}
    assert said["segments"] == {
        "ranges": [{"start": 32, "end": 76}], "timelinelabels": ["archery"],
    }  # fmt: skip
    unsure = tasks[2]["annotations"][0]["result"]
    assert [one["value"]["choices"] for one in unsure] == [["unsure"]]


def test_the_interface_of_label_studio_has_all_labels(session: Session) -> None:
    tree = ElementTree.fromstring(
        label_studio.interface(Setting(labels.all_labels(session))).decode()
    )
    choices = [node.get("value") for node in tree.findall("Choices[@name='label']/Choice")]
    assert choices == [*LABELS, ODD]


def test_datumaro_has_an_item_for_each_labelled_video(session: Session) -> None:
    whole = json.loads(written(session, datumaro.items))
    known = [label["name"] for label in whole["categories"]["label"]["labels"]]
    assert [known[item["annotations"][0]["label_id"]] for item in whole["items"]] == [ODD, "yoga"]
    assert whole["items"][1]["video"]["path"] == own("second.mp4", "second", ".mp4")
    assert [item["attr"]["split"] for item in whole["items"]] == ["", "val"]


def test_via_has_labels_of_videos_and_of_parts(session: Session) -> None:
    whole = json.loads(written(session, via.Project))
    options = whole["attribute"]["1"]["options"]
    ids = [str(row.video.id) for row in rows(session)[:2]]
    assert whole["project"]["vid_list"] == list(whole["view"]) == list(whole["file"]) == ids
    said = [(m["vid"], m["z"], m["av"]) for m in whole["metadata"].values()]
    assert [(vid, z) for vid, z, _ in said] == [(ids[0], []), (ids[1], []), (ids[1], [1.25, 3.0])]
    assert [options[next(iter(av.values()))] for *_, av in said] == [ODD, "yoga", "archery"]
    assert [next(iter(av)) for *_, av in said] == [via.WHOLE, via.WHOLE, via.PART]


def test_videofolder_names_each_file(session: Session) -> None:
    lines = [json.loads(x) for x in written(session, videofolder.metadata).splitlines()]
    assert [line["file_name"] for line in lines] == [
        "videos/" + own("first film.MOV", "first_film", ".mov"),
        "videos/" + own("second.mp4", "second", ".mp4"),
    ]
    assert [line["label"] for line in lines] == [ODD, "yoga"]


def test_a_folder_stands_for_each_label(session: Session) -> None:
    paths = [class_folders.path(row) for row in rows(session)]
    assert paths[1:] == ["yoga/" + own("second.mp4", "second", ".mp4"), None]


@pytest.mark.parametrize(
    "label",
    ["yoga", ODD, "a/b", "..", ".x", "x.", "CON", "nul.txt", "50 %", "~", "c:\\d", "Übung 漢字"],
)
def test_a_label_survives_as_a_folder(label: str) -> None:
    folder = class_folders.folder_of(label)
    assert class_folders.label_of(folder) == label
    assert not set(folder) & set('/\\:*?"<>|')
    assert folder.strip(". ") == folder
    assert folder.upper() not in ("CON", "NUL.TXT")


def test_an_empty_store_gives_whole_files(sqlite_db: Database) -> None:
    with sqlite_db.read() as session:
        assert json.loads(written(session, label_studio.tasks)) == []
        assert json.loads(written(session, datumaro.items))["items"] == []
        assert json.loads(written(session, via.Project))["metadata"] == {}
        assert written(session, videofolder.metadata) == b""


def test_lists_have_commas_between_and_nowhere_else(session: Session) -> None:
    said = rows(session)
    joined = Joined(lambda row: b"" if row is said[0] else b"1")
    body = b"".join(joined.row(row) for row in said)
    assert json.loads(joined.head() + body + b"".join(joined.tail())) == [1, 1]
    lines = Lines(lambda _: b"x\n", b"head\n")
    assert lines.head() + lines.row(said[0]) + b"".join(lines.tail()) == b"head\nx\n"
