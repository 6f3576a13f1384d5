"""`settings`: the mix with other settings. Those in use were chosen on the `even` persons."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from benchmarks.queue_order import curves
from benchmarks.queue_order.pools import Material, Persons
from benchmarks.queue_order.ways import WAYS
from model.learning import label_order

LEASTS = (0.1, 0.3, 10.0)  # the last: doubt does not matter
SHARPNESSES = (15.0, 30.0)
COPIES = (0.97, 0.985, 2.0)  # the last: a copy is as good as another video


def report(material: Material, budgets: Sequence[int], draws: int, persons: Persons) -> None:
    """Prints the mean share of right answers over all budgets, one line a setting."""
    used = (label_order.LEAST, label_order.SHARPNESS, label_order.COPY)
    for least, sharpness, copy in product(LEASTS, SHARPNESSES, COPIES):
        label_order.LEAST, label_order.SHARPNESS, label_order.COPY = least, sharpness, copy
        rows = [
            curves.curve(material, WAYS["mix"], budgets, seed, persons) for seed in range(draws)
        ]
        mark = "  in use" if (least, sharpness, copy) == used else ""
        told = f"least {least}, sharpness {sharpness}, copy {copy}"
        print(f"{told}: {np.mean(rows):.3f}{mark}", flush=True)
    label_order.LEAST, label_order.SHARPNESS, label_order.COPY = used
