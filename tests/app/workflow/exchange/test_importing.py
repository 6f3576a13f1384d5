"""What is exported and imported again in an empty store with the same videos is equal."""

from __future__ import annotations

import json
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.workflow.errors import CannotImport
from app.workflow.exchange import share
from app.workflow.exchange.comparing import Importer
from app.workflow.exchange.formats import KEYS, known_format
from app.workflow.exchange.importing import Choices, Report, import_labels
from app.workflow.exchange.package import ExportOrder
from app.workflow.exchange.reading import read_labels
from app.workflow.exchange.telling import sections
from app.workflow.services import Services
from storage.engine.database import Database
from storage.exchange import class_folders
from storage.exchange.rows import LabelledVideo, labelled_videos
from storage.records import decisions, labels, videos
from storage.records.decision import Decision, Verdict
from tests.storage.rows import LABELS, add_video, decide, new_video, sha, undo

NAMES = ("a film.mp4", 'b, "quoted".mov', "=c.avi", "Übung d.mkv")
IMPORTER = Importer("Ida")
EVERYTHING = ("csv", "jsonl", "label-studio", "all")
"""Formats that keep every opinion; the others keep the label that counts."""
SPANS = (*EVERYTHING, "kinetics", "via")
"""Formats that keep the labels of parts."""


@dataclass(frozen=True, slots=True)
class Store:
    """A database of its own within the services of the module, which lend the folders."""

    services: Services

    def read(self) -> tuple[LabelledVideo, ...]:
        with self.services.database.read() as session:
            return tuple(labelled_videos(session))

    def counts(self) -> int:
        with self.services.database.read() as session:
            return len(
                [event for n in range(1, 9) for event in decisions.history(session, video_id=n)]
            )


@contextmanager
def store(services: Services, ready: Path, folder: Path) -> Iterator[Store]:
    """An empty store with the four videos."""
    path = folder / f"{uuid.uuid4().hex}.db"
    shutil.copy(ready, path)
    database = Database.in_file(path)
    with database.write() as session:
        labels.seed(session, names=LABELS)
        for name in NAMES:
            add_video(session, name)
    yield Store(replace(services, database=database))
    database.close()
    path.unlink()


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ready") / "ready.db"
    database = Database.in_file(path)
    database.upgrade()
    database.close()
    return path


def exported(one: Store, key: str, folder: Path) -> Path:
    order = ExportOrder(known_format(key), with_media=known_format(key).only_media)
    if order.form.only_media:  # the files of these videos are nowhere, and their names suffice
        path = folder / "folders.zip"
        with zipfile.ZipFile(path, "w") as packed:
            for row in one.read():
                if place := class_folders.path(row):
                    packed.writestr(place, b"")
        return path
    return share.export_to_fetch(one.services, order).files[0]


def brought(one: Store, path: Path, choices: Choices | None = None) -> Report:
    return import_labels(one.services, path, IMPORTER, choices)


def opinions(one: Store) -> list[tuple[object, ...]]:
    """All that people said, who, and when."""
    return [
        (row.video.sha256, said.verdict, said.label, said.person, said.note, said.start_s,
         said.end_s, said.segment_id, said.settles, said.decided_at)
        for row in one.read()
        for said in (opinion.decision for opinion in row.opinions)
    ]  # fmt: skip


def meanings(one: Store) -> dict[str, object]:
    """What counts for each video, as far as every format can say it."""
    return {row.video.sha256: row.usable.label for row in one.read() if row.usable}


def spans(one: Store) -> set[tuple[object, ...]]:
    return {
        (row.video.sha256, said.label, said.start_s, said.end_s)
        for row in one.read()
        for said in row.named
    }


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=20
).filter(str.strip)
ODD = st.sampled_from([
    "=1+1", "+1", "-1", "@SUM(A1)", "a, b", 'say "x"', "Übung für Jörg", "'=x", "a;b", "a/b", "..",
    "50 % off", "line\nbreak", "\t=1", "汉字", "label 7", "a|b", "CON", "https://x/y?z=1", "12",
    "[1]",
])  # fmt: skip
LABEL = st.one_of(st.sampled_from(LABELS), ODD, TEXT)
NOTE = st.one_of(st.just(""), ODD, TEXT, st.just("two\r\nlines"))
WHO = st.one_of(st.sampled_from(["Ann", "Bob", ""]), ODD, TEXT)


