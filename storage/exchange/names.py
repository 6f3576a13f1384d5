"""What a video's file is called wherever it leaves the house, and how that name is read again."""

from __future__ import annotations

import re

from storage.records.videos import VideoRecord

DIGITS = 12  # of the SHA-256: enough to tell any two videos apart, short enough to read past
LONGEST_STEM = 60
ENDING = re.compile(r"\.(?=[a-z0-9]*[a-z])[a-z0-9]{2,5}$")  # `.13` is the end of a time of day
UNSAFE = re.compile(r"[^\w.]+")
OWN_NAME = re.compile(rf"-([0-9a-f]{{{DIGITS}}})(?:\.[a-z0-9]{{2,5}})?")
WHOLE_HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def media_name(video: VideoRecord) -> str:
    """The name, such as `juggling-1a2b3c4d5e6f.mp4`: no space, no folder, no two alike.

    Only letters, digits, `_`, `-` and `.`, so that no list, shell or archive stumbles over it.
    """
    found = ENDING.search(video.name.lower())
    stem = video.name[: found.start()] if found else video.name
    clean = UNSAFE.sub("_", stem).strip("._")[:LONGEST_STEM] or "video"
    return f"{clean}-{video.sha256[:DIGITS]}{found[0] if found else _ending(video)}"


def hash_in(path: str) -> str:
    """The SHA-256, or the first digits of it, that a path of an export holds; "" if it has none."""
    whole = WHOLE_HASH.search(path)
    if whole:
        return whole[0]
    own = OWN_NAME.search(base_name(path))
    return own[1] if own and own.end() == len(base_name(path)) else ""


def base_name(path: str) -> str:
    """The last part of a path of any system."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]


def _ending(video: VideoRecord) -> str:
    container = video.details.get("container")
    return f".{container}" if isinstance(container, str) and container else ".mp4"
