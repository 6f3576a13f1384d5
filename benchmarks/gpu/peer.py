"""MMAction2's own network, from its wheels in a folder, with our weights in it.

The folder is made so, and nothing of it belongs to the project:
`pip install --no-deps --target FOLDER mmaction2==1.2.0 mmengine==0.10.7 mmcv-lite==2.1.0 addict
yapf termcolor platformdirs`.
"""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from model.network.csn import CSN
from model.weights.csn_names import to_mmaction2

ROOMS = ("mmaction.models", "mmaction.models.backbones")


class Peer(nn.Module):
    """The backbone of MMAction2 1.2.0, an average and a linear layer: its `TSN3D` head's answer."""

    def __init__(self, backbone: nn.Module, head: nn.Linear) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = head

    def forward(self, clips: Tensor) -> Tensor:
        """Logits [N, classes] of normalised clips [N, 3, T, H, W]."""
        logits: Tensor = self.head(self.backbone(clips).mean(dim=(2, 3, 4)))
        return logits


def peer_of(network: CSN, kind: str, depth: int, folder: Path) -> Peer:
    """The same network as MMAction2 builds it."""
    build = _backbone_class(folder)
    # its train() answers None, so nothing can be chained to eval()
    backbone = build(
        depth=depth,
        bottleneck_mode=kind,
        pretrained=None,
        with_pool2=False,
        norm_eval=True,
        bn_frozen=True,
        zero_init_residual=False,
    )
    named = to_mmaction2(network.state_dict())
    begin = "backbone."
    backbone.load_state_dict({k.removeprefix(begin): v for k, v in named.items() if begin in k})
    backbone.to(network.head.weight.device)
    backbone.eval()
    return Peer(backbone, network.head).requires_grad_(False)


def _backbone_class(folder: Path) -> Any:
    """Of all of MMAction2 only these two modules: the rest asks for what is not needed here."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    for name in ROOMS:
        room = types.ModuleType(name)
        room.__path__ = [str(folder / name.replace(".", "/"))]
        sys.modules.setdefault(name, room)
    return importlib.import_module("mmaction.models.backbones.resnet3d_csn").ResNet3dCSN


def set_tf32(on: bool) -> None:
    """Whether float32 products may be rounded to TF32 on the card's matrix units."""
    torch.backends.cuda.matmul.allow_tf32 = on
    torch.backends.cudnn.allow_tf32 = on
