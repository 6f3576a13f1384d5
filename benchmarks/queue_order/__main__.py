"""How many labels does each order of a queue need? `python -m benchmarks.queue_order`.

Needs the folder of real clips. `--kept` keeps features from one run to the next.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import get_args

import torch

from benchmarks.queue_order import curves
from benchmarks.queue_order.curves import Learner
from benchmarks.queue_order.pools import Persons, material
from benchmarks.queue_order.ways import WAYS

BUDGETS = {"all": (10, 20, 30, 40, 50, 60, 80, 100), "half": (10, 15, 20, 30, 40, 50)}


def main() -> None:
    """Prints the curves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--persons", choices=get_args(Persons), default="all")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--budgets", type=int, nargs="+", help="numbers of labels")
    parser.add_argument("--learner", choices=get_args(Learner), default="names")
    parser.add_argument("--kept", type=Path, default=Path(tempfile.gettempdir()) / "second-look")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    budgets = asked.budgets or BUDGETS["all" if asked.persons == "all" else "half"]
    found = material(asked.kept)
    ways = list(dict.fromkeys(["random", *asked.ways]))
    curves.report(found, budgets, asked.draws, asked.persons, ways, asked.learner)


if __name__ == "__main__":
    main()