@st.composite
def said(draw: st.DrawFn) -> Decision:
    verdict: Verdict = draw(st.sampled_from(["confirmed", "corrected", "unsure", "unusable"]))
    is_named = verdict in ("confirmed", "corrected")
    is_part = is_named and draw(st.booleans())
    who = draw(WHO)
    start = draw(st.floats(0, 4)) if is_part else None
    return Decision(
        op_id=uuid.uuid4().hex,
        video_id=draw(st.integers(1, len(NAMES))),
        verdict=verdict,
        label=draw(LABEL) if is_named else None,
        new_label=is_named,
        annotator=who,
        browser="" if who.split() else draw(st.sampled_from(["", "b1", "b2"])),
        note=draw(NOTE),
        settles=not is_part and draw(st.booleans()),
        start_s=start,
        end_s=None if start is None else start + draw(st.floats(0.5, 4)),
        segment_id=draw(st.sampled_from(["s1", "=s2"])) if is_part else None,
    )


@given(history=st.lists(said(), max_size=8), key=st.sampled_from(KEYS))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_out_and_in_again_is_equal(
    services: Services, ready: Path, tmp_path: Path, history: list[Decision], key: str
) -> None:
    with store(services, ready, tmp_path) as first:
        with first.services.database.write() as session:
            for decision in history:
                decisions.record_decision(session, decision)
        before, meant, marked = opinions(first), meanings(first), spans(first)
        torn = [row.disagree for row in first.read()]
        path = exported(first, key, tmp_path)
    with store(services, ready, tmp_path) as second:
        says = before if key in EVERYTHING else marked if key in SPANS else meant
        check(second, path, key, bool(says))
        if key in EVERYTHING:
            assert sorted(opinions(second), key=repr) == sorted(before, key=repr)
            assert [row.disagree for row in second.read()] == torn
        assert meanings(second) == meant
        if key in SPANS:
            assert spans(second) == marked


def check(second: Store, path: Path, key: str, has_any: bool) -> None:
    """A dry run stores nothing, an import what it promised, and another one nothing."""
    if not has_any:  # a file that says nothing, or names only what cannot be said in it
        with pytest.raises(CannotImport, match=r"empty|says nothing"):
            brought(second, path)
        return
    dry = brought(second, path)
    assert second.counts() == 0
    assert not dry.missing
    assert not dry.faults, key
    done = brought(second, path, Choices(new_labels=True))
    assert done.stored == second.counts() == dry.new + sum(dry.unknown.values())
    again = brought(second, path, Choices(new_labels=True, conflicts=True))
    assert (again.stored, again.new, again.conflicts) == (0, 0, ())


# What people bring of their own


@pytest.fixture
def one(services: Services, ready: Path, tmp_path: Path) -> Iterator[Store]:
    with store(services, ready, tmp_path) as made:
        yield made


