"""What can go wrong in a use case, each with a sentence that a person can act on.

AppError
├── TooLarge        an upload above the limit
├── UnknownVideo    no such video here
├── UnknownModel    no such model here
├── BadDecision     a label decision that cannot be kept
├── WrongName       somebody logged in gave another's name
├── CannotTeach     there is something in the way of teaching the model
├── CannotBring     many files at once cannot be taken, or not in this way
├── CannotGet       a model cannot be fetched
├── CannotImport    a file of labels cannot be read
├── UnknownOrder    a job's order, by another version of the program, is not understood
└── ModelIsFixed    a setting decides which model answers
"""

from __future__ import annotations


class AppError(Exception):
    """Base of this package's errors; its message is written for the person at the screen."""


class TooLarge(AppError):
    """The file is above the limit for uploads."""


class UnknownVideo(AppError):
    """There is no video with this number."""


class UnknownModel(AppError):
    """There is no model of this name on this machine."""


class BadDecision(AppError):
    """A label decision that cannot be kept, for example without a label."""


class WrongName(AppError):
    """Somebody who is logged in gave the name of somebody else."""


class CannotTeach(AppError):
    """There is too little to learn from, or something is in the way; the message says what."""


class CannotBring(AppError):
    """Many files at once cannot be taken; the message says why."""


class CannotGet(AppError):
    """A model cannot be fetched; the message says why."""


class CannotImport(AppError):
    """A file is no list of labels that can be read; the message says why."""


class UnknownOrder(AppError):
    """A job was queued by another version of the program, and its order is not understood."""


class ModelIsFixed(AppError):
    """A setting decides which model answers, so nobody else can."""
