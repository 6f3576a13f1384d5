"""Labels that come with videos are decisions of the table's, each kept once."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.workflow.bringing import bring, job
from app.workflow.bringing.order import BringOrder
from app.workflow.errors import CannotBring
from app.workflow.labels import correct
from app.workflow.services import Services
from app.workflow.videos import browse
from storage.records import jobs
from storage.records.batches import BatchRecord
from tests.app.workflow.bringing.packing import pack, small_videos


def carry_out(services: Services, batch: BatchRecord) -> None:
    """As the worker does, without one."""
    with services.database.read() as session:
        queued = jobs.all_jobs(session, kinds=("bring",))[0]
    job.carry_out(services, queued, BringOrder(batch.id), lambda *_: None)


def said(services: Services) -> dict[str, list[tuple[str, str | None, float | None]]]:
    return {
        row.name: [
            (event.annotator, event.label, event.start_s)
            for event in correct.said(services, row.id).current
        ]
        for row in browse.videos(services).rows
    }


def test_labels_of_a_table_in_a_zip_are_kept_once(services: Services, tmp_path: Path) -> None:
    one, two, three = small_videos(tmp_path / "made", 3)
    rows = (
        "path,label,start_s,end_s\n"
        "one.mp4,juggling balls,,\n"
        "two.mp4,my own label,,\n"
        "two.mp4,yoga,0.0,0.1\n"
        "three.mp4,yoga,5,1\n"
    )
    contents: dict[str, bytes | Path] = {"one.mp4": one, "two.mp4": two, "three.mp4": three}
    sent = pack(tmp_path / "sent.zip", {**contents, "labels.csv": rows.encode()})
    for _ in range(2):  # the same once more adds nothing
        carry_out(services, bring.bring_archive(services, sent, "sent.zip"))
        by = "import labels.csv"
        assert said(services) == {
            "one.mp4": [(by, "juggling balls", None)],
            "two.mp4": [(by, "my own label", None), (by, "yoga", 0.0)],
            "three.mp4": [],
        }
    first, _ = bring.standings(services)
    told = {file.name: file.sentence for file in bring.files(services, first.batch.id)}
    assert told["one.mp4"] == "With 1 label."
    assert told["two.mp4"] == "With 2 labels."
    assert "yoga: A time range must start" in told["three.mp4"]


def test_a_table_by_itself_brings_what_it_names(services: Services, tmp_path: Path) -> None:
    one, other = small_videos(tmp_path / "made", 2)
    path = tmp_path / "made" / "set.csv"
    path.write_text(f"path,label\n{one.name},yoga\ngone.mp4,yoga\n")
    batch = bring.bring_path(services, path)
    carry_out(services, batch)
    assert said(services) == {one.name: [("import set.csv", "yoga", None)]}
    states = {file.name: file.state for file in bring.files(services, batch.id)}
    assert states == {one.name: "added", "set.csv": "skipped", "gone.mp4": "failed"}
    assert other.name not in states
    path.write_text("a,b\n1,2\n")
    with pytest.raises(CannotBring, match="a column path and a column label"):
        bring.bring_path(services, path)
