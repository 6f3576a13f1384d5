"""Which engine runs the network on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from torch import nn

from model.errors import ModelError
from model.inference.engines.engine import Engine
from model.inference.engines.openvino_engine import OpenVINOEngine, openvino_installed
from model.inference.engines.torch_engine import TorchEngine, best_device

EngineChoice = Literal["auto", "torch", "openvino"]


def choose_engine(
    choice: EngineChoice, network: nn.Module, sha256: str, cache_dir: Path, *, every: int = 1
) -> Engine:
    """The engine of that name over `network`, which it takes over; `sha256` names its weights
    and `every` is as in `Activations`.

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
        return TorchEngine(network, every=every)
    if not openvino_installed():
        raise ModelError("OpenVINO is not installed here; please choose the engine torch or auto.")
    return OpenVINOEngine(network, sha256, cache_dir, every=every)
