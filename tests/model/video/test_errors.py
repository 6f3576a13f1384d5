"""Each error of a video is one sentence of its own, with a code of its own."""

from __future__ import annotations

import pytest

from model.errors import VideoError
from model.video import errors

ALL = [
    errors.Unreadable(),
    errors.NotAVideo(),
    errors.TooLarge(1 << 30),
    errors.TooLong(max_duration_s=600, max_frames=1000),
    errors.PictureTooLarge(1_000_000),
    errors.TooManyTracks(5),
    errors.TooMuchMemory(1 << 30),
    errors.NoVideoStream(),
    errors.NoFrames(),
    errors.Encrypted(),
    errors.UnsupportedCodec("huffyuv"),
    errors.UnsupportedCodec(""),
    errors.Damaged(),
    errors.TimedOut(5),
    errors.Stuck(5),
    errors.DecoderCrashed(),
    errors.ProxyFailed(),
    errors.FilmFailed(),
]


@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
def test_it_is_a_sentence(error: VideoError) -> None:
    sentence = str(error)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "{" not in sentence


def test_there_is_no_other_and_no_code_twice() -> None:
    kinds = {type(error) for error in ALL}
    assert kinds == set(VideoError.__subclasses__())
    assert len({kind.code for kind in kinds}) == len(kinds)
