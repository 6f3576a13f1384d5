"""`python -m app finetune` and `worker`, as a person types them; and a worker killed on the way."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from app.settings import Settings, whole_environment
from app.wiring import build
from app.workflow.models import versions
from app.workflow.services import Services
from app.workflow.teaching import teach
from model.weights import checkpoint
from model.weights.quick import make_quick
from tests.app.cli.conftest import Give
from tests.app.jobs.conftest import ended, look, wait_for
from tests.app.workflow.lessons import JUGGLING, JUMPING, bring
from tests.conftest import ROOT

APP = [sys.executable, "-m", "app"]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The quick model answers: a third of the work."""
    folder = tmp_path_factory.mktemp("data")
    settings = Settings(data_dir=folder, engine="torch", min_free_bytes=0, model="quick")
    settings.models_dir.mkdir()
    make_quick(settings.models_dir / "quick.safetensors")
    return settings


@pytest.fixture(scope="module")
def services(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Services:
    services = build(settings)
    folder = tmp_path_factory.mktemp("videos")
    bring(services, JUGGLING, "juggling balls", folder, learn=2, check=0)
    bring(services, JUMPING, "star jump", folder, learn=2, check=1)
    return services


def finetune(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*APP, "finetune", *arguments],
        cwd=ROOT,
        env=whole_environment(settings),
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def undisturbed(settings: Settings, services: Services) -> Path:
    """The weights that the command makes."""
    done = finetune(settings, "--name", "undisturbed", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["videos"] == 1
    (unchecked, few) = said["notes"]
    assert "No video of these labels is kept for checking" in unchecked
    assert "juggling balls" in unchecked
    assert "Only one video is kept for checking" in few
    assert [f"Note: {note}" in done.stderr.splitlines() for note in said["notes"]] == [True, True]
    steps = [line for line in done.stderr.splitlines() if "Looking at the videos" in line]
    assert steps
    assert len(set(map(_sentence, steps))) == len(steps)
    return services.models.folder / "undisturbed.safetensors"


def test_the_command_makes_a_version_that_does_not_answer_yet(
    services: Services, undisturbed: Path
) -> None:
    assert checkpoint.read_spec(undisturbed).labels[-1] == "star jump"
    (made,) = [v for v in versions.all_versions(services) if v.name == "undisturbed"]
    assert not made.active


def _sentence(line: str) -> str:
    """What a line of the log or of the progress says."""
    return line[line.index("Looking") :]


@pytest.fixture
def here(give: Give, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Give:
    """Gives the command inside this process, with the settings of this file."""
    for name, value in whole_environment(settings).items():
        monkeypatch.setenv(name, value)
    return give


def test_a_name_that_is_taken_is_one_line(here: Give, undisturbed: Path) -> None:
    refused = here("finetune", "--name", undisturbed.stem)
    assert refused.code == 2
    assert refused.err.count("\n") == 1
    assert "already" in refused.err


def test_nothing_to_learn_from_is_one_line(
    here: Give, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECOND_LOOK_DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    refused = here("finetune")
    assert refused.code == 2
    assert "Nobody has confirmed" in refused.err


@pytest.fixture
def worker() -> Iterator[list[subprocess.Popen[str]]]:
    """Where a test keeps the workers that it starts."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def test_killed_workers_change_nothing_about_the_weights(
    settings: Settings,
    services: Services,
    undisturbed: Path,
    worker: list[subprocess.Popen[str]],
    tmp_path: Path,
) -> None:
    """Killed once while features are computed, and once while the classes are learned."""
    away = settings.cache_dir / "features"
    away.rename(tmp_path / "features")  # what the undisturbed run has left
    job = teach.start(services, teach.Ask("killed", name="killed"))
    for moment in ("Looking at the videos: 2 of 5.", "Learning the classes."):
        worker.append(_started(settings))
        assert worker[-1].stderr is not None
        assert any(moment in line for line in worker[-1].stderr)
        worker[-1].kill()
        worker[-1].wait()
        assert not ended(look(services, job.id))
    worker.append(_started(settings))
    after = wait_for(services, job.id, ended, patience_s=120)
    assert (after.state, after.attempts) == ("done", 3)
    _, wanted, _ = checkpoint.read(undisturbed)
    _, found, _ = checkpoint.read(services.models.folder / "killed.safetensors")
    assert all(torch.equal(wanted[name], found[name]) for name in wanted)
    assert [v.name for v in versions.all_versions(services)].count("killed") == 1


def _started(settings: Settings) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*APP, "--verbose", "worker", "--lease", "5"],
        cwd=ROOT,
        env=whole_environment(settings),
        stderr=subprocess.PIPE,
        text=True,
    )
