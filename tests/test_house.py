"""The rules of the house that no other tool knows; each is shown to notice what it forbids."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.server.floors import FLOORS, numbers
from tests.conftest import ROOT

PACKAGES = ("app", "model", "storage")
Rule = Callable[[str, ast.Module], Iterator[str]]


def sources() -> list[str]:
    """The program's own files, as paths from the root."""
    return [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    ]


def imported(tree: ast.Module) -> Iterator[str]:
    """Every module that is imported, anywhere in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def attributes(tree: ast.Module) -> Iterator[str]:
    """Every dotted name that is used, such as `os.environ`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)


def only_in(libraries: tuple[str, ...], *rooms: str) -> Rule:
    """A rule: these libraries are imported nowhere but in `rooms` (folders or files)."""

    def rule(path: str, tree: ast.Module) -> Iterator[str]:
        if not path.startswith(rooms or ("nowhere",)):
            used = {name.partition(".")[0] for name in imported(tree)}
            yield from (f"{path} imports {name}" for name in sorted(used & set(libraries)))

    return rule


def environment_is_read_in_settings(path: str, tree: ast.Module) -> Iterator[str]:
    if path == "app/settings.py":
        return
    for name in attributes(tree):
        if name in ("os.environ", "os.getenv", "os.putenv", "os.environb"):
            yield f"{path} uses {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            named = {alias.name for alias in node.names} & {"environ", "getenv", "putenv"}
            yield from (f"{path} imports {name} of os" for name in named)


UNSAFE = (
    "eval",
    "exec",
    "os.system",
    "pickle.load",
    "pickle.loads",
    "torch.hub.load",
    "cv2.VideoCapture",
)


