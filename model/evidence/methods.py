"""Other ways to draw a class's map, for comparison: the computations of the package grad-cam.

Only its arithmetic is used, on features and gradients that are already here: its own way of
running a model hooks into it, is not safe with several threads, and stretches each map to its
own maximum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from model.inference.saliency import Head
from model.network.staged import StagedNetwork

Method = Literal["grad-cam", "hirescam", "layercam", "grad-cam++"]
METHODS: tuple[Method, ...] = get_args(Method)


def head_gradients(
    head: Head, class_index: int, features: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Gradient of the class's logit by `features` [N, C, T', H', W'], in the same shape.

    The head is an average and a linear layer, so it is the class's weights over the cells.
    """
    cells = int(np.prod(features.shape[2:]))
    weights = (head.weight[class_index] / cells)[None, :, None, None, None]
    gradients: NDArray[np.float32] = np.broadcast_to(weights, features.shape).astype(np.float32)
    return gradients


def earlier_stage(
    network: StagedNetwork, clips: NDArray[np.float32], classes: Sequence[int]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What goes into the last stage, and the gradients of the classes' logits by it.

    Features [N, C, T', H', W'] and gradients [k, N, C, T', H', W'] for normalised clips
    [N, 3, T, H, W] and k classes: one pass forward, one backward through the last stage a class.
    `network` is left as it is. The cells look where `centres_of([*network.trunk], size)` says.
    """
    with torch.no_grad():
        features = network.trunk(torch.from_numpy(clips))
    with torch.enable_grad():
        features.requires_grad_()
        logits = network.classify(network.last_stage(features))
        gradients = [
            torch.autograd.grad(logits[:, index].sum(), features, retain_graph=True)[0]
            for index in classes
        ]
    return features.detach().numpy(), torch.stack(gradients).numpy()


def method_map(
    method: Method, features: NDArray[np.float32], gradients: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The method's raw map [N, T', H', W'] from features and gradients [N, C, T', H', W'].

    Neither cut at zero nor stretched: maps of different clips can still be compared.
    """
    cam = _cam_class(method)(model=nn.Linear(1, 1), target_layers=[])
    compute: Callable[..., NDArray[Any]] = cam.get_cam_image
    # input, layer and targets are not looked at by these four
    drawn = compute(None, None, None, features, gradients, eigen_smooth=False)
    return drawn.astype(np.float32)


def _cam_class(method: Method) -> Any:
    import pytorch_grad_cam  # noqa: PLC0415  # takes seconds to import; only compared on demand

    classes = {
        "grad-cam": pytorch_grad_cam.GradCAM,
        "hirescam": pytorch_grad_cam.HiResCAM,
        "layercam": pytorch_grad_cam.LayerCAM,
        "grad-cam++": pytorch_grad_cam.GradCAMPlusPlus,
    }
    return classes[method]
