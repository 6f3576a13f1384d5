"""The names that other programs give to the weights of a CSN, to and from those used here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import torch
from torch import Tensor

from model.network.csn import BLOCKS
from model.network.layers import EPS

MMACTION2_STAGES = {
    "backbone.conv1.": "trunk.stem.",
    "backbone.layer1.": "trunk.stage1.",
    "backbone.layer2.": "trunk.stage2.",
    "backbone.layer3.": "trunk.stage3.",
    "backbone.layer4.": "last_stage.",
    "cls_head.fc_cls.": "head.",
}
MMACTION2_UNITS = {
    "conv1.": "reduce.",
    "conv2.0.": "depthwise.",
    "conv3.": "expand.",
    "downsample.": "shortcut.",
}
MMACTION2_UNITS_IP = MMACTION2_UNITS | {"conv2.0.": "interact.", "conv2.1.": "depthwise."}
# What MMAction2 1.x keeps beside the network.
NOT_WEIGHTS = ("data_preprocessor.",)

PYTORCHVIDEO_STAGES = {
    "blocks.0.": "trunk.stem.",
    "blocks.1.res_blocks.": "trunk.stage1.",
    "blocks.2.res_blocks.": "trunk.stage2.",
    "blocks.3.res_blocks.": "trunk.stage3.",
    "blocks.4.res_blocks.": "last_stage.",
    "blocks.5.proj.": "head.",
}
PYTORCHVIDEO_UNITS = {
    "branch1_conv.": "shortcut.conv.",
    "branch1_norm.": "shortcut.bn.",
    "branch2.conv_a.": "reduce.conv.",
    "branch2.norm_a.": "reduce.bn.",
    "branch2.conv_b.": "depthwise.conv.",
    "branch2.norm_b.": "depthwise.bn.",
    "branch2.conv_c.": "expand.conv.",
    "branch2.norm_c.": "expand.bn.",
    "norm.": "bn.",
}
PYTORCHVIDEO_EPS = 1e-5

BLOCK = re.compile(r"(?:trunk\.stage([123])|last_stage)\.([0-9]+)\.")


def from_mmaction2(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """From MMAction2's names. A name of neither world is kept, to be refused with the others.

    Old files do not count their batches; the count is of no use here and begins at 0.
    """
    preserved = any(".conv2.1." in name for name in tensors)
    units = MMACTION2_UNITS_IP if preserved else MMACTION2_UNITS
    return _counted(
        {
            _renamed(name, MMACTION2_STAGES, units): tensor
            for name, tensor in tensors.items()
            if not name.startswith(NOT_WEIGHTS)
        }
    )


def to_mmaction2(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """To MMAction2's names: exactly the state dict that it saves."""
    preserved = any(".interact." in name for name in tensors)
    units = _inverse(MMACTION2_UNITS_IP if preserved else MMACTION2_UNITS)
    stages = _inverse(MMACTION2_STAGES)
    return {_renamed(name, stages, units): tensor for name, tensor in tensors.items()}


def is_pytorchvideo(names: Iterable[str]) -> bool:
    """Whether these names come from pytorchvideo."""
    return any(name.startswith("blocks.1.res_blocks.") for name in names)


def from_pytorchvideo(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """From the names of pytorchvideo's `csn_r101`.

    Its batch norms add 1e-5 to the variance instead of 1e-3; their scale makes up for it.
    """
    state = {
        _renamed(name, PYTORCHVIDEO_STAGES, PYTORCHVIDEO_UNITS): tensor
        for name, tensor in tensors.items()
    }
    for name in [name for name in state if name.endswith("bn.weight")]:
        variance = state[name.removesuffix("weight") + "running_var"]
        state[name] = state[name] * torch.sqrt((variance + EPS) / (variance + PYTORCHVIDEO_EPS))
    return _counted(state)


def describe(tensors: Mapping[str, Tensor]) -> tuple[str | None, int]:
    """(architecture, width in percent) of weights under this program's names.

    The architecture is None if the depth is none of the family's, or the stem is missing.
    """
    blocks: list[set[str]] = [set(), set(), set(), set()]
    for name in tensors:
        if found := BLOCK.match(name):
            blocks[int(found[1] or 4) - 1].add(found[2])
    counts = tuple(map(len, blocks))
    depth = next((depth for depth, wanted in BLOCKS.items() if wanted == counts), None)
    if depth is None or "trunk.stem.conv.weight" not in tensors:
        return None, 100
    kind = "ip" if any(".interact." in name for name in tensors) else "ir"
    channels = len(tensors["trunk.stem.conv.weight"])
    return f"{kind}csn-r{depth}", round(channels * 100 / 64)


def _counted(state: dict[str, Tensor]) -> dict[str, Tensor]:
    for name in [name for name in state if name.endswith("bn.running_var")]:
        count = name.removesuffix("running_var") + "num_batches_tracked"
        state.setdefault(count, torch.tensor(0))
    return state


def _renamed(name: str, stages: Mapping[str, str], units: Mapping[str, str]) -> str:
    stage = next((old for old in stages if name.startswith(old)), None)
    if stage is None:
        return name
    rest = name.removeprefix(stage)
    block, dot, unit = rest.partition(".")
    if not block.isdigit():
        block, dot, unit = "", "", rest
    old = next((old for old in units if unit.startswith(old)), "")
    return stages[stage] + block + dot + units.get(old, "") + unit.removeprefix(old)


def _inverse(names: Mapping[str, str]) -> dict[str, str]:
    return {new: old for old, new in names.items()}
