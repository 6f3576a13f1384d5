from __future__ import annotations

import csv
import hashlib
import io
import json
import tracemalloc
import unicodedata
import uuid
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from storage.engine.database import Database
from storage.errors import DamagedError, NoSpaceError, NotFoundError
from storage.exchange import bundle, csv_table, json_lines, manifest, mmaction2, rows
from storage.exchange.cells import guarded, unguarded
from storage.exchange.rows import LabelledVideo, labelled_videos
from storage.exchange.sheets import Setting
from storage.records import browsing, decisions, effective, labels, splits
from storage.records.browsing import STATES, Filter
from storage.records.splits import Side, SplitRecord
from tests.storage.full_disk import files_in, no_file_larger_than
from tests.storage.rows import LABELS, add_prediction, add_video, decide, fill, sha, undo


@pytest.fixture
def labelled(db: Database) -> Database:
    """Videos in all states, two people of whom one has settled it, and a label of their own."""
    with db.write() as session:
        labels.seed(session, names=LABELS)
        named = {n: add_video(session, n) for n in ("a.mp4", "b.mp4", "c.mp4", "d.mp4", "e.mp4")}
        answers = {n: add_prediction(session, v) for n, v in named.items()}
        decide(session, named["a.mp4"].id, verdict="confirmed", label="archery",
               prediction_id=answers["a.mp4"].id, note="=cmd|' /C calc'!A0")  # fmt: skip
        decide(session, named["b.mp4"].id, label="yoga", annotator="Ann")
        decide(session, named["b.mp4"].id, label="Jürgens Übung", annotator="Bob", settles=True)
        decide(session, named["c.mp4"].id, verdict="unusable")
        undo(session, decide(session, named["d.mp4"].id, label="yoga").id)
    return db


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_the_table_has_a_line_for_each_persons_word(labelled: Database) -> None:
    with labelled.read() as session:
        lines = table(csv_table.write(labelled_videos(session)))
    shown = [(x["video"], x["annotator"], x["verdict"], x["label"], x["decides"]) for x in lines]
    assert shown == [
        ("a.mp4", "Ann", "confirmed", "archery", "yes"),
        ("b.mp4", "Ann", "corrected", "yoga", "no"),
        ("b.mp4", "Bob", "corrected", "Jürgens Übung", "yes"),
        ("c.mp4", "Ann", "unusable", "", "yes"),
    ]
    first = lines[0]
    assert first["sha256"] == sha("a.mp4")
    assert (first["index"], first["predicted"], first["model"]) == ("2", "archery", "small")
    assert float(first["predicted_probability"]) == 0.75
    assert unguarded(first["note"]) == "=cmd|' /C calc'!A0" != first["note"]
    assert first["decided_at"].endswith("+00:00")


def test_excel_gets_its_mark(labelled: Database) -> None:
    with labelled.read() as session:
        rows = tuple(labelled_videos(session))
    assert csv_table.write(rows, excel=True) == b"\xef\xbb\xbf" + csv_table.write(rows)


def test_json_has_one_object_a_video_with_everything(labelled: Database) -> None:
    with labelled.read() as session:
        content = json_lines.write(labelled_videos(session))
    objects = [json.loads(line) for line in content.decode().splitlines()]
    assert [(o["name"], o["label"], o["index"], o["verdict"]) for o in objects] == [
        ("a.mp4", "archery", 2, "confirmed"),
        ("b.mp4", "Jürgens Übung", 5, "corrected"),
        ("c.mp4", None, None, "unusable"),
    ]
    assert [len(o["opinions"]) for o in objects] == [1, 2, 1]
    first = objects[0]
    assert (first["sha256"], first["annotator"]) == (sha("a.mp4"), "Ann")
    assert first["uri"] == f"{sha('a.mp4')[:2]}/{sha('a.mp4')}"
    assert (first["model_version"], first["model_sha256"]) == ("small", sha("small"))
    assert [s["label"] for s in first["predicted"]] == ["archery", "yoga"]
    assert first["note"].startswith("=cmd")


def video_list(rows: Iterable[LabelledVideo], prefix: str = "") -> bytes:
    return b"".join(map(mmaction2.sheet(Setting(prefix=prefix)).row, rows))


