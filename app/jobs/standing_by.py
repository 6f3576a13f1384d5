"""What the worker for answers does between two jobs: it keeps the model in use ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.workflow.services import Services
from model.inference.seam import Status


@dataclass(slots=True)
class StandingBy:
    """Loads the model that answers, again after another one was promoted, and tells how it is."""

    services: Services
    tell: Callable[[Status], None]
    _told: Status | None = None

    def __call__(self) -> None:
        """Cheap when nothing has changed."""
        models = self.services.models
        if models.status().state != "ready":
            self._say(models.status())
            models.warm_up()
        self._say(models.status())

    def _say(self, status: Status) -> None:
        if status != self._told:
            self._told = status
            self.tell(status)
