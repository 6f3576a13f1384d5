"""One weight file: safetensors whose metadata says all that is needed to run it.

The metadata also carries a seal, the SHA-256 of the whole file with the seal itself read as
zeros: a single changed byte anywhere is noticed, even where no published hash is known.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError

from model.errors import CheckpointError
from model.files import write_whole
from model.weights import spec_json
from model.weights.spec import ModelSpec
from model.weights.unpacking import MOST_BYTES

if TYPE_CHECKING:  # PyTorch takes seconds to import: only who computes waits for it
    from torch import Tensor

    from model.network.staged import StagedNetwork

KEY = "second_look"  # one metadata entry: the order of several would differ from run to run
FORMAT = 1
NO_SEAL = "0" * 64
SEAL = re.compile(rb'\\"seal\\": \\"([0-9a-f]{64})\\"')  # quotes escaped: JSON inside JSON
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)
HEADER_LIMIT = 16 << 20  # bytes; the header of the largest network here takes 0.2 MB


@dataclass(frozen=True, slots=True)
class LoadedCheckpoint:
    """A network ready to answer: evaluation mode, float32, no gradients for its weights.

    `sha256` of the file is the version that predictions are recorded under.
    """

    spec: ModelSpec
    sha256: str
    network: StagedNetwork


def save(path: Path, spec: ModelSpec, tensors: Mapping[str, Tensor]) -> str:
    """Writes the checkpoint whole or not at all and returns the SHA-256 of the file.

    Raises `CheckpointError` if `tensors` are not the state of the network that `spec` describes,
    or the file cannot be written.
    """
    import safetensors.torch  # noqa: PLC0415  # brings PyTorch

    entry = {"format": FORMAT, "seal": NO_SEAL, "spec": spec_json.to_fields(spec)}
    described = json.dumps(entry, sort_keys=True)
    try:
        spec_json.from_fields(json.loads(described)["spec"])
    except ValueError as error:
        raise CheckpointError(f"{spec.name} cannot be saved: {error}.") from error
    build_matching(spec, tensors)
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    content = bytearray(safetensors.torch.save(plain, {KEY: described}))
    start, end = _seal_position(content)
    content[start:end] = hashlib.sha256(content).hexdigest().encode()
    try:
        write_whole(path, content)
    except OSError as error:
        raise CheckpointError(
            f"The weight file {path} could not be written ({error.strerror}); is the disk full?"
        ) from error
    return hashlib.sha256(content).hexdigest()


def read_spec(path: Path) -> ModelSpec:
    """The specification alone, without reading the weights. Raises `CheckpointError`."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = file.read(length) if length <= HEADER_LIMIT else b""
    except OSError as error:
        raise _unreadable(path) from error
    return _spec_in(header, path)


def read(path: Path) -> tuple[ModelSpec, dict[str, Tensor], str]:
    """The specification, the weights as they are stored, and the SHA-256 of the file.

    Raises `CheckpointError` if the file is missing or damaged.
    """
    import safetensors.torch  # noqa: PLC0415  # brings PyTorch

    try:
        with path.open("rb") as file:
            content = bytearray(file.read(MOST_BYTES + 1))
    except OSError as error:
        raise _unreadable(path) from error
    length = int.from_bytes(content[:8], "little")
    if len(content) > MOST_BYTES or length > HEADER_LIMIT:
        raise CheckpointError(
            f"{path.name} is larger than any network that is known here; it was not read."
        )
    sha256 = hashlib.sha256(content).hexdigest()
    spec = _spec_in(content[8 : 8 + length], path)
    _check_seal(content, path)
    try:
        return spec, safetensors.torch.load(bytes(content)), sha256
    except SafetensorError as error:
        raise _damaged(path) from error


def load(path: Path) -> LoadedCheckpoint:
    """Reads, checks and builds. Weights stored in 16 bit become float32.

    Raises `CheckpointError` if the file is missing, damaged, of an unknown architecture, or does
    not hold exactly the weights that its architecture needs.
    """
    spec, tensors, sha256 = read(path)
    return LoadedCheckpoint(spec, sha256, assemble(spec, tensors))


def assemble(spec: ModelSpec, tensors: Mapping[str, Tensor]) -> StagedNetwork:
    """The network of `spec` with these weights, in evaluation mode, float32, frozen."""
    network = build_matching(spec, tensors)
    network.load_state_dict(
        {
            name: tensor.float() if tensor.is_floating_point() else tensor
            for name, tensor in tensors.items()
        },
        assign=True,
    )
    return network.eval().requires_grad_(False)


def build_matching(spec: ModelSpec, tensors: Mapping[str, Tensor]) -> StagedNetwork:
    """The network of `spec` on PyTorch's meta device, that is without weights.

    Raises `CheckpointError` unless `tensors` have exactly the names and shapes that it needs.
    """
    import torch  # noqa: PLC0415  # brings PyTorch

    from model.weights.build import build  # noqa: PLC0415  # brings PyTorch

    with torch.device("meta"):
        network = build(spec)
    wanted = {name: tensor.shape for name, tensor in network.state_dict().items()}
    missing = sorted(wanted.keys() - tensors.keys())
    unknown = sorted(tensors.keys() - wanted.keys())
    if missing or unknown:
        first = f"{missing[0]} is missing" if missing else f"{unknown[0]} does not belong"
        raise CheckpointError(
            f"The weights of {spec.name} are not those of {spec.arch}: {first} "
            f"({len(missing)} missing, {len(unknown)} too many). Is it another architecture?"
        )
    for name, shape in wanted.items():
        if tensors[name].shape != shape:
            raise CheckpointError(
                f"The weights of {spec.name} do not fit {spec.arch} with {len(spec.labels)} "
                f"classes: {name} is {list(tensors[name].shape)} instead of {list(shape)}."
            )
    return network


def _spec_in(header: bytes | bytearray, path: Path) -> ModelSpec:
    try:
        metadata = json.loads(header).get("__metadata__", {})
        entry = json.loads(metadata[KEY]) if KEY in metadata else None
        if entry and entry["format"] == FORMAT:
            return spec_json.from_fields(entry["spec"])
    except (
        ValueError,
        AttributeError,
        KeyError,
        TypeError,
        RecursionError,
        OverflowError,
    ) as error:
        raise _damaged(path) from error
    if entry:
        raise CheckpointError(f"{path.name} was made by a newer version of this program.")
    raise CheckpointError(
        f"{path.name} does not say how to run it; bring it in with `models import` first."
    )


def _seal_position(content: bytearray) -> tuple[int, int]:
    found = SEAL.search(content, 8, 8 + int.from_bytes(content[:8], "little"))
    if found is None:
        raise CheckpointError("The file carries no seal, so damage could not be noticed.")
    return found.span(1)


def _check_seal(content: bytearray, path: Path) -> None:
    start, end = _seal_position(content)
    sealed = bytes(content[start:end])
    content[start:end] = NO_SEAL.encode()
    if hashlib.sha256(content).hexdigest().encode() != sealed:
        raise _damaged(path)
    content[start:end] = sealed


def _unreadable(path: Path) -> CheckpointError:
    return CheckpointError(f"The weight file {path} is not there or cannot be read.")


def _damaged(path: Path) -> CheckpointError:
    return CheckpointError(
        f"{path.name} is damaged or no weight file of this program; fetch or import it again."
    )
