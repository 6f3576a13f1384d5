"""The route of the pages' modules: what is served, for how long, to whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.components.assets import STATIC, modules
from app.server.people import set_password
from app.settings import Settings
from tests.serving import Site, site

FOLDER = f"/scripts/{modules().version}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(Settings(data_dir=tmp_path_factory.mktemp("data"))) as running:
        yield running


@pytest.mark.parametrize("path", ["viewer/viewer.js", "kit/dom.js"])
def test_a_module(served: Site, path: str) -> None:
    answer = served.client.get(f"{FOLDER}/{path}")
    assert answer.status_code == 200
    assert answer.content == (STATIC / path).read_bytes()
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_it_is_kept_because_its_address_holds_its_version(served: Site) -> None:
    kept = served.client.get(f"{FOLDER}/kit/dom.js").headers["cache-control"]
    assert "immutable" in kept
    assert "max-age=31536000" in kept


def test_the_policy_lets_pages_load_it(served: Site) -> None:
    policy = served.client.get("/").headers["content-security-policy"]
    assert "script-src 'self'" in policy


@pytest.mark.parametrize(
    "path",
    [
        "/scripts/0123456789abcdef/kit/dom.js",  # of another version
        f"{FOLDER}/kit/nothing.js",
        f"{FOLDER}/doors/doors.js",  # goes with its page
        f"{FOLDER}/style.css",
        f"{FOLDER}/../../app/settings.py",
        f"{FOLDER}/..%2F..%2Fapp%2Fsettings.py",
        f"{FOLDER}/kit/%2e%2e/%2e%2e/%2e%2e/pyproject.toml",
        f"{FOLDER}//etc/passwd",
        f"{FOLDER}/",
    ],
)
def test_nothing_else_is_served(served: Site, path: str) -> None:
    answer = served.client.get(path)
    assert answer.status_code == 404
    if path.startswith("/scripts/"):
        assert "immutable" not in answer.headers.get("cache-control", "")


def test_another_sites_page_gets_nothing(served: Site) -> None:
    answer = served.client.get(f"{FOLDER}/kit/dom.js", headers={"Origin": "https://example.org"})
    assert answer.status_code == 403


def test_whoever_is_not_logged_in_gets_nothing(tmp_path: Path) -> None:
    users = tmp_path / "users"
    set_password(users, "anna", "correct horse")
    with site(Settings(data_dir=tmp_path, users_file=users)) as running:
        assert running.client.get(f"{FOLDER}/kit/dom.js").status_code == 401
