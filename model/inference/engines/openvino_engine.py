"""The network in OpenVINO: about four times as fast as eager PyTorch on a processor.

`openvino_graph.py` converts it; what came of that is kept on disk (`converted.py`).
"""

from __future__ import annotations

import hashlib
import inspect
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from model.inference.engines.converted import ConvertedFiles
from model.inference.engines.engine import Activations
from model.inference.engines.openvino_graph import Size, build_graph

_COMPILE = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}


def openvino_installed() -> bool:
    """Whether the package is there, without loading it."""
    return find_spec("openvino") is not None


def load_openvino() -> Any:
    """The `openvino` module, loaded on first use and without its usage reporting.

    It would report this import and every conversion to a public analytics service. An entry of
    None makes Python treat `openvino_telemetry` as not installed, which OpenVINO allows for.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino  # noqa: PLC0415  # after the line above, and only where it is used

    return openvino


class OpenVINOEngine:
    """Runs a `VideoNetwork` on the processor, one clip at a time, in float32.

    `sha256` names the weights. A size of clip that was never seen is converted once, kept under
    `cache_dir` and compiled; the next start only compiles (well under a second).
    """

    name = "openvino"
    batch = 1

    def __init__(
        self,
        network: nn.Module,
        sha256: str,
        cache_dir: Path,
        *,
        every: int = 1,
        threads: int | None = None,
    ) -> None:
        """`every` as in `Activations`; `threads` of the processor, all of them by default."""
        self._network = network.eval().requires_grad_(False)
        self._every = every
        self._openvino = load_openvino()
        self._core = self._openvino.Core()
        version = str(self._openvino.get_version()).split("-")[0]
        key = f"{sha256[:32]}-{every}-{_code_digest(network)}"
        self._files = ConvertedFiles(cache_dir / f"openvino-{version}", key)
        self._options = _COMPILE | ({"INFERENCE_NUM_THREADS": threads} if threads else {})
        self._requests: dict[Size, Any] = {}
        self._turn = threading.Lock()

    def prepare(self, size: Size) -> None:
        """Converts and compiles for clips of size (T, H, W), unless that was done before."""
        with self._turn:
            self._request(size)

    def run(self, clips: NDArray[np.float32]) -> Activations:
        """Computes clips float32 [N, 3, T, H, W], RGB, already normalised for the checkpoint."""
        _, _, frames, height, width = clips.shape
        logits, features = [], []
        with self._turn:
            request = self._request((frames, height, width))
            for clip in clips:
                request.infer([np.ascontiguousarray(clip[None])])
                logits.append(request.get_output_tensor(0).data.copy())
                features.append(request.get_output_tensor(1).data.copy())
        return Activations(np.concatenate(logits), np.concatenate(features), self._every)

    def _request(self, size: Size) -> Any:
        """The request for clips of that size; the caller holds the lock."""
        if size not in self._requests:
            converted = self._files.read(size, self._core)
            if converted is None:
                graph = build_graph(self._network, size, self._openvino)
                self._files.write(size, graph, self._openvino.save_model)
                converted = self._files.read(size, self._core)
            compiled = self._core.compile_model(converted, "CPU", self._options)
            self._requests[size] = compiled.create_infer_request()
        return self._requests[size]


def _code_digest(network: nn.Module) -> str:
    """Names the arithmetic: another program version must not run what an older one converted."""
    digest = hashlib.sha256()
    layers = Path(inspect.getfile(type(network))).parent.glob("*.py")
    for source in (*sorted(layers), Path(inspect.getfile(build_graph))):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:8]
