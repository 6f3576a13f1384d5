"""The learning rate at each moment, as the published recipes have it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("name", "frozen"),
    [
        ("ircsn_ig65m_pretrained_r152_32x2x1_58e_kinetics400_rgb", False),
        ("ircsn_ig65m-pretrained-r152_8xb12-32x2x1-58e_kinetics400-rgb", False),
        ("ircsn_ig65m-pretrained-r152-bnfrozen_8xb12-32x2x1-58e_kinetics400-rgb", True),
    ],
)
def test_a_name_tells_whether_norms_are_frozen(name: str, frozen: bool) -> None:
    assert recipe_for(name).frozen_norm is frozen


@given(st.integers(1, 400), st.floats(0, 1))
def test_in_another_time_the_rate_takes_the_same_course(epochs: int, share: float) -> None:
    drawn = PRETRAINED.lasting(epochs)
    assert drawn.epochs == epochs
    assert 0 <= drawn.warmup_epochs <= drawn.milestones[0] <= drawn.milestones[1] <= epochs
    long = PRETRAINED.lasting(58 * 1000)
    whole = learning_rate(long, share * long.epochs, 96)
    assert whole == pytest.approx(learning_rate(PRETRAINED, share * 58, 96), rel=0.01) or any(
        abs(share * 58 - edge) < 1 for edge in PRETRAINED.milestones
    )


def test_ten_epochs_see_every_step_of_the_rate() -> None:
    drawn = PRETRAINED.lasting(10)
    assert (drawn.warmup_epochs, drawn.milestones) == (3, (6, 8))
    assert PRETRAINED.lasting(58) == PRETRAINED


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="dropout"):
        Recipe(dropout=1.0)
    with pytest.raises(ValueError, match="positive"):
        Recipe(epochs=0)
