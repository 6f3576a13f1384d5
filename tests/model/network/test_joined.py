"""Features that earlier layers add to: same answer for old classes, same cells, finer steps."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from model.errors import CheckpointError
from model.network.atrous import OpenedNetwork
from model.network.csn import CSN
from model.network.i3d import I3D
from model.network.staged import StagedNetwork
from model.weights.build import build
from model.weights.spec import SIGNED_UNIT, ModelSpec


def networks(joined: int) -> list[StagedNetwork]:
    torch.manual_seed(3)
    csn = CSN("ir", 50, 5, width=0.05, joined=joined)
    i3d = I3D(5, filters=1, joined=joined)
    return [csn.eval().requires_grad_(False), i3d.eval().requires_grad_(False)]


@pytest.mark.parametrize("joined", [2, 3])
def test_the_last_layer_comes_first_so_that_an_old_head_still_fits(joined: int) -> None:
    clips = torch.randn(1, 3, 16, 40, 40)
    for plain, wide in zip(networks(1), networks(joined), strict=True):
        channels = plain.head.in_features
        state = plain.state_dict()
        state["head.weight"] = nn.functional.pad(
            state["head.weight"], (0, wide.head.in_features - channels)
        )
        wide.load_state_dict(state)
        logits, features = plain(clips)
        wide_logits, wide_features = wide(clips)
        assert torch.equal(wide_features[:, :channels], features)
        assert wide_features.shape[2:] == features.shape[2:]
        assert wide_features.shape[1] == wide.head.in_features
        torch.testing.assert_close(wide_logits, logits)


def test_opened_in_time_it_stays_the_same_at_the_old_steps() -> None:
    clips = torch.randn(1, 3, 16, 40, 40)
    for network in networks(3):
        opened = OpenedNetwork(network)
        _, fine = opened(clips)
        _, coarse = network(clips)
        torch.testing.assert_close(fine[:, :, :: opened.factor], coarse)


@pytest.mark.parametrize(("arch", "joined"), [("i3d", 4), ("ircsn-r26", 3), ("ircsn-r50", 0)])
def test_no_more_layers_can_be_joined_than_there_are(arch: str, joined: int) -> None:
    spec = ModelSpec("x", arch, ("a", "b"), SIGNED_UNIT, options={"joined": joined})
    with pytest.raises(CheckpointError, match="joined"), torch.device("meta"):
        build(spec)