def test_the_list_has_only_usable_labels_and_numbers_of_the_map(labelled: Database) -> None:
    with labelled.read() as session:
        rows = tuple(labelled_videos(session))
        names = mmaction2.label_map(labels.all_labels(session)).decode().splitlines()
    lines = video_list(rows).decode().splitlines()
    assert names == [*LABELS, "Jürgens Übung"]
    assert [(path, names[int(index)]) for path, index in map(str.split, lines)] == [
        (f"{sha('a.mp4')[:2]}/{sha('a.mp4')}", "archery"),
        (f"{sha('b.mp4')[:2]}/{sha('b.mp4')}", "Jürgens Übung"),
    ]
    first = video_list(rows, prefix="/my films/").decode().splitlines()[0]
    assert first.rsplit(" ", 1) == [f"/my films/{sha('a.mp4')[:2]}/{sha('a.mp4')}", "2"]


def test_where_people_disagree_nothing_is_called_settled(labelled: Database) -> None:
    with labelled.write() as session:
        torn = add_video(session, "torn.mp4")
        decide(session, torn.id, label="yoga", annotator="Ann")
        decide(session, torn.id, label="archery", annotator="Bob")
        rows = tuple(labelled_videos(session))
        frozen = manifest.freeze(session)
    lines = [x for x in table(csv_table.write(rows)) if x["video"] == "torn.mp4"]
    assert [(x["label"], x["decides"], x["disagree"]) for x in lines] == [
        ("yoga", "no", "yes"), ("archery", "no", "yes"),
    ]  # fmt: skip
    of_torn = [json.loads(x) for x in json_lines.write(rows).decode().splitlines()][-1]
    assert of_torn["name"] == "torn.mp4"
    assert of_torn["disagree"]
    assert "label" not in of_torn
    assert [o["label"] for o in of_torn["opinions"]] == ["yoga", "archery"]
    assert sha("torn.mp4") not in video_list(rows).decode()
    assert sha("torn.mp4") not in {entry.sha256 for entry in frozen.entries}


def exported(session: Session, folder: Path, **more: Any) -> dict[str, bytes]:
    """What an export writes, by name."""
    made = bundle.export(session, folder / uuid.uuid4().hex, **more)
    folder = made[0].parent
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in made}


def test_the_same_moment_gives_the_same_bytes(labelled: Database, tmp_path: Path) -> None:
    with labelled.write() as session:
        before = exported(session, tmp_path)
        for name in ("one.zip", "two.zip"):
            assert bundle.export(session, tmp_path / name) == (tmp_path / name,)
        moment = effective.resolved(session, None)
        undo(session, decisions.current(session)[0].id)
        after = exported(session, tmp_path)
        again = exported(session, tmp_path, as_of=moment)
    assert after["labels.csv"] != before["labels.csv"]
    assert again == before
    assert tuple(before) == bundle.NAMES
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        assert packed.testzip() is None
        assert {name: packed.read(name) for name in packed.namelist()} == before


