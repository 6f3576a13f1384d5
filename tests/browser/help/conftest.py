"""The whole app over an empty folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.whole_app import WholeApp, whole_app


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeApp]:
    with whole_app(tmp_path_factory.mktemp("data")) as app:
        yield app
