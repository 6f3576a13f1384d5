"""What the card of a version that was taught here says of it, from what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.words.moments import day_and_time
from app.words.numbers import counted_percent
from app.workflow.models.card_text import plain, table
from app.workflow.services import Services
from storage.records import versions
from storage.records.versions import VersionRecord

MODES = {
    "head": "the names only",
    "last-stage": "the names and the last layers",
    "end-to-end": "everything",
}


def videos(said: Mapping[str, Any]) -> str:
    """What it learned from, in sentences."""
    learned, checked, others = (
        said.get("learned_from", 0),
        said.get("checked_on", 0),
        len(said.get("others", ())),
    )
    held = f" {others} videos without a label held it to what it said before." if others else ""
    return (
        f"It learned from {learned} videos that people labelled here; {checked} were kept for"
        f" checking.{held}"
    )


def facts(services: Services, record: VersionRecord) -> str:
    """How it was made, as a table."""
    said = record.origin
    rows = {
        "made from": parent_of(services, record),
        "made at": day_and_time(record.created_at),
        "what learned": MODES.get(str(said.get("mode")), str(said.get("mode"))),
        "labelled videos": said.get("corrections", ""),
        "up to label event": said.get("as_of", ""),
        "SHA-256 of the list of corrections": record.manifest_sha256 or "",
        "SHA-256 of the weights": record.sha256,
        "SHA-256 of the code that taught": said.get("code_sha256", ""),
        "PyTorch": said.get("torch", ""),
    }
    return table(("what", "value"), rows.items())


def figures(metrics: Mapping[str, Any]) -> str:
    """Before and after, on the videos kept for checking."""
    if not metrics:
        return "It has not been compared with what it was made from."
    if not metrics.get("videos"):
        return plain(metrics["sentence"])
    both = (metrics["before"], metrics["after"])
    rows = [
        ("right at once", *(_share(one["top1"], one["top1_interval"]) for one in both)),
        ("among the first five", *(_share(one["top5"]) for one in both)),
        ("mean over the classes", *(_share(one["mean_class_accuracy"]) for one in both)),
    ]
    classes = [(c["label"], c["videos"], c["before"], c["after"]) for c in metrics["classes"]]
    return "\n\n".join(
        (
            f"{plain(metrics['sentence'])} Measured here on {metrics['videos']} labelled videos"
            " that it did not learn from; in brackets where the true share lies with 95 %"
            " confidence.",
            table(("", "before", "now"), rows),
            table(("label", "videos", "right before", "right now"), classes),
        )
    )


def broken(metrics: Mapping[str, Any]) -> str:
    """What was right before and is wrong now."""
    broken = metrics.get("broken", ())
    if not broken:
        return "None of the videos kept for checking was right before and is wrong now."
    rows = [(one["label"], one["before"], one["after"]) for one in broken]
    said = "These were right before and are wrong now:"
    return f"{said}\n\n{table(('people say', 'before', 'now'), rows)}"


def index(record: VersionRecord) -> dict[str, Any]:
    """What Hugging Face draws its table of results from."""
    after = record.metrics["after"]
    kinds = (("accuracy", after["top1"]), ("top-5 accuracy", after["top5"]))
    return {
        "name": record.name,
        "results": [
            {
                "task": {"type": "video-classification"},
                "dataset": {"type": "own", "name": "videos kept for checking"},
                "metrics": [{"type": kind, "value": round(value, 4)} for kind, value in kinds],
            }
        ],
    }


def _share(share: float, interval: list[float] | None = None) -> str:
    if interval is None:
        return counted_percent(share)
    low, high = map(counted_percent, interval)
    return f"{counted_percent(share)} ({low} to {high})"


def parent_of(services: Services, record: VersionRecord) -> str:
    """The name of what it was made from."""
    if record.parent_id is None:
        return "nothing"
    with services.database.read() as session:
        return versions.get(session, version_id=record.parent_id).name
