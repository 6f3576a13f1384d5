"""Every module has a test file of its name, or a line in where.toml that says where to look."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.conftest import ROOT

TABLE = ROOT / "tests" / "where.toml"
PACKAGES = ("app", "model", "storage")
BY_THEMSELVES = ("__init__", "__main__", "env")  # they hold nothing, or others run them
PROGRAM, COMMANDS = "app", "app.cli."  # whoever starts the program may give any command
STEPS = "storage/migrations/versions"  # tested together, by test_migrations.py


def test_every_module_is_tested_where_it_says() -> None:
    rows = tomllib.loads(TABLE.read_text("utf-8"))
    assert list(complaints(ROOT, rows)) == []


def test_a_module_without_tests_is_noticed(tmp_path: Path) -> None:
    for name, text in {
        "app/named.py": "",
        "tests/app/test_named.py": "from app import named",
        "app/told.py": "",
        "app/user.py": "from app import told",
        "tests/app/test_user.py": "from app.user import x",
        "app/bare.py": "",
        "tests/app/test_other.py": "import os",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    def said(**rows: str) -> list[str]:
        whole = {"app.told": "tests/app/test_user.py"} | {
            name.replace("_", "."): file for name, file in rows.items()
        }
        return list(complaints(tmp_path, whole))

    assert said() == ["app.bare has no test file of its name and no line in where.toml"]
    assert said(app_bare="tests/app/test_lost.py") == [
        "app.bare: tests/app/test_lost.py is not there"
    ]
    assert said(app_bare="tests/app/test_other.py") == [
        "app.bare: tests/app/test_other.py does not reach it"
    ]
    assert said(app_bare="tests/app/test_user.py", app_gone="tests/app/test_user.py") == [
        "app.bare: tests/app/test_user.py does not reach it",
        "app.gone is not there, or has a test file of its name",
    ]


def complaints(root: Path, rows: Mapping[str, str]) -> Iterator[str]:
    """What is untrue about `rows`, module to test file, both below `root`."""
    modules = {".".join(path.with_suffix("").parts): path for path in _modules(root)}
    imports = {name: _imports(root / path) for name, path in modules.items()}
    imports |= {name: _imports(root / path) for name, path in _helpers(root)}
    imports[PROGRAM] = {name for name in modules if name.startswith(COMMANDS)}
    strangers = set(rows) - set(modules)
    for name, path in modules.items():
        own = Path("tests", path.with_name(f"test_{path.name}"))
        file = rows.get(name)
        if (root / own).exists():
            strangers |= {name} & set(rows)
        elif file is None:
            yield f"{name} has no test file of its name and no line in where.toml"
        elif not (root / file).exists():
            yield f"{name}: {file} is not there"
        elif "browser" not in file and name not in _reached(_used(root / file), imports):
            yield f"{name}: {file} does not reach it"
    yield from (
        f"{name} is not there, or has a test file of its name" for name in sorted(strangers)
    )


def _modules(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            inside = path.relative_to(root)
            if path.stem not in BY_THEMSELVES and not inside.as_posix().startswith(STEPS):
                yield inside


def _helpers(root: Path) -> Iterator[tuple[str, Path]]:
    """What tests share."""
    for path in (root / "tests").rglob("*.py"):
        inside = path.relative_to(root)
        yield ".".join(inside.with_suffix("").parts), inside


def _used(path: Path) -> set[str]:
    """What a test file, and the fixtures beside it, import or start as a program."""
    found = set()
    for file in (path, path.parent / "conftest.py"):
        if file.exists():
            found |= _imports(file)
            tree = ast.parse(file.read_text("utf-8"))
            found |= {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return found


def _imports(path: Path) -> set[str]:
    """The modules that a file names in its imports, and what might be one."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def _reached(first: set[str], imports: Mapping[str, set[str]]) -> set[str]:
    """Whatever they import, and what that imports."""
    reached: set[str] = set()
    waiting = set(first)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting |= imports.get(name, set())
    return reached