def file_of(folder: Path, content: str | bytes, name: str = "labels.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


TABLES: dict[str, str | bytes] = {
    "plain": "file,label\na film.mp4,yoga\n",
    "german Excel": "Datei;Label\r\n".replace("Datei", "File").encode("cp1252")
    + "Übung d.mkv;yoga\r\n".encode("cp1252"),
    "UTF-16 with tabs": "path\tclass\na film.mp4\tyoga\n".encode("utf-16"),
    "a mark in front": b"\xef\xbb\xbf" + b"video,action\nA FILM.MP4,Yoga\n",
    "no head": "clips/a film.mp4,yoga\n",
    "a whole hash": f"sha256,label\n{sha(NAMES[0])},yoga\n",
    "a path with a hash": f"file,label\n/x/{sha(NAMES[0])[:2]}/{sha(NAMES[0])},yoga\n",
    "no ending": "youtube_id,label,time_start,time_end,split\na film,yoga,0,10,train\n",
    "JSON lines": json.dumps({"file": "a film.mp4", "label": "yoga"}) + "\n",
    "a JSON list": json.dumps([{"path": "a film.mp4", "label": "yoga"}]),
    "numbers of this store": "a film.mp4 4\n",
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_any_dialect_is_read(one: Store, tmp_path: Path, name: str) -> None:
    report = brought(one, file_of(tmp_path, TABLES[name]), Choices())
    assert (report.stored, report.missing, report.faults, report.unknown) == (1, (), (), {})
    assert list(meanings(one).values()) == ["yoga"]
    (said,) = [opinion.decision for row in one.read() for opinion in row.opinions]
    assert (said.annotator, said.imported and said.imported.by) == ("Ida", "Ida")


def test_a_dry_run_says_all_that_would_be(one: Store, tmp_path: Path) -> None:
    with one.services.database.write() as session:
        decide(session, 1, label="yoga", annotator="Ann")
        decide(session, 2, label="yoga", annotator="Ann")
    table = file_of(
        tmp_path,
        "file,label,start_s,end_s\n"
        'a film.mp4,yoga,,\n"b, ""quoted"".mov",archery,,\n\'=c.avi,jogha,,\n'
        "Übung d.mkv,abseilling,,\nElsewhere.mp4,yoga,,\nÜbung d.mkv,,,\nÜbung d.mkv,yoga,3,1\n",
    )
    dry = brought(one, table)
    assert (dry.new, dry.same, dry.stored) == (0, 1, 0)
    assert [(c.video, c.label, c.here) for c in dry.conflicts] == [
        (NAMES[1], "archery", "Ann says yoga")
    ]
    assert dry.unknown == {"jogha": 1, "abseilling": 1}
    assert dry.near == {"abseilling": "abseiling"}
    assert dry.missing == ("Elsewhere.mp4",)
    assert [fault.place for fault in dry.faults] == ["line 7", "line 8"]
    assert [section.key for section in sections(dry)] == [
        "same", "unknown", "conflicts", "missing", "faults",
    ]  # fmt: skip
    assert one.counts() == 2
    assert brought(one, table, Choices()).stored == 0
    assert brought(one, table, Choices(new_labels=True)).stored == 2
    assert brought(one, table, Choices(new_labels=True, conflicts=True)).stored == 1
    assert one.counts() == 5
    assert [row.disagree for row in one.read()] == [False, True, False, False]
    assert brought(one, table, Choices(new_labels=True, conflicts=True)).stored == 0


def test_who_and_when_are_kept_and_nothing_is_overwritten(one: Store, tmp_path: Path) -> None:
    with one.services.database.write() as session:
        here = decide(session, 1, label="yoga", annotator="Ann")
    long_ago = "2020-05-01T12:00:00+02:00"
    table = file_of(
        tmp_path,
        f"file,label,annotator,decided_at,note\na film.mp4,archery,Ann,{long_ago},old\n"
        f'"b, ""quoted"".mov",yoga,Bob,{long_ago},\n',
    )
    brought(one, table, Choices(conflicts=True))
    with one.services.database.read() as session:
        kept = [event for n in (1, 2) for event in decisions.history(session, video_id=n)]
    assert kept[0] == replace(here, undone=False)
    assert [(e.annotator, e.label, e.note) for e in kept[1:]] == [
        ("Ann", "archery", "old"), ("Bob", "yoga", ""),
    ]  # fmt: skip
    assert {e.decided_at for e in kept[1:]} == {datetime(2020, 5, 1, 10, tzinfo=UTC)}
    assert all(e.created_at > here.created_at for e in kept[1:])
    assert [e.imported and e.imported.by for e in kept] == [None, "Ida", "Ida"]
    before = share.outlook(one.services, here.created_at)
    assert before == "1 video has a label.", "what came later was not known then"


def test_what_was_undone_here_does_not_come_back(one: Store, tmp_path: Path) -> None:
    table = file_of(tmp_path, "file,label\na film.mp4,yoga\n")
    brought(one, table, Choices())
    with one.services.database.write() as session:
        undo(session, decisions.current(session)[0].id)
    again = brought(one, table, Choices(conflicts=True))
    assert (again.stored, again.same) == (0, 1)
    assert meanings(one) == {}


def test_people_of_one_file_may_disagree_but_nobody_with_themselves(
    one: Store, tmp_path: Path
) -> None:
    table = file_of(
        tmp_path,
        "file,label,annotator\na film.mp4,yoga,Ann\na film.mp4,archery,Bob\n"
        "a film.mp4,archery,Ann\na film.mp4,yoga,Ann\n",
    )
    report = brought(one, table, Choices())
    assert (report.stored, report.same, len(report.conflicts)) == (2, 1, 1)
    assert report.conflicts[0].here == "The file also says yoga"
    assert [row.disagree for row in one.read()] == [True]


def test_a_name_of_two_videos_is_of_neither(one: Store, tmp_path: Path) -> None:
    with one.services.database.write() as session:
        twin = replace(new_video("a film.mp4", content="another"))
        videos.add(session, video=twin)
    report = brought(one, file_of(tmp_path, "file,label\na film.mp4,yoga\n"), Choices())
    assert (report.stored, report.ambiguous) == (0, ("a film.mp4",))
    by_hash = f"file,sha256,label\na film.mp4,{twin.sha256},yoga\n"
    assert brought(one, file_of(tmp_path, by_hash), Choices()).stored == 1


def test_a_clip_of_kinetics_is_found_by_its_times(one: Store, tmp_path: Path) -> None:
    with one.services.database.write() as session:
        add_video(session, "abc_000010_000020.mp4")
    table = file_of(
        tmp_path,
        "label,youtube_id,time_start,time_end,split\nyoga,abc,10,20,train\n"
        "archery,a film,2,4,train\nyoga,a film,8,90,train\n",
    )
    report = brought(one, table, Choices())
    assert report.stored == 2
    assert [fault.place for fault in report.faults] == ["line 4"]
    assert {(label, start) for _, label, start, _ in spans(one)} == {
        ("yoga", None), ("archery", 2.0),
    }  # fmt: skip


def test_annotations_made_in_label_studio_are_read(one: Store, tmp_path: Path) -> None:
    choice = {"from_name": "tag", "type": "choices", "value": {"choices": ["yoga"]}}
    frames = {"ranges": [{"start": 26, "end": 51}], "timelinelabels": ["archery"]}
    region = {"from_name": "t", "type": "timelinelabels", "value": frames}
    task = {
        "data": {"clip": "/data/upload/1/a film.mp4", "fps": 25},
        "annotations": [
            {"completed_by": {"email": "eve@x"}, "created_at": "2024-01-01T00:00:00Z",
             "result": [choice, region]},
            {"was_cancelled": True, "result": [choice]},
        ],
    }  # fmt: skip
    path = file_of(tmp_path, json.dumps([task]), "tasks.json")
    assert brought(one, path, Choices()).stored == 2
    assert {(label, start, end) for _, label, start, end in spans(one)} == {
        ("yoga", None, None), ("archery", 1.0, 2.0),
    }  # fmt: skip
    assert {said.decision.annotator for row in one.read() for said in row.opinions} == {"eve@x"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (bytes(range(256)) * 20, "some other kind of file"),
        (b"[]", "says nothing"),
        (b'{"items": 3, "categories": []}', "damaged"),
        (b'[{"data": {}, "annotations": [3]}]', "says nothing"),
        (b"PK\x05\x06" + bytes(18), "says nothing"),
        (b"[" * 100_000, "damaged"),
    ],
)
def test_what_is_no_list_gets_a_sentence(
    one: Store, tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = file_of(tmp_path, content)
    with pytest.raises(CannotImport, match=sentence):
        brought(one, path)


@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=300)))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_file_ends_in_anything_but_a_sentence(tmp_path: Path, content: str | bytes) -> None:
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    with suppress(CannotImport):
        read_labels(file_of(tmp_path, raw), LABELS)
