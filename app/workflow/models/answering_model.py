"""The very version that gave an answer, for whatever must look at its video again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.workflow.errors import UnknownModel
from app.workflow.services import Services
from storage.records.versions import VersionRecord

if TYPE_CHECKING:  # PyTorch takes seconds to import: only who computes waits for it
    from model.inference.predictor import LocalPredictor


def file_of(services: Services, version: VersionRecord) -> Path:
    """The weight file of a version. Raises `UnknownModel` if it is gone."""
    if services.models.active_version() == version.sha256:
        return services.models.active_path()
    path = services.models.weight_file(version)
    if not path.is_file():
        raise UnknownModel(
            f"{version.name} cannot look at this video any more: its file is gone. Whoever"
            f" runs this can put it back ({path.name})."
        )
    return path


def predictor_of(services: Services, version: VersionRecord) -> LocalPredictor:
    """The version, loaded. Raises `UnknownModel` if its file is gone or another one by now."""
    predictor = services.models.predictor(str(file_of(services, version)))
    if predictor.checkpoint.sha256 != version.sha256:
        raise changed(version)
    return predictor


def changed(version: VersionRecord) -> UnknownModel:
    """What to raise where the file turned out to be another one."""
    return UnknownModel(
        f"{version.name} cannot look at this video any more: its file was changed since."
        " Whoever runs this can put the old one back."
    )
