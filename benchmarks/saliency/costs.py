"""What a class's curve costs beyond the answer, way by way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor, nn

from benchmarks.saliency.scenes import Network, Scene
from benchmarks.saliency.ways import OTHERS, occlusion, stage_before
from benchmarks.timing import in_turn
from model.inference.saliency import class_evidence


class LogitsAlone(nn.Module):
    """The network as the package wants it: one output."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, clips: Tensor) -> Tensor:
        """[N, 3, T, H, W] to logits [N, classes]."""
        logits: Tensor = self.network(clips)[0]
        return logits


def print_costs(network: Network, scene: Scene, *, rounds: int = 3) -> None:
    """Milliseconds for one clip, one class (all classes where that is the same), median."""
    index = scene.splice.a.index
    classes = range(len(network.head.bias))
    plain = network.checkpoint.network
    wrapped = LogitsAlone(plain)
    earlier = stage_before("layercam")
    clip = torch.from_numpy(network.input_of(scene.frames))

    def hooked() -> None:
        with GradCAM(model=wrapped, target_layers=[plain.last_stage]) as cam:
            cam(clip.clone().requires_grad_(), [ClassifierOutputTarget(index)])

    def forward() -> None:
        with torch.inference_mode():
            plain(clip)

    ways: dict[str, Callable[[], object]] = {
        "answer, finer steps (our engine)": lambda: network.run(scene.frames),
        "evidence, all classes": lambda: class_evidence(scene.features, network.head, classes),
        "occlusion (8 more answers)": lambda: occlusion(network, scene, index),
        **{
            f"{name}, on kept features": partial(way, network, scene, index)
            for name, way in OTHERS.items()
        },
        "LayerCAM, stage before (PyTorch)": lambda: earlier(network, scene, index),
        "answer (PyTorch)": forward,
        "Grad-CAM's __call__ (PyTorch)": hooked,
    }
    timed = in_turn(ways, rounds=rounds)
    print("\nCost for one clip and one class")
    for name, taken in timed.items():
        print(f"{name:44}{1000 * taken.median_s:9.1f} ms", flush=True)
