"""How the family is compared: ranks, shares by source, and a picture that can be drawn."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from benchmarks.family import ranks_of, share_of
from benchmarks.family_picture import Dot, draw


def test_ranks_count_what_is_before() -> None:
    logits = np.array([[1, 3, 2], [5, 4, 3]], np.float32)
    assert ranks_of(logits, np.array([0, 0])).tolist() == [2, 0]


def test_every_source_counts_alike() -> None:
    hits = np.array([True, True, True, False])
    found = share_of(hits, ["one", "one", "one", "other"])
    assert found.mean == pytest.approx(0.5)
    assert (found.low, found.high) == (0, 1)
    assert (found.hits, found.videos) == (3, 4)


def test_the_picture_holds_every_network_at_its_place() -> None:
    drawn = ET.fromstring(draw([Dot("a & b", 0.1, 1.0), Dot("slow", 1.0, 0.5)]))
    circles = list(drawn.iter("{http://www.w3.org/2000/svg}circle"))
    (x, y), (later, lower) = ((float(c.get("cx", 0)), float(c.get("cy", 0))) for c in circles)
    assert x < later
    assert y < lower
    words = [t.text for t in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"a & b", "slow"} <= set(words)
