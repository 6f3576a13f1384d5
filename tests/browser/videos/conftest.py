"""The whole app over more videos than one page of the list holds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.whole_app import WholeApp, whole_app
from tests.conftest import DataAt
from tests.storage.rows import add_prediction, add_video, decide

MANY = 120


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory, data_at: DataAt) -> Iterator[WholeApp]:
    """Clip 1 to clip 120, whose model is the surer the newer; Ada labelled every fourth."""
    with whole_app(data_at(tmp_path_factory.mktemp("data"))) as running:
        with running.services.database.write() as session:
            for number in range(1, MANY + 1):
                video = add_video(session, f"clip {number:03}.mp4")
                add_prediction(session, video, probability=number / (MANY + 1))
                if number % 4 == 0:
                    decide(session, video.id, label="archery", annotator="Ada")
        yield running
