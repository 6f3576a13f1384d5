"""Lists of videos: all three kinds, and every mistake told before anything starts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import VideoError
from model.learning.errors import ListError
from model.learning.examples import Example, check_labels, some
from model.learning.lists import check_videos, read_list


def place(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_paths_may_have_spaces_and_are_relative_to_the_list(tmp_path: Path) -> None:
    place(tmp_path, "one hand/my video 3.mp4", "b.mp4")
    (tmp_path / "list.txt").write_text("one hand/my video 3.mp4 12\n\n  b.mp4 0  \r\n")
    found = read_list(tmp_path / "list.txt").examples
    assert [(e.path, e.label) for e in found] == [
        (tmp_path / "one hand/my video 3.mp4", 12),
        (tmp_path / "b.mp4", 0),
    ]


def test_paths_may_be_relative_to_another_folder(tmp_path: Path) -> None:
    place(tmp_path, "videos/a.mp4")
    (tmp_path / "list.txt").write_text("a.mp4 1\n")
    (found,) = read_list(tmp_path / "list.txt", root=tmp_path / "videos").examples
    assert found.path == tmp_path / "videos/a.mp4"


def test_the_seed_s_list_has_the_frames_in_the_middle(tmp_path: Path) -> None:
    place(tmp_path, "-xyz 01.mp4", "abc.webm")
    (tmp_path / "val.txt").write_text("-xyz 01 300 5\nabc 250 399\n")
    found = read_list(tmp_path / "val.txt").examples
    assert [(e.path.name, e.label) for e in found] == [("-xyz 01.mp4", 5), ("abc.webm", 399)]


def test_a_number_in_a_name_is_not_taken_for_the_frames(tmp_path: Path) -> None:
    place(tmp_path, "take 2", "take.mp4")
    (tmp_path / "list.txt").write_text("take 2 7\n")
    (found,) = read_list(tmp_path / "list.txt").examples
    assert found.path.name == "take 2"


def test_a_manifest_says_more(tmp_path: Path) -> None:
    place(tmp_path, "ab/cd.mp4")
    entry = {
        "sha256": "ef", "uri": "ab/cd.mp4", "label": "waving", "index": 400, "split": "val",
        "start_s": 1.5, "end_s": None, "verdict": "corrected", "event_id": 17, "group": "ann",
    }  # fmt: skip
    there = {"uri": (tmp_path / "ab/cd.mp4").as_uri(), "index": 0}
    lines = f"{json.dumps(entry)}\n{json.dumps(there)}\n"
    (tmp_path / "set.jsonl").write_text(lines)
    first, second = read_list(tmp_path / "set.jsonl").examples
    assert first == Example(
        tmp_path / "ab/cd.mp4", 400, "waving", "val", "ann", "17", "ef", start_s=1.5
    )
    assert second == Example(tmp_path / "ab/cd.mp4", 0)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("list.txt", "", "empty"),
        ("list.txt", "\n \n", "empty"),
        ("list.txt", "a.mp4\n", "Line 1 of list.txt"),
        ("list.txt", "a.mp4 1\nb.mp4 one\n", "Line 2 of list.txt"),
        ("list.txt", "a.mp4 1.5\n", "Line 1"),
        ("list.txt", "a.mp4 one\nb.mp4 2\n", "Line 2 of list.txt gives 2"),
        ("list.csv", "label,youtube_id\nx\n", "Line 2 of list.csv has 1 columns"),
        ("list.csv", "youtube_id,time_start,time_end,split\na,1,2,test\n", "lacks a class"),
        ("list.csv", "label,youtube_id\n", "empty"),
        ("set.jsonl", '{"uri": "a.mp4", "index": 1}\n{"uri"', "Line 2 of set.jsonl"),
        ("set.jsonl", '{"uri": "a.mp4"}', "Line 1"),
        ("set.jsonl", '{"uri": "a.mp4", "index": "1"}', "Line 1"),
        ("set.jsonl", '{"uri": "a.mp4", "index": true}', "Line 1"),
        ("set.jsonl", "[1]", "Line 1"),
    ],
)
def test_a_broken_list_is_refused(tmp_path: Path, name: str, text: str, says: str) -> None:
    place(tmp_path, "a.mp4")
    (tmp_path / name).write_text(text)
    with pytest.raises(ListError, match=says):
        read_list(tmp_path / name)


def test_a_list_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ListError, match=r"none\.txt cannot be read"):
        read_list(tmp_path / "none.txt")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00 1\n")
    with pytest.raises(ListError, match="UTF-8"):
        read_list(tmp_path / "bytes.txt")


def test_up_to_five_missing_videos_are_named(tmp_path: Path) -> None:
    place(tmp_path, "here.mp4")
    gone = "".join(f"gone{n}.mp4 0\n" for n in range(7))
    (tmp_path / "list.txt").write_text(f"here.mp4 1\n{gone}")
    with pytest.raises(ListError, match=r"7 of the 8 .* gone0.mp4, .*gone4.mp4 and 2 more"):
        read_list(tmp_path / "list.txt")


def test_broken_videos_are_named_with_the_reason() -> None:
    def probe(path: Path) -> None:
        if "bad" in path.name:
            raise VideoError("This video is empty.")

    good = Example(Path("good.mp4"), 0)
    check_videos((good, good), probe)
    with pytest.raises(ListError, match=r"1 videos .*bad\.mp4 \(This video is empty\)"):
        check_videos((good, Example(Path("bad.mp4"), 0)), probe)


def test_a_class_that_does_not_exist_is_refused() -> None:
    examples = [Example(Path("a.mp4"), 3), Example(Path("b.mp4"), -1)]
    with pytest.raises(ListError, match=r"classes 0 to 2.*a\.mp4 \(3\), b\.mp4 \(-1\)"):
        check_labels(examples, 3)
    check_labels(examples[:1], 4)


@given(st.lists(st.text("ab, ", max_size=3), max_size=12))
def test_some_names_never_more_than_five(names: list[str]) -> None:
    text = some(names)
    assert ("more" in text) == (len(names) > 5)
