"""What can go wrong while a model learns.

ModelError
└── LearningError      the base here
    ├── ListError      the list of videos cannot be used
    ├── TooFewError    there is not enough to learn from, or to check with
    ├── RunError       the run's folder does not fit what was asked for
    └── NoSpaceError   the disk is full; what was there before is untouched
"""

from __future__ import annotations

from model.errors import ModelError


class LearningError(ModelError):
    """Training or testing could not start or go on; the message says what to do."""


class ListError(LearningError):
    """A list or manifest, or a video that it names, cannot be used."""


class TooFewError(LearningError):
    """Too few videos to learn from or to check with."""


class RunError(LearningError):
    """A run's folder is missing, empty, or belongs to another run."""


class NoSpaceError(LearningError):
    """A file could not be written whole; what was there before it is untouched."""
