"""The order for one teaching, as it stands in the job's row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, get_args

from app.workflow.long_work import Order
from model.learning.finetune_config import Scope


@dataclass(frozen=True, slots=True)
class OtherVideo:
    """A video that nobody has labelled; the next version is held to what its parent said of it."""

    sha256: str
    uri: str


@dataclass(frozen=True, slots=True)
class TeachOrder(Order):
    """Teach a child of `parent` (SHA-256) what the frozen corrections say.

    `manifest` is the hash of their file, `as_of` the number of the last decision that counts.
    `name` is that of the version to be; "" makes one up. Orders of the first versions of the
    program have no `others`.
    """

    parent: str
    manifest: str
    as_of: int
    mode: Scope
    name: str
    others: tuple[OtherVideo, ...] = ()

    def __post_init__(self) -> None:
        if self.mode not in get_args(Scope):
            raise ValueError(f"nobody knows how to teach {self.mode}")

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        """Raises `KeyError`, `TypeError` or `ValueError` for what this version does not know."""
        others = tuple(OtherVideo(**one) for one in fields.get("others", ()))
        return cls(**{**fields, "others": others})
