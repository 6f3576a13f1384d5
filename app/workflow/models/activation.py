"""The one way to decide which model answers, for all pages and the command line."""

from __future__ import annotations

from app.workflow.errors import ModelIsFixed, UnknownModel
from app.workflow.services import Services
from model.errors import CheckpointError
from model.weights import checkpoint
from storage.errors import NotFoundError
from storage.records import versions
from storage.records.versions import VersionRecord


def activate(services: Services, version_id: int, *, by: str) -> VersionRecord:
    """Lets a version answer from now on; an earlier one to go back. `by` says who wants it.

    Raises `ModelIsFixed`, `UnknownModel`, and `CheckpointError` if its file is not what it was.
    """
    _refuse_fixed(services)
    try:
        with services.database.read() as session:
            version = versions.get(session, version_id=version_id)
    except NotFoundError as error:
        raise UnknownModel(str(error)) from error
    path = services.models.weight_file(version)
    if checkpoint.load(path).sha256 != version.sha256:
        raise CheckpointError(
            f"The file of {version.name} is not the one that was taught. Put the right one back, or"
            " choose another version."
        )
    with services.database.write() as session:
        return versions.promote(session, version_id=version_id, promoted_by=by)


def activate_model(services: Services, name: str, *, by: str) -> VersionRecord:
    """Lets a model answer from now on, by its name or the path of its file.

    Raises `ModelIsFixed`, `UnknownModel`, `CheckpointError`.
    """
    _refuse_fixed(services)
    path = services.models.path_of(name)
    version_id = services.models.register(checkpoint.load(path), path)
    return activate(services, version_id, by=by)


def _refuse_fixed(services: Services) -> None:
    """What a setting decides, nobody can change by a click; to say so would be untrue."""
    if services.models.is_fixed:
        raise ModelIsFixed(
            "The setting SECOND_LOOK_MODEL decides which model answers. Whoever runs this must"
            " take it away first."
        )
