"""What can go wrong in `model`, each with a sentence that a person can act on.

ModelError
├── Cancelled          the person asked to stop
├── VideoError         this file cannot be used; subclasses name why (`model/video/errors.py`)
├── CheckpointError    this weight file cannot be used
├── DownloadError      the file could not be fetched
└── RemoteError        another machine was asked and gave no answer
"""

from __future__ import annotations


class ModelError(Exception):
    """Base of all errors of this package; its message is written for the person at the screen."""


class Cancelled(ModelError):
    """Raised from a progress callback, and passed through, when the person asked to stop."""


class VideoError(ModelError):
    """This file cannot be used. `code` is a stable machine-readable name."""

    code = "video"


class CheckpointError(ModelError):
    """A weight file is missing, damaged, of another architecture, or unsafe to read."""


class DownloadError(ModelError):
    """A file could not be fetched; what was already here is untouched."""


class RemoteError(ModelError):
    """Another machine was asked for an answer and gave none."""
