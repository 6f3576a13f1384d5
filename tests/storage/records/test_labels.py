from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.engine.database import Database
from storage.errors import InvalidError, NotFoundError
from storage.records import labels
from storage.records.labels import ProposedLabel
from storage.text import one_line, search_key, storable
from tests.storage.rows import LABELS


def test_seeding_numbers_the_names_in_their_order_and_once(db: Database) -> None:
    with db.write() as session:
        assert labels.seed(session, names=LABELS) == len(LABELS)
        assert labels.seed(session, names=LABELS) == 0
        found = labels.all_labels(session)
    assert [(label.index, label.name) for label in found] == list(enumerate(LABELS))
    assert all(label.added_by is None for label in found)


def test_a_later_list_adds_what_is_new_after_what_is_there(db: Database) -> None:
    with db.write() as session:
        labels.seed(session, names=["a", "b"])
        labels.propose(session, name="mine", added_by="Ann")
        assert labels.seed(session, names=["c", "B", "d"]) == 2
        assert [x.name for x in labels.all_labels(session)] == ["a", "b", "mine", "c", "d"]


def test_a_list_with_a_name_twice_is_refused(sqlite_db: Database) -> None:
    with sqlite_db.write() as session, pytest.raises(InvalidError, match="twice"):
        labels.seed(session, names=["yoga", "Yoga "])


def test_the_real_label_maps_can_be_seeded(sqlite_db: Database, shared_dir: Path) -> None:
    for path in sorted((shared_dir / "data" / "labels").glob("label_map_*.txt")):
        with sqlite_db.write() as session:
            names = path.read_text(encoding="utf-8").splitlines()
            labels.seed(session, names=names)
            known = {label.name.casefold() for label in labels.all_labels(session)}
        assert {name.casefold() for name in names} <= known
    with sqlite_db.read() as session:
        first = labels.all_labels(session)[:400]
    k400 = (shared_dir / "data/labels/label_map_k400.txt").read_text().splitlines()
    assert {label.name for label in first} >= set(k400[:3])


@pytest.mark.parametrize(
    "spelling",
    ["Café crème", "café crème", "  CAFÉ   CRÈME\t", "Cafe\u0301 cre\u0300me", "Ｃafé crème",
     "Café\u200b crème", "Café\u00a0crème"],
)  # fmt: skip
def test_spellings_of_one_name_are_one_label(db: Database, spelling: str) -> None:
    with db.write() as session:
        first = labels.propose(session, name="Café crème", added_by="Ann")
        again = labels.propose(session, name=spelling, added_by="Bob")
        assert labels.find(session, name=spelling) == first.label
    assert first.created
    assert again == ProposedLabel(label=first.label, created=False)


def test_a_new_label_gets_the_next_number(db: Database) -> None:
    with db.write() as session:
        labels.seed(session, names=LABELS)
        label = labels.propose(session, name=" Brühe  kochen ", added_by=" Ann ").label
        assert (label.index, label.name, label.added_by) == (len(LABELS), "Brühe kochen", "Ann")
        assert labels.get(session, label_id=label.id) == label


def test_labels_proposed_at_once_get_different_numbers(db: Database) -> None:
    def propose(number: int) -> ProposedLabel:
        with db.write() as session:
            return labels.propose(session, name=f"label {number % 6}", added_by="")

    with ThreadPoolExecutor(12) as pool:
        proposed = list(pool.map(propose, range(12)))
    assert sum(one.created for one in proposed) == 6
    with db.read() as session:
        assert [label.index for label in labels.all_labels(session)] == list(range(6))


@pytest.mark.parametrize("name", ["", " \n ", "\u200b\ufeff", "x" * 101])
def test_a_label_must_say_something_short(sqlite_db: Database, name: str) -> None:
    with sqlite_db.write() as session, pytest.raises(InvalidError):
        labels.propose(session, name=name, added_by="Ann")


def test_a_label_that_is_not_there(sqlite_db: Database) -> None:
    with sqlite_db.read() as session:
        assert labels.find(session, name="none") is None
        with pytest.raises(NotFoundError):
            labels.get(session, label_id=9)


ANY_TEXT = st.text(st.characters(categories=None), max_size=30)


@given(ANY_TEXT)
def test_any_text_becomes_storable(value: str) -> None:
    stored = storable(value)
    assert "\0" not in stored
    assert stored.encode() is not None
    assert storable(stored) == stored


@given(ANY_TEXT)
def test_a_key_is_its_own_key(value: str) -> None:
    key = search_key(storable(value))
    assert search_key(key) == key
    assert search_key(f"  {key.upper()} ") == search_key(key.upper())


@given(ANY_TEXT)
def test_a_name_is_one_clean_line_or_refused(value: str) -> None:
    try:
        name = one_line(value, what="The name", longest=60)
    except InvalidError:
        return
    assert name == one_line(name, what="The name", longest=60)
    assert len(name.splitlines()) == 1
    assert search_key(name)
