"""A network that looks for red and nothing else, and a film that is red for a moment."""

from __future__ import annotations

from collections import OrderedDict
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import torch
from torch import nn

from model.network.staged import JoinedStage, StagedNetwork
from model.weights.checkpoint import LoadedCheckpoint
from model.weights.spec import ModelSpec, Normalisation

RED_FROM, RED_TO = 42, 58  # frames
FPS = 30
LABELS = ("red", "grey", "blue", "green", "white", "black", "pink")
UNIT = Normalisation((0.0, 0.0, 0.0), (255.0, 255.0, 255.0))
SPEC = ModelSpec("red", "ircsn-r26", LABELS, UNIT, {"width": 6}, short_side=54, crop=48)


def red_checkpoint() -> LoadedCheckpoint:
    """Eight frames and 16 x 16 pixels to a cell; the more red there is, the more it is `red`."""
    trunk = nn.Sequential(nn.AvgPool3d((1, 16, 16)), nn.MaxPool3d((8, 1, 1), stride=(8, 1, 1)))
    point = nn.Conv3d(3, 2, 1)
    with torch.no_grad():
        point.weight[:] = torch.tensor([[1.0, -1.0, 0.0], [0.0, 0.0, 0.0]])[:, :, None, None, None]
        point.bias[:] = torch.tensor([0.0, 1.0])  # type: ignore[index]
    stage = JoinedStage(OrderedDict(point=point, relu=nn.ReLU()))
    head = nn.Linear(2, len(LABELS))
    with torch.no_grad():
        head.weight[:] = 0.0
        head.weight[0, 0] = 150.0
        head.bias[:] = torch.tensor([0.0, 2.0, 1.0, 0.5, 0.0, 0.0, 0.0])
    network = StagedNetwork(trunk, stage, head)
    return LoadedCheckpoint(SPEC, "11" * 32, network.eval().requires_grad_(False))


def red_film(path: Path, frames: int = 100) -> Path:
    """Grey noise, 96 x 72; a red square on the left from frame `RED_FROM` to `RED_TO`."""
    generator = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"bf": "0", "crf": "12"})
        stream.width, stream.height, stream.pix_fmt = 96, 72, "yuv420p"
        for number in range(frames):
            grey = generator.integers(90, 130, (72, 96, 1), dtype=np.uint8)
            picture = np.repeat(grey, 3, axis=2)
            if RED_FROM <= number < RED_TO:
                picture[16:56, 16:48] = (230, 20, 20)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
