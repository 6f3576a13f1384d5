"""Where the features of videos are kept: computed once a model and video, used by many."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.workflow.services import Services

if TYPE_CHECKING:  # PyTorch takes seconds to import: only who computes waits for it
    from model.learning.features import FeatureStore
    from model.weights.checkpoint import LoadedCheckpoint


def feature_store(services: Services, parent: LoadedCheckpoint) -> FeatureStore:
    """What this network has computed for videos, shared by everything that asks for it."""
    from model.learning.features import FeatureStore  # noqa: PLC0415  # brings PyTorch

    wanted = services.models.preferences
    return FeatureStore(
        parent, features_folder(services), wanted.cache, wanted.engine, services.limits
    )


def features_folder(services: Services) -> Path:
    """Where features are kept. They can be computed again."""
    return services.models.preferences.cache / "features"
