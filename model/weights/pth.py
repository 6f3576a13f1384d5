"""Reads the tensors of a PyTorch checkpoint (.pth) without ever running what the file asks for.

A .pth file is a pickle, and a pickle names functions to call. PyTorch's restricted reader refuses
every name that it does not know, also harmless ones, such as the log objects that training
frameworks leave beside the weights. Those names get an empty stand-in here: nothing is imported,
nothing is called. Names that could do something on this machine are refused.
"""

from __future__ import annotations

import pickle
import pickletools
import struct
import sys
import threading
import zipfile
import zlib
from _compat_pickle import IMPORT_MAPPING
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import torch
from torch import Tensor

from model.errors import CheckpointError
from model.weights.unpacking import read_bounded

# The parts of Python itself that a training log has a use for; all of them are stood in for, or
# admitted by PyTorch because they hold data only.
HARMLESS_MODULES = {"collections", "datetime", "decimal", "fractions", "pathlib", "uuid"}
HARMLESS = {
    "_codecs.encode",
    "builtins.bytearray",
    "builtins.complex",
    "builtins.getattr",  # how methods are pickled; on a stand-in it gives a stand-in
    "builtins.set",
}
DICTIONARIES = {"mmengine.config.config.ConfigDict", "addict.addict.Dict"}
STATES = ("state_dict", "model_state", "model")  # where training frameworks put the weights
MOST_SHARED = 4  # how often weights may be used on average
MOST_STEPS = 1_000_000  # the largest network in training takes some 50,000, and logs as many
PICKLES_BEFORE_ZIP = 4  # magic number, protocol, system, content: the format before PyTorch 1.6

WRAPPER = "module."
DAMAGE = (
    ValueError, LookupError, TypeError, AttributeError, EOFError, MemoryError, OverflowError,
    AssertionError, zipfile.BadZipFile, zlib.error, struct.error,
)  # fmt: skip

_one_reader = threading.Lock()  # what PyTorch's reader admits is a setting of the whole process


class StandIn(list[Any]):
    """Takes the place of an object that is not needed; swallows whatever it is built from."""

    def __new__(cls, *_arguments: object) -> StandIn:
        return super().__new__(cls)

    def __init__(self, *_arguments: object) -> None:
        super().__init__()

    def __setstate__(self, _state: object) -> None:
        """Forgets it."""


def read_pth(path: Path) -> dict[str, Tensor]:
    """The weights in a bare state dict, or in one beside `meta`, `optimizer` and others.

    Raises `CheckpointError` if the file is missing, damaged, asks for code to be run, or holds no
    weights.
    """
    content = _read(path)
    for key in STATES:
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
            break
    tensors = {
        str(name): value
        for name, value in (content.items() if isinstance(content, dict) else ())
        if isinstance(value, Tensor)
    }
    if not tensors:
        raise CheckpointError(f"{path.name} holds no weights.")
    _check_extent(tensors.values(), path)
    return _without_wrapper(tensors)


def _read(path: Path) -> Any:
    try:
        content = read_bounded(path)
        names = _names(content, path)
        _refuse_active(names, path)
        stand_ins: list[Callable[..., Any] | tuple[Callable[..., Any], str]] = [
            (OrderedDict if name in DICTIONARIES else StandIn, name)
            for name in names
            if not name.startswith("torch.")
        ]
        content.seek(0)
        with _one_reader, torch.serialization.safe_globals(stand_ins):
            return torch.load(content, map_location="cpu", weights_only=True)
    except OSError as error:
        raise CheckpointError(f"The file {path} is not there or cannot be read.") from error
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path.name} is damaged, or holds more than weights and could run a program when "
            "opened; it was not imported."
        ) from error
    except (*DAMAGE, RuntimeError) as error:
        raise CheckpointError(f"{path.name} is damaged or no PyTorch checkpoint.") from error


def _names(content: IO[bytes], path: Path) -> set[str]:
    """Every class or function that the file names, found without unpickling it."""
    budget = Budget(path)
    if not zipfile.is_zipfile(content):
        content.seek(0)
        return set().union(*(_names_in(content, budget) for _ in range(PICKLES_BEFORE_ZIP)))
    with zipfile.ZipFile(content) as archive, archive.open("archive/data.pkl") as inner:
        return _names_in(inner, budget)


@dataclass(slots=True)
class Budget:
    """How many steps of a pickle are still looked at; unpickling takes about as long."""

    path: Path
    left: int = MOST_STEPS

    def spend(self) -> None:
        """Takes one step. Raises `CheckpointError` when there is none left."""
        self.left -= 1
        if self.left < 0:
            raise CheckpointError(
                f"{self.path.name} describes its weights in more than {MOST_STEPS:,} steps, which "
                "no network that is known here needs; it was not imported."
            )


def _names_in(file: IO[bytes], budget: Budget) -> set[str]:
    raw: set[str] = set()
    for opcode, argument, _ in pickletools.genops(file):
        budget.spend()
        if opcode.name == "GLOBAL":
            raw.add(str(argument).replace(" ", ".", 1))
    return raw | set(map(_modern, raw))


def _modern(name: str) -> str:
    """Pickles for PyTorch call the modules of Python by what they were called in Python 2."""
    module, dot, rest = name.partition(".")
    return IMPORT_MAPPING.get(module, module) + dot + rest


def _refuse_active(names: set[str], path: Path) -> None:
    for name in sorted(set(map(_modern, names)) - HARMLESS):
        root = name.partition(".")[0]
        if root in sys.stdlib_module_names and root not in HARMLESS_MODULES:
            raise CheckpointError(
                f"{path.name} asks to run {name} when it is opened, and a weight file has no need "
                "of that; it was not imported. Get it again from a source that you trust."
            )


def _check_extent(tensors: Collection[Tensor], path: Path) -> None:
    """Raises `CheckpointError` for tensors that are larger than the bytes that they are made of.

    A tensor may say of one number that it is a thousand million of them.
    """
    plain = all(t.layout == torch.strided and t.device.type == "cpu" for t in tensors)
    if plain:
        stored = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors}
        claimed = sum(tensor.numel() * tensor.element_size() for tensor in tensors)
        plain = claimed <= MOST_SHARED * sum(stored.values())
    if not plain:
        raise CheckpointError(
            f"The weights in {path.name} are larger than the file can hold; it was not imported."
        )


def _without_wrapper(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Without the prefix that training on several GPUs leaves."""
    if all(name.startswith(WRAPPER) for name in tensors):
        return {name.removeprefix(WRAPPER): tensor for name, tensor in tensors.items()}
    return tensors
