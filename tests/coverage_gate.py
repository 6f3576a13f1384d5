"""Four areas must be tested wholly, every line and every branch: `python -m tests.coverage_gate`.

Reads what `coverage json` wrote. How much of the rest must be tested stands in `pyproject.toml`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

REPORT = Path("coverage.json")
AREAS: Mapping[str, Sequence[str]] = {
    "decoding": ["model/video/*.py"],
    "ingest": ["app/workflow/videos/*.py", "app/server/uploads.py", "app/server/receiving.py"],
    "decisions": [
        "app/words/verdicts.py",
        "app/workflow/labels/*.py",
        "storage/records/agreement.py",
        "storage/records/current.py",
        "storage/records/decision.py",
        "storage/records/decisions.py",
        "storage/records/effective.py",
        "storage/records/labels.py",
    ],
    "jobs": [
        "app/jobs/*.py",
        "app/workflow/long_work.py",
        "storage/records/clock.py",
        "storage/records/jobs.py",
        "storage/records/queue.py",
    ],
}
"""Patterns of paths, without the folders below them."""


def complaints(report: Mapping[str, Any], areas: Mapping[str, Sequence[str]]) -> list[str]:
    """What is missing in a report of `coverage json`, a sentence for each file."""
    if not report["meta"]["branch_coverage"]:
        return ["branches were not measured"]
    files: Mapping[str, Any] = report["files"]
    found = []
    for area, patterns in areas.items():
        for pattern in patterns:
            chosen = [path for path in files if _is_like(path, pattern)]
            if not chosen:
                found.append(f"{area}: {pattern} names no file that was measured")
            found += [
                f"{area}: {path} {said}" for path in chosen if (said := _missing(files[path]))
            ]
    return found


def _is_like(path: str, pattern: str) -> bool:
    return path.count("/") == pattern.count("/") and fnmatchcase(path, pattern)


def _missing(file: Mapping[str, Any]) -> str:
    said = []
    if file["missing_lines"]:
        said.append(f"lines {', '.join(map(str, file['missing_lines']))}")
    if file["missing_branches"]:
        ways = (f"{a} to {b if b > 0 else 'the end'}" for a, b in file["missing_branches"])
        said.append(f"branches {', '.join(ways)}")
    return f"has no test of {' and '.join(said)}" if said else ""


def main() -> int:
    """The exit code: 1 if something is missing."""
    found = complaints(json.loads(REPORT.read_text("utf-8")), AREAS)
    for complaint in found:
        sys.stderr.write(f"{complaint}\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
