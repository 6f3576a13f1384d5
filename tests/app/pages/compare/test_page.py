"""The Compare page is behind the same door as all others."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import httpx
import pytest

from app.pages.site import build_site
from app.server.people import set_password
from app.settings import Settings
from app.wiring import build
from tests.serving import site

ASKED = "/compare?video=1&before=aaaaaaaaaaaa&after=bbbbbbbbbbbb"
PAGE = {"accept": "text/html"}


@pytest.mark.parametrize("has_users", [True, False])
def test_it_asks_who_is_there_and_leads_back(tmp_path: Path, has_users: bool) -> None:
    users = tmp_path / "users"
    set_password(users, "anna", "correct horse")
    settings = Settings(
        data_dir=tmp_path / "data", users_file=users if has_users else None, engine="torch"
    )
    with site(settings, blocks=partial(build_site, build(settings))) as running:
        asked = httpx.get(f"{running.url}{ASKED}", headers=PAGE)
        if not has_users:
            assert asked.status_code == 200
            return
        assert asked.status_code == 303
        assert asked.headers["location"].startswith("/login?next=/compare%3Fvideo%3D1%26before")
        form = {"username": "anna", "password": "correct horse", "next": ASKED}
        with httpx.Client(base_url=running.url, headers=PAGE) as anna:
            assert anna.post("/login", data=form).headers["location"] == ASKED
            assert anna.get(ASKED).status_code == 200
