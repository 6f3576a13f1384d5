"""Where the weights of a version lie: the database keeps a URI, the program needs a file."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from storage.errors import NotFoundError

SCHEME = "file://"


class WeightStore(Protocol):
    """Gives files for the URIs that versions are registered with."""

    def uri_of(self, path: Path) -> str:
        """The URI under which a weight file is registered."""
        ...

    def path_of(self, uri: str) -> Path:
        """The file on this machine, which may be gone. Raises `NotFoundError` if none can be."""
        ...

    def is_at(self, uri: str, path: Path) -> bool:
        """Whether a URI means this file."""
        ...


class LocalWeights:
    """A `WeightStore` of files on this machine: `file://` and the absolute path as it is."""

    def uri_of(self, path: Path) -> str:
        """The URI under which a weight file is registered."""
        return f"{SCHEME}{path.absolute()}"

    def path_of(self, uri: str) -> Path:
        """The file on this machine, which may be gone. Raises `NotFoundError` for other URIs."""
        if not uri.startswith(SCHEME):
            raise NotFoundError(
                f"The weights of this version lie at {uri}, where this program cannot get them."
                " Let another version answer."
            )
        return Path(uri.removeprefix(SCHEME))

    def is_at(self, uri: str, path: Path) -> bool:
        """Whether a URI means this file, also if the two were reached by different links."""
        if not uri.startswith(SCHEME):
            return False
        known = self.path_of(uri)
        return known == path.absolute() or (
            known.exists() and path.exists() and known.samefile(path)
        )
