from __future__ import annotations

import numpy as np

from app.workflow.vectors import packed, unpacked


def test_a_vector_comes_back_with_length_one() -> None:
    rows = unpacked([packed(np.array([3e5, 4e5])), packed(np.array([0.0, -2.0]))])
    np.testing.assert_allclose(rows, np.array([[0.6, 0.8], [0.0, -1.0]]), atol=1e-3)
    assert rows.dtype == np.float32


def test_nothing_is_no_rows() -> None:
    assert unpacked([]).shape == (0, 0)
    assert np.isfinite(unpacked([packed(np.zeros(4))])).all()
