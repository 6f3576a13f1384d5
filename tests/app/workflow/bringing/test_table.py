"""Tables of paths and labels: read, matched with files, and told where they do not match."""

from __future__ import annotations

import pytest

from app.workflow.bringing import table
from storage.exchange import csv_table
from storage.records.batches import NewFile

SPAN = {"start_s": None, "end_s": None}


@pytest.mark.parametrize(
    "content",
    [
        b"path,label\na.mp4,yoga\na.mp4,dance\nday/b.mp4,yoga\n",
        b"\xef\xbb\xbfLabel,File\r\nyoga,a.mp4\r\ndance,a.mp4\r\nyoga,day\\b.mp4\r\n",
        b"video,label\n a.mp4 , yoga \na.mp4,dance\nday/b.mp4,yoga\n,none\nc.mp4,\n",
    ],
)
def test_usual_forms_are_read(content: bytes) -> None:
    found = table.read(content)
    assert found is not None
    assert {path: [row["label"] for row in rows] for path, rows in found.items()} == {
        "a.mp4": ["yoga", "dance"],
        "day/b.mp4": ["yoga"],
    }


def test_parts_have_times_and_spreadsheet_guards_are_taken_away() -> None:
    found = table.read(b"path,label,start_s,end_s\n'=a.mp4,'+1,0.5,2\nb.mp4,x,soon,\n")
    assert found == {
        "=a.mp4": [{"label": "+1", "start_s": 0.5, "end_s": 2.0}],
        "b.mp4": [{"label": "x", **SPAN}],
    }


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"path\na.mp4\n", b"\xff\xfe\x00p"])
def test_other_files_are_no_table(content: bytes) -> None:
    assert table.read(content) is None


def test_what_export_writes_can_be_read() -> None:
    assert {"video", "label", "start_s", "end_s"} <= set(csv_table.COLUMNS)
    assert table.read(csv_table.header(excel=True)) == {}


def test_labels_go_to_the_files_that_are_meant() -> None:
    files = [
        NewFile("set/labels.csv", 9),
        NewFile("set/a.mp4", 1),
        NewFile("set/day/b.mp4", 1),
        NewFile("c.mp4", 1),
        NewFile("x/d.mp4", 1),
        NewFile("y/d.mp4", 1),
        NewFile("notes.csv", 1),
        NewFile("huge.csv", table.MOST_BYTES + 1),
    ]
    rows = b"path,label\na.mp4,1\nb.mp4,2\nc.mp4,3\nd.mp4,4\ngone.mp4,5\n"
    content = {"set/labels.csv": rows, "notes.csv": b"Dear friends"}
    found = {one.name: one for one in table.with_labels(files, content.__getitem__)}
    given = {name: [row["label"] for row in one.labels] for name, one in found.items()}
    assert given["set/a.mp4"] == ["1"]
    assert given["set/day/b.mp4"] == ["2"]
    assert given["c.mp4"] == ["3"]
    assert given["x/d.mp4"] == given["y/d.mp4"] == []  # nobody knows which is meant
    for name in ("d.mp4", "gone.mp4"):
        assert (found[name].state, found[name].sentence) == ("failed", table.MISSING)
    assert found["set/a.mp4"].labels[0]["by"] == "import labels.csv"
    assert found["set/labels.csv"].sentence == "A table with 5 labels."
    assert (found["notes.csv"].state, found["huge.csv"].state) == ("waiting", "waiting")
