"""The list of videos: filtered, page by page, with the counts that stand around it."""

from __future__ import annotations

import pytest

from app.workflow.errors import BadDecision
from app.workflow.labels import correct
from app.workflow.services import Services
from app.workflow.videos import browse, ingest
from storage.errors import InvalidError
from storage.records.browsing import Filter
from storage.records.decision import Decision
from tests.app.workflow.lessons import JUGGLING, short


@pytest.fixture(scope="module")
def numbers(services: Services, tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    """Five videos; Ann labelled the first, somebody without a name the second."""
    path = short(JUGGLING, tmp_path_factory.mktemp("clip"))
    content = path.read_bytes()
    found = []
    for number in range(5):
        path.write_bytes(content + b"\0\0\0\x0cfree" + number.to_bytes(4, "big"))
        upload = ingest.Upload(path, f"film {number}.mp4")
        found.append(ingest.store(services, upload, lambda *_: None).video.id)
    for video_id, name in ((found[0], "Ann"), (found[1], "")):
        op_id = correct.new_op_id()
        decision = Decision(op_id, video_id, "corrected", "yoga", new_label=True, annotator=name)
        correct.decide(services, decision)
    return found


def ids(page: browse.Page) -> list[int]:
    return [row.id for row in page.rows]


def test_videos_are_found_by_name_state_and_person(services: Services, numbers: list[int]) -> None:
    assert ids(browse.videos(services)) == numbers[::-1]
    assert ids(browse.videos(services, text="film 3")) == [numbers[3]]
    assert ids(browse.videos(services, state="labelled")) == [numbers[1], numbers[0]]
    assert ids(browse.videos(services, annotator="Ann")) == [numbers[0]]
    assert ids(browse.videos(services, order="oldest", limit=2, offset=1)) == numbers[1:3]
    with pytest.raises(InvalidError):
        browse.videos(services, limit=0)


def test_a_page_stands_among_its_counts(services: Services, numbers: list[int]) -> None:
    listing = browse.listing(services, where=Filter(), limit=2, number=2)
    assert ids(listing.page) == [numbers[2], numbers[1]]
    assert listing.everything == 5
    assert (listing.states["labelled"], listing.states["unlabelled"]) == (2, 3)
    assert listing.people == browse.people(services) == ("Ann",)


def test_beyond_the_end_is_the_last_page(services: Services, numbers: list[int]) -> None:
    listing = browse.listing(services, where=Filter(), limit=2, number=99)
    assert ids(listing.page) == [numbers[0]]
    found = browse.listing(services, where=Filter(text="film 3"), limit=2, number=2)
    assert ids(found.page) == [numbers[3]]
    assert found.everything == 5


def test_nothing_found_is_an_empty_page(services: Services, numbers: list[int]) -> None:
    listing = browse.listing(services, where=Filter(text="no such film"), number=3)
    assert ids(listing.page) == []
    assert listing.everything == len(numbers)


def test_states_are_known_by_name() -> None:
    assert browse.known_state("disagree") == "disagree"
    assert browse.known_state("") is browse.known_state(None) is None
    with pytest.raises(BadDecision, match="no state called odd; choose one of unlabelled"):
        browse.known_state("odd")