def nothing_unsafe(path: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in UNSAFE:
                yield f"{path} calls {name}"
            for word in node.keywords:
                value = word.value.value if isinstance(word.value, ast.Constant) else None
                if (word.arg, value) in (
                    ("weights_only", False),
                    ("shell", True),
                    ("allow_pickle", True),
                ):
                    yield f"{path} gives {word.arg}={value!r}"


def no_function_is_long(path: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > 60:
                yield f"{path}: {node.name} has {lines} lines"


def no_file_is_long(path: str, tree: ast.Module) -> Iterator[str]:
    lines = max((getattr(node, "end_lineno", 0) or 0 for node in tree.body), default=0)
    if lines > 400:
        yield f"{path} has {lines} lines"


def handlers_name_what_they_change(path: str, tree: ast.Module) -> Iterator[str]:
    """A page's handler returns `{component: value}`: no type checker sees the order of a tuple."""
    if not path.startswith("app/pages/"):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and ast.unparse(node) == "tuple[Any, ...]":
            yield f"{path}: line {node.lineno} has values in an order that nothing checks"


RULES: dict[str, Rule] = {
    "environment": environment_is_read_in_settings,
    "gradio": only_in(("gradio",), "app/pages/", "app/components/", "app/server/web.py"),
    "web": only_in(("fastapi", "starlette", "uvicorn"), "app/server/"),
    "database": only_in(("sqlalchemy", "alembic"), "storage/", "app/workflow/"),
    "av": only_in(("av",), "model/video/", "app/workflow/videos/examples/", "app/server/floors.py"),
    "pickle": only_in(("pickle",), "model/weights/pth.py", "model/weights/i3d_package.py"),
    "forbidden": only_in(("joblib", "cv2", "dill", "cloudpickle", "marshal", "shelve")),
    "unsafe": nothing_unsafe,
    "long function": no_function_is_long,
    "long file": no_file_is_long,
    "handlers": handlers_name_what_they_change,
}


@pytest.mark.parametrize("name", RULES)
def test_the_rule_is_kept(name: str) -> None:
    broken = [
        complaint
        for path in sources()
        for complaint in RULES[name](path, ast.parse((ROOT / path).read_text("utf-8")))
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("environment", "import os\nhome = os.environ['HOME']"),
        ("environment", "import os\nhome = os.getenv('HOME')"),
        ("environment", "from os import environ"),
        ("gradio", "def f():\n    import gradio as gr"),
        ("gradio", "from gradio.components import Navbar"),
        ("web", "from starlette.responses import Response"),
        ("database", "from sqlalchemy.orm import Session"),
        ("av", "import av.video"),
        ("pickle", "import pickle"),
        ("unsafe", "pickle.loads(content)"),
        ("forbidden", "from cv2 import VideoCapture"),
        ("unsafe", "torch.load(path, weights_only=False)"),
        ("unsafe", "np.load(path, allow_pickle=True)"),
        ("unsafe", "subprocess.run(command, shell=True)"),
        ("unsafe", "cv2.VideoCapture(path)"),
        ("unsafe", "eval(text)"),
        ("long function", "def f():\n" + "    x = 1\n" * 60),
        ("long file", "x = 1\n" * 401),
        ("handlers", "Update = tuple[Any, ...]"),
        ("handlers", "def show() -> tuple[Any, ...]: ..."),
    ],
)
def test_the_rule_notices(name: str, code: str) -> None:
    path = "app/pages/example.py" if name == "handlers" else "model/inference/example.py"
    assert list(RULES[name](path, ast.parse(code)))


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([str(program), "--no-cache"], cwd=folder, capture_output=True, text=True)


def test_rooms_import_only_from_floors_below() -> None:
    checked = lint_imports(ROOT)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("model/video/intruder.py", "import storage"),
        ("model/network/intruder.py", "import model.weights"),
        ("model/inference/intruder.py", "import model.evidence.trust"),
        ("storage/records/intruder.py", "import app.settings"),
        ("storage/records/intruder.py", "import storage.engine.database"),
        ("app/workflow/videos/intruder.py", "import app.pages"),
        ("app/workflow/videos/intruder.py", "import app.workflow.teaching.teach"),
        ("app/words/intruder.py", "import app.workflow.services"),
        ("app/words/intruder.py", "import app.settings"),
        ("model/without_a_room.py", "x = 1"),
        ("storage/without_a_room.py", "x = 1"),
        ("app/workflow/without_a_room.py", "x = 1"),
        ("app/settings_intruder.py", ""),
    ],
)
def test_an_import_from_above_is_noticed(tmp_path: Path, where: str, what: str) -> None:
    for package in PACKAGES:
        ignore = shutil.ignore_patterns("__pycache__", "*.safetensors")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / where).write_text(what)
    checked = lint_imports(tmp_path)
    assert (checked.returncode != 0) == bool(what), checked.stdout


PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)", re.MULTILINE | re.IGNORECASE)


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_what_is_asked_for_is_pinned(name: str) -> None:
    pinned = dict(PIN.findall((ROOT / f"{name}.txt").read_text("utf-8")))
    asked = (ROOT / f"{name}.in").read_text("utf-8")
    wanted = re.findall(r"^([a-z][a-z0-9-]*)(?:==([^\s#;]+))?", asked, re.MULTILINE)
    assert len(wanted) > 5
    for package, version in wanted:
        assert package in pinned
        assert not version or pinned[package] == version


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_pins_are_good_on_every_machine(name: str) -> None:
    text = (ROOT / f"{name}.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert all(PIN.match(line) for line in lines)
    assert "://" not in text
    assert not re.search(r"(^|\s)/\w", text)
    assert not [line for line in lines if line.startswith(("nvidia-", "cuda-", "triton"))]


def test_both_files_agree() -> None:
    runtime, development = (
        dict(PIN.findall((ROOT / name).read_text("utf-8")))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    for package in runtime.keys() & development.keys():
        assert runtime[package] == development[package]


def test_pins_are_above_the_floors() -> None:
    pinned = dict(PIN.findall((ROOT / "requirements.txt").read_text("utf-8")))
    for package, floor in FLOORS.items():
        assert numbers(pinned[package]) >= floor
