"""From frozen corrections to examples: classes, sides, what is missing."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.workflow.teaching.teaching_set import SMALLEST, teaching_set
from model.learning.split import side_of
from storage.exchange.manifest import ManifestEntry

PARENT = ("archery", "bowling", "chess")


def entry(number: int, label: str, index: int, content: str = "") -> ManifestEntry:
    sha256 = hashlib.sha256((content or str(number)).encode()).hexdigest()
    return ManifestEntry(
        sha256=sha256,
        uri=f"{sha256[:2]}/{sha256}",
        label=label,
        index=index,
        split=side_of(sha256),
        start_s=None,
        end_s=None,
        verdict="corrected",
        annotator="Ada",
        event_id=number,
    )


def entries(videos: dict[str, int]) -> list[ManifestEntry]:
    """So many videos of each label; labels are numbered in another order than the model's."""
    found: list[ManifestEntry] = []
    for index, (label, count) in enumerate(reversed(videos.items())):
        found += [entry(1000 * index + n, label, index) for n in range(count)]
    return found


def test_new_labels_become_the_next_classes_and_old_ones_stay() -> None:
    made = teaching_set(entries({"Archery": 20, "waving": 20, "bending": 20}), PARENT, Path)
    assert made.labels == ("archery", "bowling", "chess", "bending", "waving")
    assert {(e.name, e.label) for e in made.examples} == {
        ("Archery", 0),
        ("bending", 3),
        ("waving", 4),
    }
    assert made.problems == ()
    assert [count.new for count in made.counts if count.label == "Archery"] == [False]


def test_a_label_with_too_few_videos_waits_without_holding_up_the_others() -> None:
    lone = entry(7, "lone", 9)
    assert lone.split == "train"
    made = teaching_set([*entries({"waving": 20, "bending": 20}), lone], PARENT, Path)
    assert "lone" not in made.labels
    assert "lone" not in {e.name for e in made.examples}
    assert made.problems == ()
    assert any("lone (1)" in note for note in made.notes)


def sided(label: str, index: int, *, learn: int, check: int) -> list[ManifestEntry]:
    """Entries of which so many fall on each side."""
    made = [entry(1000 * index + number, label, index) for number in range(200)]
    train = [one for one in made if one.split == "train"]
    val = [one for one in made if one.split == "val"]
    return [*train[:learn], *val[:check]]


def test_a_label_that_nothing_is_checked_on_is_named() -> None:
    waving = sided("waving", 0, learn=4, check=10)
    alone = teaching_set([*waving, *sided("bending", 1, learn=4, check=0)], PARENT, Path)
    (note,) = alone.notes
    assert "kept for checking" in note
    assert "know" in note
    assert "bending" in note
    assert "waving" not in note
    both = teaching_set([*waving, *sided("bending", 1, learn=4, check=1)], PARENT, Path)
    assert both.notes == ()


@pytest.mark.parametrize(
    ("videos", "says"),
    [({}, "Nobody has"), ({"waving": 20}, "only one has"), ({"a": 1, "b": 1}, "none has")],
)
def test_too_little_is_said_before_anything_starts(videos: dict[str, int], says: str) -> None:
    (problem,) = teaching_set(entries(videos), PARENT, Path).problems
    assert says in problem


def test_the_same_bytes_are_on_one_side_whatever_they_are_called() -> None:
    twice = [entry(n, f"label {n % 2}", n % 2, content="the same") for n in range(6)]
    made = teaching_set([*twice, *entries({"waving": 30})], PARENT, Path)
    assert len({e.split for e in made.examples if e.sha256 == twice[0].sha256}) <= 1


@given(st.dictionaries(st.sampled_from([*PARENT, "waving", "bending"]), st.integers(0, 12)))
def test_no_video_is_on_both_sides_and_every_class_exists(videos: dict[str, int]) -> None:
    made = teaching_set(entries(videos), PARENT, Path)
    assert not {e.sha256 for e in made.learn} & {e.sha256 for e in made.check}
    assert made.labels[: len(PARENT)] == PARENT
    for example in made.examples:
        assert made.labels[example.label].casefold() == example.name.casefold()
    for count in made.counts:
        assert count.taken == (count.learn >= SMALLEST)
        assert count.learn + count.check == videos[count.label]
    assert teaching_set(entries(videos), PARENT, Path) == made


def test_videos_that_look_the_same_stand_on_one_side() -> None:
    """Whatever else is added later; without embeddings (the control) they would be parted."""
    some = entries({"waving": 20, "bending": 20})
    alike = np.eye(len(some), dtype=np.float32)
    twins = [row for row, e in enumerate(some) if e.label == "waving"][:8]
    alike[twins] = alike[twins[0]]
    hashes = {some[row].sha256 for row in twins}

    def sides(embeddings: NDArray[np.float32] | None) -> set[str]:
        made = teaching_set(some, PARENT, Path, embeddings)
        return {e.split for e in made.examples if e.sha256 in hashes}

    assert len(sides(None)) == 2
    assert len(sides(alike)) == 1
    (scenes,) = {
        c.scenes for c in teaching_set(some, PARENT, Path, alike).counts if c.label == "waving"
    }
    assert scenes == 13


def test_what_looks_alike_is_learned_from_unless_all_of_it_is_for_checking() -> None:
    many = [entry(n, "waving", 0) for n in range(40)]
    learn = [e for e in many if e.split == "train"][:1]
    check = [e for e in many if e.split == "val"][:2]

    def sides(some: list[ManifestEntry]) -> set[str]:
        made = teaching_set([*some, *others], PARENT, Path, alike)
        return {e.split for e in made.examples if e.name == "waving"}

    others = [entry(n, "chess", 1) for n in range(100, 104)]
    alike = np.concatenate([np.eye(1, 5).repeat(2, 0), np.eye(5)[1:]]).astype(np.float32)
    assert sides([*learn, *check[:1]]) == {"train"}
    made = teaching_set(
        [dataclasses.replace(e, label="archery") for e in check], PARENT, Path, alike[:2]
    )
    assert {e.split for e in made.examples} == {"val"}
