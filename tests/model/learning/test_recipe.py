"""The learning rate at each moment, as the published recipes have it."""

from __future__ import annotations

import pytest

from model.learning.recipe import FROM_SCRATCH, PRETRAINED, Recipe, learning_rate, recipe_for


@pytest.mark.parametrize(
    ("progress", "rate"),
    [
        (0.0, 5e-5), (8.0, 2.75e-4), (16.0, 5e-4), (31.99, 5e-4), (32.0, 5e-5), (48.0, 5e-6),
        (57.9, 5e-6),
    ],
)  # fmt: skip
def test_warm_up_then_steps(progress: float, rate: float) -> None:
    assert learning_rate(PRETRAINED, progress, 96) == pytest.approx(rate)


@pytest.mark.parametrize(
    ("progress", "rate"), [(0.0, 0.008), (90.0, 0.04), (180.0, 0.0), (60.0, 0.06)]
)
def test_cosine(progress: float, rate: float) -> None:
    assert learning_rate(FROM_SCRATCH, progress, 96) == pytest.approx(rate)


def test_the_rate_grows_with_the_batch() -> None:
    assert learning_rate(PRETRAINED, 20, 12) == pytest.approx(5e-4 / 8)


def test_a_name_tells_its_recipe() -> None:
    assert recipe_for("ircsn_bnfrozen_r50_32x2x1_180e_kinetics400_rgb") is FROM_SCRATCH
    assert recipe_for("ircsn_ig65m_pretrained_bnfrozen_r152_32x2x1_58e") is PRETRAINED


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        Recipe(epochs=0)
