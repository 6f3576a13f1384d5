"""Settings: what is read, what is refused, and what is set for the libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy.engine import make_url

from app.settings import (
    Settings,
    SettingsError,
    is_loopback,
    load_settings,
    prepare_environment,
)
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in os.environ:
        if variable.startswith("SECOND_LOOK_"):
            monkeypatch.delenv(variable)


def test_defaults_keep_to_this_machine_and_one_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert settings.is_local
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/second-look.sqlite3"
    assert settings.media_url == f"file://{tmp_path}/data/media"
    for folder in (settings.gradio_dir, settings.cache_dir, settings.models_dir):
        assert folder.is_relative_to(settings.data_dir)
    assert not settings.data_dir.exists()


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECOND_LOOK_PORT", "8000")
    monkeypatch.setenv("SECOND_LOOK_HOST", "127.0.0.2")
    settings = load_settings(port=9000, host=None)
    assert (settings.port, settings.host) == (9000, "127.0.0.2")


def test_sizes_and_lists_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECOND_LOOK_MAX_UPLOAD_BYTES", "500MB")
    monkeypatch.setenv("SECOND_LOOK_ALLOWED_HOSTS", " Clips.Example.org, b.example ,")
    monkeypatch.setenv("SECOND_LOOK_MODEL", "")
    settings = load_settings()
    assert settings.max_upload_bytes == 500_000_000
    assert settings.allowed_hosts == ("clips.example.org", "b.example")
    assert settings.model is None


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("PORT", "many", "SECOND_LOOK_PORT cannot be used: it should be a valid integer"),
        ("PORT", "70000", "SECOND_LOOK_PORT"),
        ("ENGINE", "tpu", "it should be 'auto', 'torch' or 'openvino'"),
        ("DATABASE_URL", "mysql://x", "must start with sqlite:/// or postgresql"),
        ("MODEL_MIRROR", "ftp://x", "must start with https:// or http://"),
        ("MAX_UPLOAD_BYTES", "much", "SECOND_LOOK_MAX_UPLOAD_BYTES"),
        ("LOGIN_HOURS", "0", "SECOND_LOOK_LOGIN_HOURS"),
        ("DATADIR", "/x", "did you mean SECOND_LOOK_DATA_DIR?"),
        ("XYZZY", "1", "There is no setting SECOND_LOOK_XYZZY"),
    ],
)
def test_a_mistake_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"SECOND_LOOK_{variable}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["plain", "with space", "50% ?#&", "größer"])
def test_any_folder_name_survives_the_address(tmp_path: Path, name: str) -> None:
    settings = Settings(data_dir=tmp_path / name)
    assert make_url(settings.database_url).database == str(tmp_path / name / "second-look.sqlite3")


def test_settings_are_frozen(settings: Settings) -> None:
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.8.8", "::1", "[::1]"]
)
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "0.0.0.0", "::", "10.0.0.1", "localhost.evil.example", "127.0.0.1.evil.example"]
)
def test_not_only_this_machine(host: str) -> None:
    assert not is_loopback(host)


ASK = """
import os, sys
before = dict(os.environ)
from app.settings import Settings, prepare_environment
assert dict(os.environ) == before, "importing changed the environment"
prepare_environment(Settings(data_dir=sys.argv[1]))
import gradio.analytics, gradio.utils, huggingface_hub.constants, openvino
from openvino.tools.ovc import telemetry
assert gradio.utils.get_upload_folder() == sys.argv[1] + "/tmp/gradio"
assert not gradio.analytics.analytics_enabled()
assert huggingface_hub.constants.HF_HUB_OFFLINE
assert "GRADIO_ALLOWED_PATHS" not in os.environ
assert type(telemetry).__module__ == "openvino.tools.ovc.telemetry_stub", telemetry
"""


def test_the_libraries_do_not_call_home(data_dir: Path) -> None:
    home = data_dir / "home"
    home.mkdir()
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "GRADIO_ALLOWED_PATHS": "/"}
    asked = subprocess.run(
        [sys.executable, "-c", ASK, str(data_dir)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert asked.returncode == 0, asked.stderr
    assert not (home / "intel").exists()


def test_openvino_would_have(data_dir: Path) -> None:
    ask = "from openvino.tools.ovc import telemetry; print(type(telemetry).__module__)"
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(data_dir), "CI": "true"}
    asked = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert "openvino_telemetry" in asked.stdout, asked.stderr


def test_preparing_twice_changes_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    prepare_environment(settings)
    once = dict(os.environ)
    prepare_environment(settings)
    assert dict(os.environ) == once
