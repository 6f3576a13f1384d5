"""What is learned from corrections, how soon, at which price: `python -m benchmarks.learning PART`.

Needs the folder of real clips. `--kept` keeps features from one run to the next.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import get_args

from benchmarks.learning import alike, at_once, learns, settings, through
from model.learning.finetune_config import Scope

PARTS = ("learns", "settings", "at-once", "cache", "alike")


def main() -> None:
    """Runs one part or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=PARTS, metavar="PART", default=PARTS)
    parser.add_argument("--task", choices=("four", "all"))
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--each", type=int, default=5, help="corrections a class")
    parser.add_argument("--fewest", action="store_true", help="of as few persons as possible")
    parser.add_argument("--scope", choices=get_args(Scope)[:2], default="head")
    parser.add_argument("--epochs", type=int, default=5, help="of `cache`")
    parser.add_argument("--every", type=int, default=6, help="clips of which `alike` makes copies")
    parser.add_argument("--kept", type=Path, default=Path(tempfile.gettempdir()) / "second-look")
    wanted = parser.parse_args()
    tasks = (wanted.task,) if wanted.task else ("four", "all")
    for part in wanted.parts:
        if part == "at-once":
            at_once.report(wanted.kept, wanted.draws)
        elif part == "cache":
            through.report(wanted.kept, wanted.each, wanted.epochs)
        elif part == "alike":
            alike.report(wanted.kept, wanted.every)
        for task in tasks if part in ("learns", "settings") else ():
            show = learns.report if part == "learns" else settings.report
            show(wanted.kept, task, wanted.draws, wanted.scope, wanted.each, fewest=wanted.fewest)


if __name__ == "__main__":
    main()
