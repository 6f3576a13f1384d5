"""Reads the tensors of a PyTorch checkpoint (.pth) without ever running what the file asks for.

A .pth file is a pickle, and a pickle names functions to call. PyTorch's restricted reader refuses
every name that it does not know, also harmless ones, such as the log objects that training
frameworks leave beside the weights. Those names get an empty stand-in here: nothing is imported,
nothing is called. Names that could do something on this machine are refused.
"""

from __future__ import annotations

import pickle
import pickletools
import sys
import threading
import zipfile
from _compat_pickle import IMPORT_MAPPING
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import torch
from torch import Tensor

from model.errors import CheckpointError

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
PICKLES_BEFORE_ZIP = 4  # magic number, protocol, system, content: the format before PyTorch 1.6

WRAPPER = "module."
DAMAGE = (ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError, zipfile.BadZipFile)

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
    return _without_wrapper(tensors)


def _read(path: Path) -> Any:
    try:
        names = _names(path)
        _refuse_active(names, path)
        stand_ins: list[Callable[..., Any] | tuple[Callable[..., Any], str]] = [
            (OrderedDict if name in DICTIONARIES else StandIn, name)
            for name in names
            if not name.startswith("torch.")
        ]
        with _one_reader, torch.serialization.safe_globals(stand_ins):
            return torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise CheckpointError(f"The file {path} is not there or cannot be read.") from error
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path.name} is damaged, or holds more than weights and could run a program when "
            "opened; it was not imported."
        ) from error
    except (*DAMAGE, RuntimeError) as error:
        raise CheckpointError(f"{path.name} is damaged or no PyTorch checkpoint.") from error


def _names(path: Path) -> set[str]:
    """Every class or function that the file names, found without unpickling it."""
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            file.seek(0)
            return set().union(*(_names_in(file) for _ in range(PICKLES_BEFORE_ZIP)))
        with zipfile.ZipFile(file) as archive:
            (content,) = (name for name in archive.namelist() if name.endswith("/data.pkl"))
            with archive.open(content) as inner:
                return _names_in(inner)


def _names_in(file: IO[bytes]) -> set[str]:
    raw = {
        str(argument).replace(" ", ".", 1)
        for opcode, argument, _ in pickletools.genops(file)
        if opcode.name == "GLOBAL"
    }
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


def _without_wrapper(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Without the prefix that training on several GPUs leaves."""
    if all(name.startswith(WRAPPER) for name in tensors):
        return {name.removeprefix(WRAPPER): tensor for name, tensor in tensors.items()}
    return tensors
