"""Keeping the labels that came with a video, each once, as decisions of the table's."""

from __future__ import annotations

from app.workflow.errors import BadDecision
from app.workflow.labels import correct
from app.workflow.services import Services
from storage.errors import InvalidError
from storage.records.batches import FileRecord
from storage.records.decision import Decision


def keep_labels(services: Services, file: FileRecord, video_id: int) -> str:
    """What became of the labels, in words; "" for a file without any.

    The same label by the same table is not kept again, for example after a crash. Raises
    `StorageError`.
    """
    kept, problems = 0, []
    known = {
        (event.annotator, event.label, event.start_s, event.end_s)
        for event in correct.said(services, video_id).current
    }
    for number, row in enumerate(file.labels):
        said = (row["by"], row["label"], row.get("start_s"), row.get("end_s"))
        if said in known:
            continue
        try:
            correct.decide(services, _decision(file, number, video_id))
        except (BadDecision, InvalidError) as error:
            problems.append(f"{row['label']}: {error}")
        else:
            kept += 1
    if problems:
        return f"Some labels could not be kept. {problems[0]}"
    return f"With {kept} {'label' if kept == 1 else 'labels'}." if kept else ""


def _decision(file: FileRecord, number: int, video_id: int) -> Decision:
    """Raises `InvalidError`."""
    row = file.labels[number]
    is_part = row.get("start_s") is not None
    return Decision(
        op_id=f"bring-{file.id}-{number}",
        video_id=video_id,
        verdict="corrected",
        label=row["label"],
        new_label=True,
        annotator=row["by"],
        start_s=row.get("start_s"),
        end_s=row.get("end_s"),
        segment_id=f"bring-{file.id}-{number}" if is_part else None,
    )
