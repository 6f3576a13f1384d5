"""The oldest versions that are safe to run on; older ones have holes that are known."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import av

# gradio: fetching of foreign addresses (CVE-2026-28414, -28416); av: crash on truncated files, and
# FFmpeg's CVE-2026-8461; torch: code in weight files (CVE-2026-24747); python-multipart and
# starlette: endless form fields (CVE-2026-42561, CVE-2024-47874) and ranges (CVE-2025-62727).
FLOORS = {
    "gradio": (6, 31),
    "av": (18, 1),
    "torch": (2, 10),
    "python-multipart": (0, 0, 27),
    "starlette": (0, 49, 1),
}
FFMPEG_FLOOR = (8, 1, 2)


def too_old() -> list[str]:
    """One sentence for each installed part that is missing or below its floor; empty if none."""
    complaints = [
        _complaint(name, _installed(name), floor)
        for name, floor in FLOORS.items()
        if numbers(_installed(name)) < floor
    ]
    if numbers(av.ffmpeg_version_info) < FFMPEG_FLOOR:
        complaints.append(_complaint("FFmpeg (inside av)", av.ffmpeg_version_info, FFMPEG_FLOOR))
    return complaints


def numbers(text: str) -> tuple[int, ...]:
    """`2.14.1+cu130` -> (2, 14, 1); stops at what is not a number."""
    found: list[int] = []
    for part in text.split("+")[0].lstrip("n").split("."):
        if not part.isdigit():
            break
        found.append(int(part))
    return tuple(found)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _complaint(name: str, found: str, floor: tuple[int, ...]) -> str:
    needed = ".".join(map(str, floor))
    return f"{name} is {found}; at least {needed} is needed. Run `make run` again to update it."
