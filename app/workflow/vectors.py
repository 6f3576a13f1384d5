"""Vectors that videos are compared by, as bytes for the database and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]


def packed(features: NDArray[np.floating]) -> bytes:
    """Averaged features [C] of a video as its vector: float16, little-endian, of length 1."""
    exact = features.astype(np.float64)
    return (exact / max(float(np.linalg.norm(exact)), 1e-12)).astype("<f2").tobytes()


def unpacked(vectors: Sequence[bytes]) -> Rows:
    """Vectors of one network as rows float32 [N, C]; [0, 0] for none."""
    if not vectors:
        return np.empty((0, 0), np.float32)
    rows = np.frombuffer(b"".join(vectors), "<f2").reshape(len(vectors), -1)
    return rows.astype(np.float32)
