"""Foreign checkpoints: the weights come in, nothing else does, and nothing in them runs."""

from __future__ import annotations

import pickle
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from model.errors import CheckpointError
from model.weights import checkpoint
from model.weights.csn_names import to_mmaction2
from model.weights.importing import ImportRequest, export_mmaction2, import_checkpoint
from model.weights.pth import read_pth
from model.weights.spec import IMAGENET, VMZ
from tests.model.weights.tiny import TINY

State = dict[str, Tensor]
REQUEST = ImportRequest(name="mine", normalisation=VMZ, arch="ipcsn-r26", labels=TINY.labels)


@pytest.fixture
def published(tiny_state: State) -> State:
    """The tiny network as MMAction2 would have saved it."""
    return to_mmaction2(tiny_state)


def imported(tmp_path: Path, content: Any, request: ImportRequest = REQUEST, **how: Any) -> Path:
    source, target = tmp_path / "theirs.pth", tmp_path / "ours.safetensors"
    torch.save(content, source, **how)
    import_checkpoint(source, target, request)
    return target


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: state,
        lambda state: {"state_dict": state},
        lambda state: {"meta": {"epoch": 58, "CLASSES": ("a",)}, "state_dict": state},
        lambda state: {"state_dict": state, "optimizer": {"state": {0: {"m": torch.ones(3)}}}},
        lambda state: {"state_dict": {f"module.{name}": v for name, v in state.items()}},
        lambda state: state | {"data_preprocessor.mean": torch.zeros(3, 1, 1)},
    ],
)
@pytest.mark.parametrize("how", [{}, {"_use_new_zipfile_serialization": False}])
def test_all_shapes_of_published_files_come_in(
    tmp_path: Path, published: State, tiny_state: State, wrap: Any, how: dict[str, Any]
) -> None:
    loaded = checkpoint.load(imported(tmp_path, wrap(published), **how))
    state = loaded.network.state_dict()
    assert all(torch.equal(state[name], tensor) for name, tensor in tiny_state.items())
    assert (loaded.spec.name, loaded.spec.arch, loaded.spec.labels) == (
        "mine",
        "ipcsn-r26",
        TINY.labels,
    )
    assert loaded.spec.normalisation == VMZ
    assert loaded.spec.options == {"width": 6}


class HistoryBuffer:
    """What a training framework leaves in `meta`."""

    def __init__(self) -> None:
        self.values = np.arange(3.0)
        self.count = np.float64(2)
        self.methods = {"mean": HistoryBuffer.mean}

    def mean(self) -> float:
        return float(self.values.mean())


@contextmanager
def framework(name: str) -> Iterator[None]:
    """A module that is there while a file is written, and gone when it is read."""
    parts = name.split(".")
    names = [".".join(parts[: end + 1]) for end in range(len(parts))]
    modules = {name: types.ModuleType(name) for name in names}
    own = HistoryBuffer.__module__
    HistoryBuffer.__module__ = name
    vars(modules[name])["HistoryBuffer"] = HistoryBuffer
    sys.modules.update(modules)
    try:
        yield
    finally:
        HistoryBuffer.__module__ = own
        for name in names:
            del sys.modules[name]


@pytest.mark.parametrize("how", [{}, {"_use_new_zipfile_serialization": False}])
@pytest.mark.parametrize("module", ["mmengine.logging.history_buffer", "somebody_s_own_logs"])
def test_log_objects_of_absent_modules_do_no_harm(
    tmp_path: Path, published: State, module: str, how: dict[str, Any]
) -> None:
    source = tmp_path / "theirs.pth"
    with framework(module):
        content = {"meta": {"hook_msgs": HistoryBuffer()}, "state_dict": published}
        torch.save(content, source, **how)
    with pytest.raises(pickle.UnpicklingError, match="HistoryBuffer"):
        torch.load(source, weights_only=True)
    admitted = set(torch.serialization.get_safe_globals())
    import_checkpoint(source, tmp_path / "ours.safetensors", REQUEST)
    assert checkpoint.read_spec(tmp_path / "ours.safetensors").name == "mine"
    assert set(torch.serialization.get_safe_globals()) == admitted
    assert module not in sys.modules


class Calls:
    """Pickles as a call of a function."""

    def __init__(self, module: str, name: str, *arguments: object) -> None:
        self.call = (module, name)
        self.arguments = arguments

    def __reduce__(self) -> tuple[Any, ...]:
        function: Any = __import__(self.call[0], fromlist=["_"])
        for part in self.call[1].split("."):
            function = getattr(function, part)
        return function, self.arguments


def gadgets(marker: Path) -> list[Calls]:
    """Ten ways to leave a marker."""
    touch, code = f"touch {marker}", f"open({str(marker)!r}, 'w').close()"
    return [
        Calls("os", "system", touch),
        Calls("os", "popen", touch),
        Calls("subprocess", "getoutput", touch),
        Calls("subprocess", "check_call", ["touch", str(marker)]),
        Calls("builtins", "eval", code),
        Calls("builtins", "exec", code),
        Calls("builtins", "open", str(marker), "w"),
        Calls("shutil", "copyfile", __file__, str(marker)),
        Calls("torch", "save", torch.zeros(1), str(marker)),
        Calls("numpy", "save", str(marker), 1),
    ]


