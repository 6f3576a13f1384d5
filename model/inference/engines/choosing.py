"""Which engine runs the network on this machine."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Literal, get_args

from torch import nn

from model.errors import ModelError
from model.inference.engines.cuda.cuda_engine import CudaEngine
from model.inference.engines.engine import Engine
from model.inference.engines.openvino_engine import OpenVINOEngine, openvino_installed
from model.inference.engines.torch_engine import TorchEngine, best_device
from model.network.atrous import OpenedNetwork
from model.network.staged import StagedNetwork
from model.weights.spec import Normalisation

_log = logging.getLogger(__name__)

EngineChoice = Literal["auto", "torch", "openvino"]


def choose_engine(
    choice: EngineChoice,
    network: nn.Module,
    sha256: str,
    cache_dir: Path,
    *,
    normalisation: Normalisation | None = None,
    every: int = 1,
) -> Engine:
    """The engine of that name over `network`, which it takes over; `sha256` names its weights
    and `every` is as in `Activations`. With the `normalisation` that the weights expect, a CUDA
    device answers in 16 bits; without, as for features that are learned from, in float32.

    `auto` takes PyTorch where there is a CUDA device, else OpenVINO where it is installed, else
    PyTorch. Raises `ModelError` for an unknown name or one that cannot be had here.
    """
    if choice not in get_args(EngineChoice):
        known = ", ".join(get_args(EngineChoice))
        raise ModelError(f"There is no engine called {choice!r}; please choose one of {known}.")
    if choice == "auto":
        has_openvino = best_device() == "cpu" and openvino_installed()
        choice = "openvino" if has_openvino else "torch"
    if choice == "torch":
        if (
            normalisation is not None
            and isinstance(network, StagedNetwork | OpenedNetwork)
            and best_device() == "cuda"
        ):
            return on_card(network, normalisation, every)
        return TorchEngine(network, every=every)
    if not openvino_installed():
        raise ModelError("OpenVINO is not installed here; please choose the engine torch or auto.")
    return OpenVINOEngine(network, sha256, cache_dir, every=every)


def on_card(
    network: StagedNetwork | OpenedNetwork, normalisation: Normalisation, every: int
) -> Engine:
    """The engine in 16 bits, or where it cannot be set up plain PyTorch, which takes longer."""
    try:
        return CudaEngine(network, normalisation, every=every)
    except (RuntimeError, TypeError, AssertionError) as error:  # memory, a driver, an odd layer
        _log.warning(
            "The engine for graphics cards cannot be used; PyTorch answers.", exc_info=error
        )
        return TorchEngine(network, every=every)
