"""The names that MMAction2 gives to the weights of a CSN, both ways, exactly."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

HEAD = {"cls_head.fc_cls.": "head."}
STAGES = {
    "backbone.conv1.": "trunk.stem.",
    "backbone.layer1.": "trunk.stage1.",
    "backbone.layer2.": "trunk.stage2.",
    "backbone.layer3.": "trunk.stage3.",
    "backbone.layer4.": "last_stage.",
}
UNITS = {
    "ir": {
        "conv1.": "reduce.",
        "conv2.0.": "depthwise.",
        "conv3.": "expand.",
        "downsample.": "shortcut.",
    },
    "ip": {
        "conv1.": "reduce.",
        "conv2.0.": "interact.",
        "conv2.1.": "depthwise.",
        "conv3.": "expand.",
        "downsample.": "shortcut.",
    },
}


def kind_of(names: Mapping[str, object]) -> str:
    """`ip` or `ir`, by the second convolution inside `conv2` that only `ip` has."""
    return "ip" if any(".conv2.1." in name for name in names) else "ir"


def from_mmaction2(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """To the names used here. A name of neither world is kept, for `check_state` to refuse."""
    units = UNITS[kind_of(tensors)]
    return {_renamed(name, STAGES | HEAD, units): tensor for name, tensor in tensors.items()}


def to_mmaction2(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """From the names used here back to those of MMAction2."""
    units = UNITS["ip" if any(".interact." in name for name in tensors) else "ir"]
    stages, units = _inverse(STAGES | HEAD), _inverse(units)
    return {_renamed(name, stages, units): tensor for name, tensor in tensors.items()}


def _renamed(name: str, stages: Mapping[str, str], units: Mapping[str, str]) -> str:
    for old, new in stages.items():
        if name.startswith(old):
            rest = name.removeprefix(old)
            block, dot, unit = rest.partition(".")
            if not block.isdigit():
                return new + rest
            return new + block + dot + _replaced(unit, units)
    return name


def _replaced(name: str, prefixes: Mapping[str, str]) -> str:
    for old, new in prefixes.items():
        if name.startswith(old):
            return new + name.removeprefix(old)
    return name


def _inverse(names: Mapping[str, str]) -> dict[str, str]:
    return {new: old for old, new in names.items()}
