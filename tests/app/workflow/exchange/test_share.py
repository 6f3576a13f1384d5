from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app.workflow.exchange import share
from app.workflow.services import Services
from app.workflow.teaching import teach
from storage.errors import NoSpaceError
from storage.records import browsing, labels
from storage.records.decision import Verdict
from tests.storage.full_disk import files_in, no_file_larger_than
from tests.storage.rows import add_video, decide


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
    exported = share.export_to_fetch(collected, "csv")
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
    collected: Services, tmp_path: Path, form: share.ExportFormat
) -> None:
    before = files_in(collected.outbox)
    with no_file_larger_than(100):
        with pytest.raises(NoSpaceError, match="disk is full"):
            share.export_to_fetch(collected, form)
        with pytest.raises(NoSpaceError, match="disk is full"):
            share.export_labels(collected, form, tmp_path / "out" / "labels.zip")
    assert files_in(collected.outbox) == before
    assert files_in(tmp_path / "out") == set()
