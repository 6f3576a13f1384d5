"""Class evidence adds up to the answer, and is what grad-cam computes before it stretches it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from model.evidence.methods import METHODS, Method, earlier_stage, head_gradients, method_map
from model.inference.engines.engine import Activations
from model.inference.saliency import (
    Head,
    believable_evidence,
    class_evidence,
    completeness_error,
)
from model.network.staged import StagedNetwork
from tests.model.inference.tiny import TINY_SIZE


@pytest.fixture(scope="module")
def head(network: StagedNetwork) -> Head:
    return Head(network.head.weight.numpy(), network.head.bias.numpy())


@pytest.fixture(scope="module")
def clips() -> torch.Tensor:
    return torch.randn(2, 3, *TINY_SIZE, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def activations(network: StagedNetwork, clips: torch.Tensor) -> Activations:
    with torch.inference_mode():
        logits, features = network(clips)
    return Activations(logits.numpy(), features.numpy())


def test_evidence_adds_up_to_every_logit(activations: Activations, head: Head) -> None:
    classes = range(7)
    evidence = class_evidence(activations.features, head, classes)
    assert evidence.shape == (7, 2, 4, 2, 2)
    totals = evidence.mean(axis=(2, 3, 4)).T + head.bias
    np.testing.assert_allclose(totals, activations.logits, rtol=1e-4, atol=1e-4)
    assert completeness_error(evidence, activations.logits, head, classes) < 1e-5


def test_evidence_of_a_class_does_not_depend_on_its_company(
    activations: Activations, head: Head
) -> None:
    together = class_evidence(activations.features, head, (4, 0, 2))
    for row, index in enumerate((4, 0, 2)):
        alone = class_evidence(activations.features, head, (index,))[0]
        np.testing.assert_allclose(together[row], alone, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(
        together,
        np.einsum("kc,ncthw->knthw", head.weight[[4, 0, 2]], activations.features),
        rtol=1e-4,
        atol=1e-5,
    )


def captured_by_grad_cam(
    network: StagedNetwork, clips: torch.Tensor, index: int, layer: torch.nn.Module | None = None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Activations and gradients of a layer (the last stage), as the package's hooks take them."""
    from pytorch_grad_cam.activations_and_gradients import (  # noqa: PLC0415  # 5 s, here only
        ActivationsAndGradients,
    )

    watched = ActivationsAndGradients(network, [layer or network.last_stage], None)
    try:
        logits, _ = watched(clips.clone().requires_grad_())
        logits[:, index].sum().backward()
        return watched.activations[0].numpy(), watched.gradients[0].numpy()
    finally:
        watched.release()


def test_evidence_is_grad_cam_and_hirescam_times_the_number_of_cells(
    network: StagedNetwork, clips: torch.Tensor, activations: Activations, head: Head
) -> None:
    for index in (0, 5):
        captured, gradients = captured_by_grad_cam(network, clips, index)
        np.testing.assert_allclose(
            gradients, head_gradients(head, index, activations.features), rtol=1e-4, atol=1e-7
        )
        ours = class_evidence(activations.features, head, (index,))[0]
        cells = np.prod(ours.shape[1:])
        for method in ("grad-cam", "hirescam"):
            theirs = method_map(method, captured, gradients) * cells
            np.testing.assert_allclose(theirs, ours, rtol=1e-4, atol=1e-4)


def test_the_stage_before_is_what_grad_cam_would_capture(
    network: StagedNetwork, clips: torch.Tensor
) -> None:
    features, gradients = earlier_stage(network, clips.numpy(), (5, 0))
    assert not any(weight.requires_grad for weight in network.parameters())
    for row, index in enumerate((5, 0)):
        captured, theirs = captured_by_grad_cam(network, clips, index, network.trunk)
        np.testing.assert_allclose(features, captured, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(gradients[row], theirs, rtol=1e-3, atol=1e-6)
    assert np.abs(gradients[0] - gradients[1]).max() > 1e-4  # classes have gradients of their own


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_keep_time_before_height_before_width(method: Method) -> None:
    features = np.zeros((1, 3, 4, 2, 5), dtype=np.float32)
    features[0, 1, 2, 1, 3] = 6.0
    head = Head(np.eye(3, dtype=np.float32), np.zeros(3, dtype=np.float32))
    drawn = method_map(method, features, head_gradients(head, 1, features))
    assert drawn.shape == (1, 4, 2, 5)
    assert np.unravel_index(drawn[0].argmax(), drawn[0].shape) == (2, 1, 3)


def test_evidence_that_does_not_add_up_is_not_shown(activations: Activations, head: Head) -> None:
    assert believable_evidence(activations, head, (0, 3)) is not None
    other = Activations(activations.logits + 0.5, activations.features)
    assert believable_evidence(other, head, (0, 3)) is None


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_evidence_from_numbers_that_are_none_is_not_shown(
    activations: Activations, head: Head, broken: float
) -> None:
    features = activations.features.copy()
    features[1, 0, 0, 0, 0] = broken
    assert believable_evidence(Activations(activations.logits, features), head, (0,)) is None
    logits = activations.logits.copy()
    logits[0, 0] = broken
    assert believable_evidence(Activations(logits, activations.features), head, (0,)) is None
