"""The small picture of a video: where it is taken from, how large it is, and that it is kept."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.workflow.answers import explain
from app.workflow.answers.thumbnail import EARLY, LATE, MOST, Thumbnails, fitted
from app.workflow.errors import UnknownVideo
from app.workflow.services import Services
from app.workflow.videos import ingest
from model.evidence.moments import key_moments
from storage.media import side_uri


def test_it_shows_the_moment_that_spoke_most_once_there_is_an_answer(
    services: Services, juggling: Path
) -> None:
    video = ingest.store(services, ingest.Upload(juggling, juggling.name), lambda *_: None).video
    thumbnails = Thumbnails(services)
    early = thumbnails.of(video.id)
    assert services.media.exists(side_uri(video.sha256, EARLY))
    answer = explain.explain(services, video, lambda *_: None)
    late = thumbnails.of(video.id)
    assert services.media.exists(side_uri(video.sha256, LATE))
    for picture in (early, late):
        with Image.open(io.BytesIO(picture)) as image:
            assert image.format == "JPEG"
            assert image.size == fitted(video.width, video.height)
    assert (early != late) or not key_moments(answer.prediction, 0)
    services.media.delete(video.uri)
    assert thumbnails.of(video.id) == late  # kept, not drawn again


def test_no_video_has_no_picture(services: Services) -> None:
    with pytest.raises(UnknownVideo):
        Thumbnails(services).of(7)


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_it_fits_whatever_the_shape(width: int, height: int) -> None:
    size = fitted(width, height)
    assert all(0 < side <= most for side, most in zip(size, MOST, strict=True))
    assert any(side == most for side, most in zip(size, MOST, strict=True))