def test_one_file_alone_has_the_name_that_was_asked_for(labelled: Database, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "table.txt"
    with labelled.read() as session:
        assert bundle.export(session, target, names=("labels.csv",)) == (target,)
        assert target.read_bytes() == exported(session, tmp_path)["labels.csv"]
    assert files_in(tmp_path / "deep") == {"table.txt"}


def test_an_empty_database_exports_empty_files(db: Database, tmp_path: Path) -> None:
    with db.read() as session:
        files = exported(session, tmp_path)
    assert table(files["labels.csv"]) == []
    assert files["labels.jsonl"] == files["mmaction2.txt"] == files["label_map.txt"] == b""


def test_every_number_is_that_of_the_lines_in_the_file(labelled: Database, tmp_path: Path) -> None:
    with labelled.write() as session:
        for number in range(3):
            decide(session, add_video(session, f"unsure {number}").id, verdict="unsure")
        torn = add_video(session, "torn.mp4").id
        decide(session, torn, label="yoga", annotator="Ann")
        decide(session, torn, label="archery", annotator="Bob")
        states = browsing.states(session)
        pages = {s: browsing.browse(session, where=Filter(state=s)).total for s in STATES}
        files = exported(session, tmp_path)
        taught = manifest.freeze(session).entries
    assert states == pages
    assert states["labelled"] == len(taught) == 2
    assert states["labelled"] == states["confirmed"] + states["corrected"]
    assert len(files["mmaction2.txt"].splitlines()) == states["labelled"]
    assert len(files["manifest.jsonl"].splitlines()) == states["labelled"]
    deciding = [x["verdict"] for x in table(files["labels.csv"]) if x["decides"] == "yes"]
    objects = [json.loads(line) for line in files["labels.jsonl"].splitlines()]
    for state in ("confirmed", "corrected", "unsure", "unusable"):
        assert deciding.count(state) == states[state]
        assert [o.get("verdict") for o in objects].count(state) == states[state]
    assert sum(o["disagree"] for o in objects) == states["disagree"] == 1


def test_memory_does_not_grow_with_the_number_of_videos(
    sqlite_db: Database, tmp_path: Path
) -> None:
    peaks = []
    for number in (rows.CHUNK, 6 * rows.CHUNK):
        with sqlite_db.write() as session:
            fill(session, number, start=0 if number == rows.CHUNK else rows.CHUNK)
        with sqlite_db.read() as session:
            bundle.export(session, tmp_path / "warm.zip")
            tracemalloc.start()
            bundle.export(session, tmp_path / "all.zip")
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_a_full_disk_leaves_no_half_export(labelled: Database, tmp_path: Path) -> None:
    target = tmp_path / "out" / "labels.zip"
    target.parent.mkdir()
    target.write_bytes(b"old")
    with labelled.read() as session:
        for limit in (0, 1, 500):
            with pytest.raises(NoSpaceError, match="full"), no_file_larger_than(limit):
                bundle.export(session, target)
            assert target.read_bytes() == b"old"
            assert files_in(tmp_path / "out") == {"labels.zip"}


# Manifests


def test_a_manifest_names_exactly_what_was_learnt_from(labelled: Database, tmp_path: Path) -> None:
    with labelled.read() as session:
        frozen = manifest.freeze(session)
        deciding = {
            row.video.sha256: row.usable.id for row in labelled_videos(session) if row.usable
        }
    assert {entry.sha256: entry.event_id for entry in frozen.entries} == deciding
    assert [entry.sha256 for entry in frozen.entries] == sorted(deciding)
    assert frozen.sha256 == hashlib.sha256(frozen.content).hexdigest()
    path = tmp_path / "manifest.jsonl"
    manifest.write(frozen, path)
    assert manifest.read(path, sha256=frozen.sha256) == frozen.entries
    with labelled.write() as session:
        decide(session, 5, label="yoga")
        assert manifest.freeze(session).sha256 != frozen.sha256
        assert manifest.freeze(session, as_of=frozen.as_of) == frozen


def test_a_changed_or_missing_manifest_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    with pytest.raises(NotFoundError):
        manifest.read(path)
    for content in ('{"label": 1}\n', "no json\n", "[1]\n", "\xff\n"):
        path.write_text(content, encoding="latin-1")
        with pytest.raises(DamagedError, match="Line 1"):
            manifest.read(path)
        with pytest.raises(DamagedError, match="was changed"):
            manifest.read(path, sha256="0" * 64)


def test_before_any_teaching_there_is_no_split(labelled: Database, tmp_path: Path) -> None:
    with labelled.read() as session:
        files = exported(session, tmp_path)
    assert {(x["split"], x["group"]) for x in table(files["labels.csv"])} == {("", "")}
    for name in ("labels.jsonl", "manifest.jsonl"):
        objects = [json.loads(x) for x in files[name].decode().splitlines()]
        assert {(o["split"], o["group"]) for o in objects} == {(None, "")}
    assert files["mmaction2_train.txt"] == files["mmaction2_val.txt"] == b""


def test_every_file_says_the_decided_split(labelled: Database, tmp_path: Path) -> None:
    decided: dict[str, tuple[Side, str]] = {
        sha("a.mp4"): ("val", "a group"),
        sha("b.mp4"): ("train", "another"),
    }
    with labelled.write() as session:
        splits.record(
            session,
            decided={one: SplitRecord(*said) for one, said in decided.items()},
            manifest_sha256=sha("list"),
        )
        files = exported(session, tmp_path)
        past = exported(session, tmp_path, as_of=effective.resolved(session, None))
    assert past == files
    lines = {x["sha256"]: (x["split"], x["group"]) for x in table(files["labels.csv"])}
    assert lines == {**decided, sha("c.mp4"): ("", "")}
    for name in ("labels.jsonl", "manifest.jsonl"):
        objects = [json.loads(x) for x in files[name].decode().splitlines()]
        said = {o["sha256"]: (o["split"], o["group"]) for o in objects if o["split"]}
        assert said == decided
    whole = files["mmaction2.txt"].splitlines()
    assert files["mmaction2_val.txt"].splitlines() == [
        x for x in whole if sha("a.mp4").encode() in x
    ]
    assert files["mmaction2_train.txt"].splitlines() == [
        x for x in whole if sha("b.mp4").encode() in x
    ]


OLD_LINE = (
    '{"sha256": "00", "uri": "00/00", "label": "yoga", "index": 4, "split": "val", '
    '"start_s": null, "end_s": null, "verdict": "corrected", "annotator": "Ann", "event_id": 1}\n'
)


def test_a_list_from_before_groups_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    path.write_text(OLD_LINE)
    (entry,) = manifest.read(path, sha256=hashlib.sha256(OLD_LINE.encode()).hexdigest())
    assert (entry.label, entry.split, entry.group) == ("yoga", "val", "")


# Formulas

PAYLOADS = [
    *(f"{sign}{rest}" for sign in "=+-@" for rest in ("1+1", "cmd|' /C calc'!A0", "SUM(A1)")),
    *(f"{sign}1+1" for sign in "＝＋－＠"),
    *(f"{space}=1+1" for space in (" ", "   ", "\t", "\r", "\n", "\r\n", "\u00a0", "\u3000")),
    *(f"{odd}=1" for odd in ("\ufeff", "\u200b", "\u200e", "'", "''", "' ", "\x0b", "\x0c")),
    "\t", "\r", "\n", "\tx", " \rx", "-3.5", '=HYPERLINK("http://x","y")', "@SUM(1;2)", "＝ｃｍｄ",
]  # fmt: skip


def could_be_a_formula(cell: str) -> bool:
    """What a spreadsheet may run: judged without the code's own expression."""
    first = unicodedata.normalize("NFKC", cell).lstrip(" \ufeff\u200b\u200e\x0b\x0c")[:1]
    return first in set("=+-@\t\r\n")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_becomes_a_formula(payload: str) -> None:
    assert could_be_a_formula(payload) or payload.startswith("'"), "the payload is harmless"
    assert not could_be_a_formula(guarded(payload))
    assert unguarded(guarded(payload)) == payload


def test_a_spreadsheet_program_sees_no_formula() -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    sheet = openpyxl.Workbook().active
    legal = [p for p in PAYLOADS if not openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.search(p)]
    for payload in legal:
        sheet.append([payload, guarded(payload)])
    kinds = [(plain.data_type, safe.data_type) for plain, safe in sheet.iter_rows()]
    assert ("f", "s") in kinds, "the test would not notice"
    assert all(safe != "f" for _, safe in kinds)


def test_whatever_people_write_reaches_the_file_safely(sqlite_db: Database, tmp_path: Path) -> None:
    with sqlite_db.write() as session:
        for number, payload in enumerate(PAYLOADS):
            video = add_video(session, f"{number}{payload}")
            decide(session, video.id, label=f"{payload} {number}", annotator=payload, note=payload)
        content = exported(session, tmp_path)
        current = decisions.current(session)
    lines = table(content["labels.csv"])
    assert [unguarded(line["note"]) for line in lines] == [event.note for event in current]
    assert [unguarded(line["label"]) for line in lines] == [event.label for event in current]
    for line in lines:
        texts = [line[name] for name in csv_table.TEXT_COLUMNS]
        assert not [cell for cell in texts if could_be_a_formula(cell)]
    objects = [json.loads(line) for line in content["labels.jsonl"].decode().splitlines()]
    assert [one["note"] for one in objects] == [event.note for event in current]


STORED_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(STORED_TEXT)
def test_any_text_survives_the_table(value: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([guarded(value)])
    content = text.getvalue().encode()
    ((cell,),) = csv.reader(io.StringIO(content.decode(), newline=""))
    assert unguarded(cell) == value


@given(STORED_TEXT, STORED_TEXT)
def test_guarding_never_confuses_two_texts(one: str, two: str) -> None:
    for text in (one, "'" + one, "=" + one, "'=" + one):
        assert unguarded(guarded(text)) == text
        assert not could_be_a_formula(guarded(text))
    assert (guarded(one) == guarded(two)) == (one == two)
