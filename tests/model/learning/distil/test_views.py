"""Views: within the picture, the same every time, and what they say they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from model.errors import VideoError
from model.learning.distil.material import Film, find_pictures, find_videos, read_material
from model.learning.distil.views import Wildness, draw_view, render
from model.learning.errors import ListError, TooFewError
from model.video.facts import VideoLimits
from tests.model.learning.films import draw

TAME = Wildness(area=(1.0, 1.0), aspect=(1.0, 1.0), speeds=(1,), flip=0, cut=0, mix=0, drift=0)


def film(frames: int, height: int, width: int, *, seed: int = 0) -> Film:
    chance = torch.Generator().manual_seed(seed)
    size = (frames, 3, height, width)
    return Film("made", torch.randint(0, 256, size, generator=chance, dtype=torch.uint8))


@given(
    frames=st.integers(1, 30),
    height=st.integers(8, 40),
    width=st.integers(8, 40),
    steps=st.integers(1, 16),
    number=st.integers(0, 10_000),
)
@settings(deadline=None, max_examples=60)
def test_every_view_stays_within_its_film(
    frames: int, height: int, width: int, steps: int, number: int
) -> None:
    films = (film(frames, height, width), film(1, width, height))
    view = draw_view(films, steps, 3, number)
    for shot in (view.first, view.second):
        if shot is not None:
            length = len(films[shot.film].frames)
            assert shot.frames.shape == (steps,)
            assert 0 <= shot.frames.min() <= shot.frames.max() < length
            reach = np.abs(shot.boxes[:, :2]) + np.abs(shot.boxes[:, 2:])
            assert reach.max() <= 1 + 1e-9
            assert np.abs(shot.boxes[:, 2:]).min() > 0
    shown = render(view, films, 16)
    assert shown.shape == (3, steps, 16, 16)
    assert 0 <= shown.min() <= shown.max() <= 255


def test_a_view_is_the_same_every_time_and_others_differ() -> None:
    films = (film(20, 20, 24), film(1, 90, 60))
    first = [render(draw_view(films, 8, 1, n), films, 16) for n in range(20)]
    again = [render(draw_view(films, 8, 1, n), films, 16) for n in reversed(range(20))][::-1]
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], first[1])
    assert not torch.equal(first[0], render(draw_view(films, 8, 2, 0), films, 16))


def test_a_tame_view_is_the_film_itself() -> None:
    films = (film(8, 16, 16),)
    shown = render(draw_view(films, 8, 0, 0, TAME), films, 16)
    assert torch.allclose(shown, films[0].frames.permute(1, 0, 2, 3).float(), atol=1e-3)


def test_mirrored_cut_and_mixed_views_are_that() -> None:
    films = (film(8, 16, 16), film(8, 16, 16, seed=1))
    plain = [f.frames.permute(1, 0, 2, 3).float() for f in films]

    def shown(**changed: float) -> tuple[torch.Tensor, int, int, int, float]:
        how = Wildness(**{**_fields(TAME), **changed})  # type: ignore[arg-type]
        view = draw_view(films, 8, 0, 5, how)
        second = view.second.film if view.second is not None else -1
        return render(view, films, 16), view.first.film, second, view.cut, view.mix

    mirrored, one, *_ = shown(flip=1)
    assert torch.allclose(mirrored, plain[one].flip(3), atol=1e-3)
    cut, one, two, at, _ = shown(cut=1)
    assert 0 < at < 8
    assert torch.allclose(cut[:, :at], plain[one][:, :at], atol=1e-3)
    assert torch.allclose(cut[:, at:], plain[two][:, at:], atol=1e-3)
    mixed, one, two, _, share = shown(mix=1)
    assert torch.allclose(mixed, (1 - share) * plain[one] + share * plain[two], atol=1e-2)


def test_a_still_picture_moves() -> None:
    films = (film(1, 64, 96),)
    shown = render(draw_view(films, 8, 0, 0, Wildness(cut=0, mix=0)), films, 16)
    assert all(not torch.equal(shown[:, n], shown[:, n + 1]) for n in range(7))


def test_material_is_found_read_and_kept_small(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    video = draw(tmp_path / "inside" / "a film.mp4", 0)
    Image.new("RGB", (400, 90), "red").save(tmp_path / "red.png")
    (tmp_path / "list.txt").write_text("inside/a film.mp4 0\n")
    assert find_videos([tmp_path, tmp_path / "list.txt"]) == (video,)
    pictures = find_pictures([tmp_path])
    films = read_material([video], pictures, side=16, limits=VideoLimits())
    assert [f.name for f in films] == ["a film.mp4", "red.png"]
    assert films[0].frames.shape == (20, 3, 16, 19)
    assert films[1].frames.shape == (1, 3, 64, 284)
    few = read_material([video], [], side=16, limits=VideoLimits(), most_bytes=5 * 3 * 16 * 20)
    assert len(few[0].frames) == 5


def test_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(b"no film")
    (tmp_path / "torn.png").write_bytes(b"no picture")
    with pytest.raises(TooFewError, match="no video and no picture"):
        read_material([], [], side=16, limits=VideoLimits())
    with pytest.raises(ListError, match=r"nowhere is not there"):
        find_videos([tmp_path / "nowhere"])
    with pytest.raises(ListError, match=r"torn\.mp4 cannot be learned from") as told:
        read_material([torn], [], side=16, limits=VideoLimits())
    assert isinstance(told.value.__cause__, VideoError)
    with pytest.raises(ListError, match=r"torn\.png is no picture"):
        read_material([], [tmp_path / "torn.png"], side=16, limits=VideoLimits())


def _fields(how: Wildness) -> dict[str, object]:
    return {name: getattr(how, name) for name in how.__slots__}