@pytest.mark.parametrize("number", range(10))
@pytest.mark.parametrize("how", [{}, {"_use_new_zipfile_serialization": False}])
@pytest.mark.parametrize("place", ["meta", "state_dict"])
def test_nothing_in_the_file_runs(
    tmp_path: Path, published: State, number: int, how: dict[str, Any], place: str
) -> None:
    marker = tmp_path / "marker"
    gadget = gadgets(marker)[number]
    content: dict[str, Any] = {"meta": {}, "state_dict": dict(published)}
    content[place]["backbone.conv1.gadget"] = gadget
    try:
        imported(tmp_path, content, **how)
        refused = False
    except CheckpointError:
        refused = True
    assert not list(tmp_path.glob("marker*"))
    # A foreign library's name gets a stand-in, whose call does nothing.
    assert refused or gadget.call[0] == "numpy"


@pytest.mark.parametrize("number", range(10))
def test_the_gadgets_would_run_in_an_unsafe_reader(tmp_path: Path, number: int) -> None:
    marker = tmp_path / "marker"
    result = pickle.loads(pickle.dumps(gadgets(marker)[number]))
    if hasattr(result, "close"):
        result.close()
    assert list(tmp_path.glob("marker*"))


def test_the_refusal_says_what_the_file_asked_for(tmp_path: Path, published: State) -> None:
    with pytest.raises(CheckpointError, match=r"asks to run posix\.system"):
        imported(tmp_path, {"meta": Calls("os", "system", "true"), "state_dict": published})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"arch": "ircsn-r50"}, "those of ipcsn-r26, not of ircsn-r50"),
        ({"labels": ("one", "two")}, "know 3 classes, but the label file names 2"),
    ],
)
def test_what_does_not_fit_is_explained(
    tmp_path: Path, published: State, change: dict[str, Any], message: str
) -> None:
    given: dict[str, Any] = {"name": "mine", "normalisation": IMAGENET}
    request = ImportRequest(**(given | change))
    with pytest.raises(CheckpointError, match=message):
        imported(tmp_path, published, request)
    assert not (tmp_path / "ours.safetensors").exists()


def test_architecture_and_labels_may_be_left_out(tmp_path: Path, published: State) -> None:
    spec = checkpoint.read_spec(imported(tmp_path, published, ImportRequest("mine", VMZ)))
    assert (spec.arch, spec.labels) == ("ipcsn-r26", ("class 0", "class 1", "class 2"))


def without(state: State, beginning: str) -> State:
    return {name: tensor for name, tensor in state.items() if not name.startswith(beginning)}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lambda state: without(state, "cls_head."), "no classifier"),
        (lambda state: without(state, "backbone.layer2.1."), "no network that is known"),
        (lambda state: without(state, "backbone.layer2.0.conv3."), "is missing"),
        (lambda state: state | {"backbone.extra": torch.ones(1)}, "does not belong"),
        (lambda state: state | {"cls_head.fc_cls.bias": torch.full((3,), torch.nan)}, "finite"),
        (lambda _: {"state_dict": {}}, "no weights"),
        (lambda _: [1, 2], "no weights"),
        (lambda _: {"fc.weight": torch.ones(3, 3)}, "no classifier"),
    ],
)
def test_other_contents_are_explained(
    tmp_path: Path, published: State, content: Any, message: str
) -> None:
    with pytest.raises(CheckpointError, match=message):
        imported(tmp_path, content(published))


@pytest.mark.parametrize("kept", [0, 1, 50, 3000, -200])
@pytest.mark.parametrize("how", [{}, {"_use_new_zipfile_serialization": False}])
def test_damaged_files_are_refused(
    tmp_path: Path, published: State, kept: int, how: dict[str, Any]
) -> None:
    source = tmp_path / "theirs.pth"
    torch.save(published, source, **how)
    source.write_bytes(source.read_bytes()[:kept])
    with pytest.raises(CheckpointError, match=r"theirs\.pth is damaged"):
        read_pth(source)


@pytest.mark.parametrize("content", [b"hello", b"<html>404</html>", b"PK\x03\x04", b"\x80\x02."])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "page.pth"
    source.write_bytes(content)
    with pytest.raises(CheckpointError, match="damaged"):
        read_pth(source)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="is not there"):
        read_pth(tmp_path / "none.pth")


def test_checkpoints_of_our_own_come_in_too(tmp_path: Path, tiny_file: Path) -> None:
    target = tmp_path / "copy.safetensors"
    sha256 = import_checkpoint(tiny_file, target, ImportRequest("copy", VMZ))
    loaded = checkpoint.load(target)
    assert loaded.sha256 == sha256
    assert (loaded.spec.name, loaded.spec.normalisation) == ("copy", TINY.normalisation)
    with pytest.raises(CheckpointError, match="not of ircsn-r50"):
        import_checkpoint(tiny_file, target, ImportRequest("copy", VMZ, arch="ircsn-r50"))


def test_goes_back_to_mmaction2_as_it_came(
    tmp_path: Path, published: State, tiny_file: Path
) -> None:
    back = tmp_path / "back.pth"
    export_mmaction2(tiny_file, back)
    content = torch.load(back, weights_only=True)
    assert content["meta"]["CLASSES"] == TINY.labels
    assert list(content["state_dict"]) == list(published)
    assert all(torch.equal(content["state_dict"][k], v) for k, v in published.items())
