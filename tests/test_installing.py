"""`pip install .`: the program works away from its checkout, from any folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.settings import default_data_dir
from tests.conftest import ROOT
from tests.model.video.making import write_video

LEFT_OUT = (".venv", ".git", "data", "tests", "benchmarks", "build", "*.egg-info", "__pycache__")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed program and nothing else; what it needs is in the environment."""
    folder = tmp_path_factory.mktemp("installed")
    # A copy, because building leaves its traces beside the sources.
    source = folder / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*LEFT_OUT))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    offline = ["--no-deps", "--no-build-isolation", "--target", str(folder / "site")]
    subprocess.run([*pip, *offline, str(source)], check=True, timeout=240)
    shutil.rmtree(source)
    return folder / "site"


@pytest.fixture
def environment(installed: Path, tmp_path: Path) -> dict[str, str]:
    """Variables of somebody whose home is empty. PyTorch, because it converts nothing first."""
    home = tmp_path / "home"
    home.mkdir()
    return {
        "PATH": f"{installed / 'bin'}:{os.defpath}",
        "PYTHONPATH": str(installed),
        "HOME": str(home),
        "SECOND_LOOK_ENGINE": "torch",
    }


def test_predict_from_any_folder(environment: dict[str, str], tmp_path: Path) -> None:
    write_video(tmp_path / "film.mp4")
    said = subprocess.run(
        ["second-look", "predict", "film.mp4", "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert said.returncode == 0, said.stderr
    assert len(json.loads(said.stdout)["top"]) == 5
    assert not (tmp_path / "data").exists()
    assert list(Path(environment["HOME"]).rglob("second-look.sqlite3"))


def test_serve_from_any_folder(environment: dict[str, str], tmp_path: Path) -> None:
    command = ["second-look", "serve", "--port", "0", "--data-dir", str(tmp_path / "store")]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stderr is not None
            found = (re.search(r"open at (http://\S+)", line) for line in server.stderr)
            url = next(match[1] for match in found if match)
            page = httpx.get(url, timeout=60)
            assert page.status_code == 200
            assert "sl-root" in page.text  # what the components are built in
        finally:
            server.terminate()
            server.wait(60)


def test_a_checkout_keeps_its_data_beside_it(tmp_path: Path) -> None:
    assert default_data_dir(ROOT) == Path("data")
    away = default_data_dir(tmp_path)
    assert away.is_absolute()
    assert away.name == "second-look"
