"""What both network families share: a trunk, a last stage, an average and a linear head."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

from model.network.centres import centres_of
from model.network.video_network import Axis


class JoinedStage(nn.Sequential):
    """Layers in a row whose output also carries what the layers before the last one computed.

    Joined are the outputs of the last `joined` layers, along the channels, the last one first; they
    must have the same steps and cells. A linear head over the average of them is still exactly a
    sum over cells, and what the earlier layers know is not lost to classes that the last layer was
    not made for.
    """

    def __init__(self, layers: OrderedDict[str, nn.Module], *, joined: int = 1) -> None:
        super().__init__(layers)
        if not 1 <= joined <= len(layers):
            raise ValueError(f"joined must be 1 to {len(layers)}")
        self.joined = joined

    def forward(self, x: Tensor) -> Tensor:
        """[N, C, T, H, W] to [N, all joined channels, T', H', W']."""
        outputs: list[Tensor] = []
        for layer in self:
            x = layer(x)
            outputs.append(x)
        return torch.cat(outputs[: -self.joined - 1 : -1], dim=1)


class StagedNetwork(nn.Module):
    """A `VideoNetwork` whose features come from a trunk followed by one last stage.

    `trunk` is everything before the last stage, in order. What it computes stays the same while
    only the last stage and the head learn, so it may be computed once and kept.
    """

    def __init__(
        self,
        trunk: nn.Sequential,
        last_stage: nn.Sequential,
        head: nn.Linear,
        *,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.trunk = trunk
        self.last_stage = last_stage
        self.dropout = nn.Dropout(dropout)
        self.head = head

    @property
    def layers(self) -> list[nn.Module]:
        """Everything before the average, in the order in which it computes."""
        return [*self.trunk, self.last_stage]

    def features(self, clips: Tensor) -> Tensor:
        """[N, 3, T, H, W], normalised, to last-stage features [N, C, T', H', W'], all >= 0."""
        features: Tensor = self.last_stage(self.trunk(clips))
        return features

    def classify(self, features: Tensor) -> Tensor:
        """Last-stage features [N, C, T', H', W'] to logits [N, classes]."""
        logits: Tensor = self.head(self.dropout(features.mean(dim=(2, 3, 4))))
        return logits

    def centres(self, size: tuple[int, int, int]) -> tuple[Axis, Axis, Axis]:
        """Receptive-field centres of the features along (T, H, W) for clips of that size."""
        return centres_of(self.layers, size)

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """(logits [N, classes], features [N, C, T', H', W']) of clips [N, 3, T, H, W]."""
        features = self.features(clips)
        return self.classify(features), features
