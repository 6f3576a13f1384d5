"""Pixels that are not squares: every view of the picture has the shape that people see."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from model.inference.protocols import plan
from model.video.proxy import proxy_size, write_proxy
from model.video.reader import VideoReader
from model.video.shape import is_disputed, pixel_aspect
from model.weights.spec import IMAGENET, ModelSpec
from tests.model.video.making import remux, turn

SPEC = ModelSpec("m", "ircsn-r50", ("a", "b"), IMAGENET)


def circle(size: tuple[int, int], aspect: float) -> NDArray[np.uint8]:
    """A white disc uint8 [H, W, 3] that is round where pixels have the shape `aspect`."""
    width, height = size
    y, x = np.mgrid[:height, :width]
    x = (x - (width - 1) / 2) * aspect
    y = y - (height - 1) / 2
    return np.repeat(np.where(np.hypot(x, y) < height / 5, 235, 16)[..., None], 3, 2).astype(
        np.uint8
    )


def write_circle(
    path: Path,
    aspect: Fraction,
    *,
    size: tuple[int, int] = (192, 192),
    codec: str = "libx264",
    frames: int = 4,
) -> Path:
    """A disc that stands still, its pixels wider than high; codec and container say so."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.sample_aspect_ratio = aspect
        image = circle(size, float(aspect))
        for index in range(frames):
            frame = VideoFrame.from_ndarray(image, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def roundness(image: NDArray[np.uint8]) -> float:
    """Width of the disc by its height."""
    inside = image[..., 1] > 128
    return float(np.ptp(np.flatnonzero(inside.any(0))) / np.ptp(np.flatnonzero(inside.any(1))))


def state_in_container(path: Path, wide: int, high: int) -> Path:
    """Writes the shape into the `pasp` box of an MP4 (ISO/IEC 14496-12)."""
    data = bytearray(path.read_bytes())
    start = data.index(b"pasp") + 4
    data[start : start + 8] = wide.to_bytes(4, "big") + high.to_bytes(4, "big")
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("wide.mp4", "libx264"),
        ("wide.mp4", "mpeg4"),
        ("wide.mkv", "libx264"),
        ("wide.avi", "libx264"),
    ],
)
@pytest.mark.parametrize("aspect", [Fraction(2), Fraction(64, 45), Fraction(1, 2)])
def test_circles_are_round_everywhere(
    name: str, codec: str, aspect: Fraction, tmp_path: Path
) -> None:
    path = write_circle(tmp_path / name, aspect, codec=codec)
    with VideoReader(path) as reader:
        info = reader.info
        assert (info.width, info.height) == (round(192 * aspect), 192)
        assert (info.stored_width, info.stored_height) == (192, 192)
        for frame in reader.frames([2], short_side=128):
            assert roundness(frame.image) == pytest.approx(1, abs=0.08)
        for frame in reader.frames([2], size=proxy_size(info)):
            assert roundness(frame.image) == pytest.approx(1, abs=0.08)
        # the control: as it is stored, the disc is squeezed
        for frame in reader.frames([2], short_side=128, as_shown=False):
            assert roundness(frame.image) == pytest.approx(1 / aspect, rel=0.08)
        copy = tmp_path / "copy.mp4"
        write_proxy(reader, copy)
    with VideoReader(copy) as reader:
        assert (reader.info.width, reader.info.height) == proxy_size(info)
        assert reader.info.stored_width == reader.info.width
        assert roundness(next(reader.frames([2])).image) == pytest.approx(1, abs=0.08)


def test_a_turned_picture_keeps_its_shape(tmp_path: Path) -> None:
    path = turn(write_circle(tmp_path / "wide.mp4", Fraction(2)), (0, 1, -1, 0))
    with VideoReader(path) as reader:
        assert (reader.info.width, reader.info.height) == (192, 384)
        for frame in reader.frames([0], short_side=128):
            assert frame.image.shape == (256, 128, 3)
            assert roundness(frame.image) == pytest.approx(1, abs=0.08)


@pytest.mark.parametrize(
    ("container", "shown", "safe"),
    [
        ((2, 1), 384, True),
        ((3, 2), 288, False),  # players differ on whom to believe
        ((1, 1000), 384, False),  # no pixel is like that: the codec is asked
        ((0, 0), 384, True),
        ((1 << 31, 1), 384, True),
    ],
)
def test_the_container_is_asked_before_the_codec(
    container: tuple[int, int], shown: int, safe: bool, tmp_path: Path
) -> None:
    path = write_circle(tmp_path / "wide.mp4", Fraction(2))
    state_in_container(path, *container)
    with VideoReader(path) as reader:
        assert (reader.info.width, reader.info.height) == (shown, 192)
        assert reader.info.browser_safe is safe


def test_nonsense_everywhere_counts_as_square(tmp_path: Path) -> None:
    path = write_circle(tmp_path / "wide.mp4", Fraction(50))
    with VideoReader(path) as reader:
        assert (reader.info.width, reader.info.height) == (192, 192)
        assert not reader.info.browser_safe


def test_the_first_sensible_shape_counts() -> None:
    assert pixel_aspect([2.0, 1.5]) == 2.0
    assert pixel_aspect([0.0, 1.5]) == 1.5
    assert pixel_aspect([1e6, 0.0]) == 1.0
    assert not is_disputed([1.422, 1.4222])
    assert not is_disputed([0.0, 0.0])
    assert is_disputed([1e6, 0.0])


@pytest.mark.parametrize(("protocol", "seen"), [("auto", (512, 256)), ("val", (256, 256))])
def test_the_fixed_protocols_see_what_is_stored(
    protocol: str, seen: tuple[int, int], tmp_path: Path
) -> None:
    """They compare with measurements that took every pixel for a square."""
    path = write_circle(tmp_path / "wide.mp4", Fraction(2))
    with VideoReader(path) as reader:
        planned = plan(protocol, SPEC, reader.info, max_clips=4)  # type: ignore[arg-type]
        box = planned.explained_box
        frames = reader.frames([0], short_side=planned.short_side, as_shown=planned.as_shown)
        assert next(frames).image.shape == (*seen[::-1], 3)
    assert (box.width, box.height) == seen


def test_a_stream_copy_to_another_container_keeps_the_shape(tmp_path: Path) -> None:
    path = write_circle(tmp_path / "wide.mp4", Fraction(2))
    with VideoReader(remux(path, tmp_path / "copy.mkv")) as reader:
        assert (reader.info.width, reader.info.height) == (384, 192)
