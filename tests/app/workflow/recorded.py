"""A version in the database as a teaching leaves it, without the teaching."""

from __future__ import annotations

from typing import Any

from app.workflow.services import Services
from model.weights import catalogue, checkpoint, spec_json
from storage.records import versions
from storage.records.versions import NewVersion
from tests.app.workflow.lessons import sibling

NASTY = "a | b\n## <img src=x> [c](d) *e*"
FIGURES = {
    "top1": 0.5,
    "top1_interval": [0.1, 0.9],
    "top5": 1.0,
    "mean_class_accuracy": 0.5,
}
RESULT: dict[str, Any] = {
    "videos": 2,
    "sentence": "0 of 2 right before, 1 of 2 now; that difference may be chance.",
    "before": FIGURES | {"top1": 0.0, "top1_interval": [0.0, 0.66]},
    "after": FIGURES,
    "classes": [{"label": NASTY, "videos": 2, "before": 0, "after": 1}],
    "fixed": [],
    "broken": [{"label": "star jump", "before": "star jump", "after": NASTY}],
}


def record_taught(services: Services, name: str) -> str:
    """Makes the weight file and its row, with results about a label that is no harmless word."""
    path = services.models.folder / f"{name}.safetensors"
    sha256 = sibling(path, ("star jump",))
    parent = services.models.register(
        checkpoint.load(catalogue.default_path()), catalogue.default_path()
    )
    version = NewVersion(
        name=name,
        weights_uri=services.models.weights.uri_of(path),
        sha256=sha256,
        spec=spec_json.to_fields(checkpoint.read_spec(path)),
        origin={
            "job": 1,
            "mode": "head",
            "as_of": 7,
            "corrections": 5,
            "learned_from": 3,
            "checked_on": 2,
            "others": ["x"],
            "code_sha256": "c" * 64,
            "torch": "2",
        },
        parent_id=parent,
        manifest_sha256="m" * 64,
    )
    with services.database.write() as session:
        made = versions.register(session, version=version)
        versions.set_metrics(session, version_id=made.id, metrics=RESULT)
    return name
