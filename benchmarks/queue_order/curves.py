"""`curves`: how right a taught version is after so many labels, by each order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from app.workflow.teaching.run import MOST_OTHERS
from app.workflow.teaching.teaching_set import SMALLEST
from benchmarks.learning.material import load_now
from benchmarks.queue_order.pools import Material, Numbers, Persons, split
from benchmarks.queue_order.ways import WAYS, Stand, Way
from model.learning.adapt import with_labels
from model.learning.fit import Background, Head, fit_head, stacked, with_imagined

Shares = NDArray[np.float64]
Learner = Literal["names", "quick"]
"""`names`: the app's teaching of names alone. `quick`: a stand-in that takes milliseconds."""

RIDGE = 0.02
BATCH = 3  # labels after which the order is asked for again, as `static/queue/queue.js` does
AHEAD = 1  # videos that are shown by then and keep their place
LEVELS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85)


def report(
    material: Material,
    budgets: Sequence[int],
    draws: int,
    persons: Persons,
    ways: Sequence[str],
    learner: Learner,
) -> None:
    """Prints one line an order, then what share of random's labels each needs."""
    print(f"\nright answers, {persons} persons, {draws} draws, {learner}; labels: ", *budgets)
    found: dict[str, Shares] = {}
    for name in ways:
        rows = [
            curve(material, WAYS[name], budgets, seed, persons, learner) for seed in range(draws)
        ]
        found[name] = np.array(rows)
        print(f"{name:10}", *(f"{share:.3f}" for share in found[name].mean(axis=0)), flush=True)
    print("\nlabels, where random needs 1, for a share of right answers (95 % over draws):")
    for name in ways:
        if name != "random":
            print(f"{name:10}", needs(found["random"], found[name], budgets))
    print(load_now())


def curve(
    material: Material,
    way: Way,
    budgets: Sequence[int],
    seed: int,
    persons: Persons,
    learner: Learner = "quick",
) -> list[float]:
    """Shares of right answers, one a budget."""
    drawn = split(material.clips, seed, persons)
    chance = np.random.default_rng(seed)
    labelled, ahead = np.empty(0, np.int64), np.empty(0, np.int64)
    found = []
    while len(labelled) < max(budgets):
        left = np.setdiff1d(drawn.pool, np.concatenate([labelled, ahead]))
        order = np.concatenate([ahead, way(Stand(material, labelled, left, chance), BATCH + AHEAD)])
        for clip in order[:BATCH]:
            labelled = np.append(labelled, clip)
            if len(labelled) in budgets:
                others = chance.permutation(np.setdiff1d(drawn.pool, labelled))[:MOST_OTHERS]
                found.append(right(material, labelled, others, drawn.test, learner))
        ahead = order[BATCH : BATCH + AHEAD]
    return found


def right(
    material: Material, labelled: Numbers, others: Numbers, test: Numbers, learner: Learner
) -> float:
    """The share of other persons' clips that a version taught by these labels names rightly.

    A label with one video is not learned, as in the app; `others` are unlabelled clips.
    """
    counts = np.bincount(material.labels[labelled], minlength=len(material.names))
    learned = np.flatnonzero(counts >= SMALLEST)
    if len(learned) < 2:
        return 0.0
    learn = labelled[np.isin(material.labels[labelled], learned)]
    if learner == "quick":
        said = quickly(material, learned, learn, test)
    else:
        said = by_name(material, learned, learn, others, test)
    return float(np.mean(said == material.labels[test]))


def quickly(material: Material, learned: Numbers, learn: Numbers, test: Numbers) -> Numbers:
    """The labels by ridge regression on the joined features, among the new classes alone."""
    rows = material.joined
    wanted = (material.labels[learn][:, None] == learned).astype(np.float64)
    likeness = rows[learn] @ rows[learn].T + RIDGE * np.eye(len(learn))
    solved = np.linalg.solve(likeness, wanted - wanted.mean(axis=0))
    scores = rows[test] @ rows[learn].T @ solved + wanted.mean(axis=0)
    found: Numbers = learned[scores.argmax(axis=1)]
    return found


def by_name(
    material: Material, learned: Numbers, learn: Numbers, others: Numbers, test: Numbers
) -> Numbers:
    """The labels as the app's teaching of names gives them, among the old 400 as well: then -1."""
    head = taught(material, learned, learn, others)
    old = len(material.parent.spec.labels)
    with torch.inference_mode():
        logits = head.logits(torch.stack([material.features[place][0] for place in test]))
    said = logits.argmax(dim=1).numpy() - old
    found: Numbers = np.where(said >= 0, learned[np.maximum(said, 0)], -1)
    return found


def taught(material: Material, learned: Numbers, learn: Numbers, others: Numbers) -> Head:
    """The names alone, fitted as the app fits them (`model.learning.finetune`)."""
    parent = material.parent
    old = len(parent.spec.labels)
    names = (*parent.spec.labels, *(f"new {material.names[label]}" for label in learned))
    grown = with_labels(parent, names).head
    head = Head(grown.weight.detach(), grown.bias.detach())
    place = {int(label): old + number for number, label in enumerate(learned)}
    views = [material.features[clip] for clip in learn]
    labels = torch.cat([
        torch.full((len(seen),), place[int(material.labels[clip])])
        for seen, clip in zip(views, learn, strict=True)
    ])  # fmt: skip
    around = [material.features[clip] for clip in others]
    background = None
    if around:
        with torch.inference_mode():
            answers = torch.cat([parent.network.head(seen).softmax(dim=1) for seen in around])
        background = Background(stacked(around), answers.clone())
    samples = stacked(views)
    held = with_imagined(background, head, samples, material.widths, old=old)
    return fit_head(head, samples, labels, held, old=old)


def needs(random: Shares, other: Shares, budgets: Sequence[int]) -> str:
    """By level: the labels that `other` needs over those that random needs, with an interval."""
    chance = np.random.default_rng(0)
    rows = chance.integers(0, len(random), (2000, len(random)))
    told = []
    for level in LEVELS:
        middle = _ratio(random.mean(axis=0), other.mean(axis=0), budgets, level)
        many = [_ratio(random[row].mean(axis=0), other[row].mean(axis=0), budgets, level)
                for row in rows]  # fmt: skip
        if np.isnan(middle):
            continue
        low, high = np.nanquantile(many, (0.025, 0.975))
        told.append(f"{level}: {middle:.2f} ({low:.2f}-{high:.2f})")
    return "  ".join(told)


def _ratio(random: Shares, other: Shares, budgets: Sequence[int], level: float) -> float:
    return _reached(other, budgets, level) / _reached(random, budgets, level)


def _reached(shares: Shares, budgets: Sequence[int], level: float) -> float:
    """The labels at which a curve first reaches a level, between two budgets in a line; or NaN."""
    for place, share in enumerate(shares):
        if share >= level:
            if place == 0:
                return float("nan")  # nobody looked at fewer labels
            before = shares[place - 1]
            part = (level - before) / (share - before)
            return float(budgets[place - 1] + part * (budgets[place] - budgets[place - 1]))
    return float("nan")
