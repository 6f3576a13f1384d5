"""Lists in the forms that people have, folders of classes, and what is meant by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.learning.class_names import knows_all, number_classes
from model.learning.errors import ListError
from model.learning.examples import Example
from model.learning.lists import read_list

LABELS = ("abseiling", "air drumming", "apply eye makeup", "tai chi")
AIR, MAKEUP = 1, 2


def place(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def read(folder: Path, name: str, text: str, *, first: int | None = None) -> list[tuple[str, int]]:
    """File names and classes of a list over `LABELS`."""
    (folder / name).write_text(text)
    found = number_classes(read_list(folder / name), LABELS, first).examples
    return [(str(e.path.relative_to(folder)), e.label) for e in found]


def test_kinetics(tmp_path: Path) -> None:
    """As Kinetics publishes it: clips as they are downloaded, in folders of classes, or whole."""
    place(
        tmp_path,
        "--abc_000005_000015.mp4",
        "air drumming/xyz_000070_000080.mkv",
        "whole.webm",
        "tai_chi/t1_000000_000010.mp4",
    )
    (tmp_path / "train.csv").write_text(
        "label,youtube_id,time_start,time_end,split,is_cc\n"
        "abseiling,--abc,5,15,train,0\n"
        '"air drumming",xyz,70,80,validate,1\n'
        "apply eye makeup,whole,3,13,test,0\n"
        "tai chi,t1,0.0,10.0,train,0\n"
    )
    found = number_classes(read_list(tmp_path / "train.csv"), LABELS).examples
    assert [(e.path.name, e.label, e.split, e.start_s, e.end_s) for e in found] == [
        ("--abc_000005_000015.mp4", 0, "train", None, None),
        ("xyz_000070_000080.mkv", AIR, "val", None, None),
        ("whole.webm", MAKEUP, "test", 3.0, 13.0),
        ("t1_000000_000010.mp4", 3, "train", None, None),
    ]


def test_pyslowfast(tmp_path: Path) -> None:
    place(tmp_path, "a/1.mp4", "b/2.mp4")
    wanted = [("a/1.mp4", 0), ("b/2.mp4", 3)]
    assert read(tmp_path, "train.csv", f"{tmp_path}/a/1.mp4 0\n{tmp_path}/b/2.mp4 3\n") == wanted
    assert read(tmp_path, "commas.csv", "a/1.mp4,0\nb/2.mp4,3\n") == wanted
    assert read(tmp_path, "tabs.txt", "a/1.mp4\t0\nb/2.mp4\t3\n") == wanted


def test_mmaction2(tmp_path: Path) -> None:
    place(tmp_path, "some/path with spaces.mp4", "D32.mp4")
    text = "some/path with spaces.mp4 1\nD32.mp4 300 2\n"
    found = read(tmp_path, "list.txt", text)
    assert found == [("some/path with spaces.mp4", AIR), ("D32.mp4", MAKEUP)]


UCF = "ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01.avi"


def test_ucf101_counts_from_one(tmp_path: Path) -> None:
    """With its file of names beside it, for training; without numbers at all, for testing."""
    place(tmp_path, UCF, "TaiChi/v_TaiChi_g01_c01.avi")
    (tmp_path / "classInd.txt").write_text("1 ApplyEyeMakeup\n2 TaiChi\n")
    wanted = [(UCF, MAKEUP), ("TaiChi/v_TaiChi_g01_c01.avi", 3)]
    text = f"{UCF} 1\nTaiChi/v_TaiChi_g01_c01.avi 2\n"
    assert read(tmp_path, "trainlist01.txt", text) == wanted
    assert read(tmp_path, "testlist01.txt", text.replace(" 1", "").replace(" 2", "")) == wanted
    with pytest.raises(ListError, match=r"classInd\.txt says nothing of .* trainlist02\.txt: 3"):
        read(tmp_path, "trainlist02.txt", text.replace(" 2", " 3"))


@pytest.mark.parametrize("first", [0, 1])
def test_folders_show_what_numbers_count_from(tmp_path: Path, first: int) -> None:
    place(tmp_path, "TaiChi/a.mp4", "air_drumming/b.mp4")
    text = f"TaiChi/a.mp4 {3 + first}\nair_drumming/b.mp4 {AIR + first}\n"
    assert [label for _, label in read(tmp_path, "list.txt", text)] == [3, AIR]


def test_numbers_that_folders_contradict_are_a_sentence(tmp_path: Path) -> None:
    place(tmp_path, "TaiChi/a.mp4", "air_drumming/b.mp4")
    with pytest.raises(ListError, match=r"number 0 is abseiling .* videos lie in TaiChi"):
        read(tmp_path, "list.txt", "TaiChi/a.mp4 0\nair_drumming/b.mp4 1\n")


def test_numbers_from_one_without_any_sign_are_a_sentence(tmp_path: Path) -> None:
    place(tmp_path, *(f"{n}.mp4" for n in range(1, 5)))
    text = "".join(f"{n}.mp4 {n}\n" for n in range(1, 5))
    with pytest.raises(ListError, match=r"from 1 to 4, .* from 0 to 3.* say --numbers-from 1"):
        read(tmp_path, "list.txt", text)
    assert [label for _, label in read(tmp_path, "list.txt", text, first=1)] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "line",
    ["my clip 2.mp4 air drumming", "my clip 2.mp4,Air_Drumming", "my clip 2.mp4\tAirDrumming"],
)
def test_names_instead_of_numbers(tmp_path: Path, line: str) -> None:
    place(tmp_path, "my clip 2.mp4")
    assert read(tmp_path, "list.txt", f"{line}\n") == [("my clip 2.mp4", AIR)]
    if "," in line:
        assert read(tmp_path, "list.csv", f"video,label\n{line}\n") == [("my clip 2.mp4", AIR)]


def test_names_that_the_model_does_not_know(tmp_path: Path) -> None:
    place(tmp_path, "a.mp4")
    with pytest.raises(ListError, match=r"1 of the 1 .* air drumin.* mean air drumming"):
        read(tmp_path, "list.txt", "a.mp4 air drumin\n")
    assert not knows_all(["air drumin"], LABELS)
    assert knows_all(["TaiChi", "air drumming"], LABELS)
    assert not knows_all(["taichi"], ["tai chi", "Tai-Chi"])  # nobody can know which


def test_what_is_meant_is_said(tmp_path: Path) -> None:
    place(tmp_path, "a.mp4", "b.mp4")
    (tmp_path / "list.txt").write_text("a.mp4 2\nb.mp4 3\n")
    said = number_classes(read_list(tmp_path / "list.txt"), LABELS).meaning
    assert said == "The numbers in list.txt count from 0: 2 is apply eye makeup, 3 is tai chi."
    (tmp_path / "list.txt").write_text("a.mp4 TaiChi\nb.mp4 TaiChi\n")
    said = number_classes(read_list(tmp_path / "list.txt"), LABELS).meaning
    assert said == "list.txt names one class: tai chi."


def test_a_folder_of_classes(tmp_path: Path) -> None:
    place(
        tmp_path,
        "set/tai chi/a.mp4",
        "set/tai chi/more/b.AVI",
        "set/abseiling/c.mov",
        "set/abseiling/notes.txt",
        "set/.hidden/d.mp4",
        "set/abseiling/.trash/e.mp4",
    )
    found = number_classes(read_list(tmp_path / "set"), LABELS).examples
    assert found == (
        Example(tmp_path / "set/abseiling/c.mov", 0, "abseiling"),
        Example(tmp_path / "set/tai chi/a.mp4", 3, "tai chi"),
        Example(tmp_path / "set/tai chi/more/b.AVI", 3, "tai chi"),
    )


def test_a_folder_with_sides(tmp_path: Path) -> None:
    place(tmp_path, "train/tai chi/a.mp4", "val/tai chi/b.mp4", "test/abseiling/c.mp4")
    found = read_list(tmp_path).examples
    assert {(e.path.name, e.split) for e in found} == {
        ("a.mp4", "train"),
        ("b.mp4", "val"),
        ("c.mp4", "test"),
    }


def test_a_folder_without_classes_is_refused(tmp_path: Path) -> None:
    place(tmp_path, "a.mp4")
    with pytest.raises(ListError, match="a folder of its own"):
        read_list(tmp_path)


@pytest.mark.shared
def test_the_names_of_real_data_sets_are_kept_apart(shared_dir: Path) -> None:
    """No two classes of a published set are the same without their signs."""
    maps = sorted((shared_dir / "data" / "labels").glob("label_map_*.txt"))
    assert len(maps) >= 7
    for path in maps:
        names = path.read_text(encoding="utf-8").splitlines()
        assert knows_all([name.replace(" ", "_").upper() for name in names], names), path.name
