"""Names of other programs, to and from ours, and the reference figures that come with them."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from model.network.csn import BLOCKS
from model.network.staged import StagedNetwork
from model.weights import checkpoint
from model.weights.build import build
from model.weights.csn_names import (
    PYTORCHVIDEO_STAGES,
    PYTORCHVIDEO_UNITS,
    describe,
    from_mmaction2,
    from_pytorchvideo,
    is_pytorchvideo,
    to_mmaction2,
)
from model.weights.spec import IMAGENET, ModelSpec
from tests.model.weights.tiny import lively_state

PUBLISHED = ["ircsn-r50", "ircsn-r101", "ircsn-r152", "ipcsn-r50", "ipcsn-r152"]


def spec_of(arch: str, classes: int = 400, width: int = 100) -> ModelSpec:
    labels = tuple(f"class {index}" for index in range(classes))
    return ModelSpec(arch, arch, labels, IMAGENET, {"width": width})


@pytest.fixture(scope="module")
def reference(shared_dir: Path) -> dict[str, Any]:
    text = (shared_dir / "reference" / "networks.json").read_text()
    networks: dict[str, Any] = json.loads(text)
    return networks


@pytest.fixture(scope="module")
def stand_in(shared_dir: Path) -> Callable[[str, list[int]], Tensor]:
    path = shared_dir / "reference" / "stand_in_weights.py"
    found = importlib.util.spec_from_file_location("stand_in_weights", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    tensor_for: Callable[[str, list[int]], Tensor] = module.tensor_for
    return tensor_for


@pytest.mark.shared
@pytest.mark.parametrize("arch", PUBLISHED)
def test_names_shapes_and_sizes_are_mmaction2_s(arch: str, reference: dict[str, Any]) -> None:
    with torch.device("meta"):
        network = build(spec_of(arch))
    state = to_mmaction2(network.state_dict())
    found = [[name, list(tensor.shape)] for name, tensor in state.items()]
    assert sorted(found) == sorted(reference[arch]["state_dict"])
    weights = sum(parameter.numel() for parameter in network.parameters())
    assert weights == reference[arch]["parameters"]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("arch", "size"), [("ircsn-r50", "small"), ("ircsn-r50", "clip"), ("ipcsn-r50", "small")]
)
def test_logits_are_mmaction2_s(
    arch: str,
    size: str,
    reference: dict[str, Any],
    stand_in: Callable[[str, list[int]], Tensor],
) -> None:
    names = reference[arch]["state_dict"]
    published = {name: stand_in(name, shape) for name, shape in names}
    network = checkpoint.assemble(spec_of(arch), from_mmaction2(published))
    wanted = torch.tensor(reference[arch][size]["logits"])
    seed = torch.Generator().manual_seed(reference[arch][size]["input_seed"])
    with torch.inference_mode():
        logits, _ = network(torch.randn(reference[arch][size]["input_shape"], generator=seed))
    assert (logits - wanted).norm() / wanted.norm() < 1e-5


@pytest.mark.parametrize("depth", BLOCKS)
@pytest.mark.parametrize("kind", ["ir", "ip"])
def test_names_convert_both_ways(kind: str, depth: int) -> None:
    arch = f"{kind}csn-r{depth}"
    with torch.device("meta"):
        state = build(spec_of(arch, classes=3, width=50)).state_dict()
    theirs = to_mmaction2(state)
    assert theirs.keys().isdisjoint(state)
    assert all(name.startswith(("backbone.", "cls_head.fc_cls.")) for name in theirs)
    ours = from_mmaction2(theirs)
    assert list(ours) == list(state)
    assert describe(ours) == (arch, 50)


@pytest.mark.parametrize("width", [1, 6, 25, 33, 75, 100, 150])
def test_the_width_is_read_off_the_stem(width: int) -> None:
    with torch.device("meta"):
        state = build(spec_of("ircsn-r26", 3, width)).state_dict()
        again = build(spec_of("ircsn-r26", 3, describe(state)[1])).state_dict()
    assert {k: v.shape for k, v in again.items()} == {k: v.shape for k, v in state.items()}


def test_other_networks_are_not_recognised() -> None:
    with torch.device("meta"):
        state = build(ModelSpec("i3d", "i3d", ("a",), IMAGENET)).state_dict()
    assert describe(state)[0] is None
    assert describe({})[0] is None


def test_missing_batch_counts_begin_at_zero() -> None:
    state = to_mmaction2(lively_state(spec_of("ircsn-r26", 3, 6)))
    without = {k: v for k, v in state.items() if not k.endswith("num_batches_tracked")}
    assert from_mmaction2(without).keys() == from_mmaction2(state).keys()


def to_pytorchvideo(name: str) -> str:
    for theirs, ours in PYTORCHVIDEO_STAGES.items():
        name = name.replace(ours, theirs, 1) if name.startswith(ours) else name
    for theirs, ours in PYTORCHVIDEO_UNITS.items():
        name = name.replace(f".{ours}", f".{theirs}", 1)
    return name


def test_pytorchvideo_s_smaller_epsilon_is_made_up_for() -> None:
    spec = spec_of("ircsn-r26", 3, 12)
    state = lively_state(spec)
    theirs = {to_pytorchvideo(name): tensor for name, tensor in state.items()}
    assert is_pytorchvideo(theirs)
    assert "blocks.1.res_blocks.0.branch2.norm_b.running_var" in theirs
    assert "blocks.0.norm.weight" in theirs
    assert "blocks.5.proj.bias" in theirs
    original: StagedNetwork = checkpoint.assemble(spec, state)
    for norm in original.modules():
        if isinstance(norm, nn.BatchNorm3d):
            norm.eps = 1e-5
    imported = checkpoint.assemble(spec, from_pytorchvideo(theirs))
    clips = torch.randn(1, 3, 8, 32, 32)
    torch.testing.assert_close(imported(clips), original(clips))
    plain = checkpoint.assemble(spec, state)
    assert not torch.allclose(plain(clips)[0], original(clips)[0])
