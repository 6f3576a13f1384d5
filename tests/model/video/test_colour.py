"""Colours come out as they went in, whatever a file's numbers stand for; bars of every kind."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from model.video.colour import (
    BT2020,
    HLG,
    PEAK,
    PQ,
    UNKNOWN,
    WHITE,
    Signal,
    signal_of,
    to_bt709,
)
from model.video.proxy import write_proxy
from model.video.reader import VideoReader

Floats = NDArray[np.float64]
LOW, HIGH = 30.0, 170.0
BARS = np.array(
    [[HIGH if (bar >> bit) & 1 else LOW for bit in range(3)] for bar in range(8)], np.float64
)
WIDTH, HEIGHT = 256, 64
BT709_TO_BT2020 = np.array(  # ITU-R BT.2087-0, table 1
    [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]]
)
LIMITED, FULL = 1, 2  # AVCOL_RANGE_*
MATRICES = {"bt601": (5, 6), "bt709": (1, 1), "bt2020": (9, 9)}  # SWS_CS_*, AVCOL_SPC_*
KINDS = {"pq": (PQ, 9), "hlg": (HLG, 9), "wide": (14, 9)}  # AVCOL_TRC_*, AVCOL_PRI_*
PLAIN, SILENT = (1, 1), (2, 2)


def pq(light: Floats) -> Floats:
    """SMPTE ST 2084: cd/m2 to code."""
    y = (light / 10_000) ** 0.1593017578125
    code: Floats = ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375
    return code


def hlg(light: Floats) -> Floats:
    """ARIB STD-B67: cd/m2 on a screen of 1000 to code."""
    shown = light / 1000
    luminance = shown @ np.array([0.2627, 0.6780, 0.0593])
    scene = shown * luminance[..., None] ** (1 / 1.2 - 1)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    high = a * np.log((12 * scene - b).clip(1e-9)) + c
    code: Floats = np.where(scene <= 1 / 12, np.sqrt(3 * scene), high)
    return code


def coded(rgb: Floats, kind: str) -> Floats:
    """RGB 0..255 of a standard screen to the codes 0..1 of a kind of signal."""
    if kind == "sdr":
        return rgb / 255
    wide: Floats = (rgb / 255) ** 2.4 @ BT709_TO_BT2020.T
    if kind == "wide":
        narrowed: Floats = wide ** (1 / 2.4)
        return narrowed
    return pq(wide * 203) if kind == "pq" else hlg(wide * 203)


def write_bars(
    path: Path,
    kind: str,
    matrix: str,
    colour_range: int,
    *,
    tags: tuple[int, int],
    pixels: str = "yuv420p10le",
    codec: str = "libx264",
) -> Path:
    """Four frames of `BARS`; `tags` are transfer and primaries as the file says."""
    row = np.repeat(coded(BARS, kind), WIDTH // len(BARS), axis=0)
    image = np.rint(np.broadcast_to(row, (HEIGHT, WIDTH, 3)) * 65535).astype(np.uint16)
    sws, spc = MATRICES[matrix]
    options = {"crf": "2"} | ({"x265-params": "log-level=none"} if codec == "libx265" else {})
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pixels
        context: Any = stream.codec_context
        context.colorspace, context.color_range = spc, colour_range
        context.color_trc, context.color_primaries = tags
        for index in range(4):
            frame = VideoFrame.from_ndarray(image, format="rgb48le").reformat(
                format=pixels, dst_colorspace=sws, dst_color_range=colour_range, threads=1
            )
            frame.color_trc, frame.color_primaries = tags
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def bars_of(image: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The colour in the middle of each bar."""
    step = image.shape[1] // len(BARS)
    return image[image.shape[0] // 2, step // 2 :: step].astype(np.int64)


def seen(path: Path, off: Iterable[str] = ()) -> list[NDArray[np.int64]]:
    """The bars as the network and as people get them."""
    with VideoReader(path, guards_off=off) as reader:
        images = [next(reader.frames([2], short_side=48)).image]
        images += [next(reader.frames([2], size=(128, 32))).image]
    return [bars_of(image) for image in images]


def assert_near(bars: NDArray[np.int64], within: float) -> None:
    """Near in code; of a dark channel beside a bright one, in light.

    Its share is a small difference of large numbers: rounding before the matrix of the primaries
    moves it far in code (at 30 of 255 one step of ten bits is some 15) and not at all for the eye.
    """
    apart = np.abs(bars - BARS)
    beside_bright = (BARS == LOW) & (BARS.max(axis=1, keepdims=True) == HIGH)
    darker = np.abs((bars / 255) ** 2.4 - (BARS / 255) ** 2.4) <= 0.006  # of white's light
    assert np.all((apart <= within) | (beside_bright & darker)), bars


@pytest.mark.parametrize("colour_range", [LIMITED, FULL])
@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize("pixels", ["yuv420p", "yuv420p10le"])
def test_matrices_and_ranges_are_heeded(
    matrix: str, colour_range: int, pixels: str, tmp_path: Path
) -> None:
    path = tmp_path / "bars.mp4"
    write_bars(path, "sdr", matrix, colour_range, tags=PLAIN, pixels=pixels)
    for bars in seen(path):
        np.testing.assert_allclose(bars, BARS, atol=6)


@pytest.mark.parametrize("colour_range", [LIMITED, FULL])
@pytest.mark.parametrize("kind", KINDS)
def test_wide_colours_and_high_range_are_converted(
    kind: str, colour_range: int, tmp_path: Path
) -> None:
    path = tmp_path / "bars.mp4"
    write_bars(path, kind, "bt2020", colour_range, tags=KINDS[kind])
    for bars in seen(path):
        assert_near(bars, within=8)
    # the control: without the conversion they are far off
    for bars in seen(path, ["colour"]):
        with pytest.raises(AssertionError):
            assert_near(bars, within=20)


def test_phones_say_it_in_hevc(tmp_path: Path) -> None:
    path = tmp_path / "bars.mp4"
    write_bars(path, "hlg", "bt2020", LIMITED, tags=KINDS["hlg"], codec="libx265")
    for bars in seen(path):
        np.testing.assert_allclose(bars, BARS, atol=8)


@pytest.mark.parametrize("kind", KINDS)
def test_the_copy_for_browsers_has_standard_colours(kind: str, tmp_path: Path) -> None:
    path, copy = tmp_path / "bars.mp4", tmp_path / "copy.mp4"
    write_bars(path, kind, "bt2020", LIMITED, tags=KINDS[kind], pixels="yuv420p")
    with VideoReader(path) as reader:
        assert not reader.info.browser_safe
        write_proxy(reader, copy)
    with VideoReader(copy) as reader:
        assert reader.info.browser_safe
    for bars in seen(copy):
        assert_near(bars, within=14)  # twice through eight bits
    with av.open(str(copy)) as container:
        stream: Any = container.streams.video[0]
        assert (stream.color_trc, stream.color_primaries, stream.colorspace) == (1, 1, 1)


def test_what_says_nothing_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "bars.mp4"
    write_bars(path, "sdr", "bt709", LIMITED, tags=SILENT, pixels="yuv420p")
    with VideoReader(path) as reader:
        assert reader.info.browser_safe
    for with_it, without in zip(seen(path), seen(path, ["colour", "fields"]), strict=True):
        np.testing.assert_array_equal(with_it, without)
    assert signal_of(2, 2).is_plain
    assert signal_of(6, 5).is_plain
    assert signal_of(PQ, 2) == Signal("pq", 9)


def test_bright_light_is_bent_and_not_cut() -> None:
    """Twice as bright as white is brighter than white, and grey stays grey."""
    light = np.array([0, 20, 50, WHITE / 2, WHITE, 2 * WHITE, PEAK, 5 * PEAK])
    codes = np.rint(pq(np.repeat(light[None, :, None], 3, axis=2)) * 65535).astype(np.uint16)
    grey = to_bt709(codes, Signal("pq", 9))[0].astype(int)
    assert np.ptp(grey, axis=1).max() <= 1
    values = grey[:, 1]
    assert (np.diff(values[:7]) > 0).all()
    assert values[0] == 0
    assert values[4] > 180
    assert values[6] == values[7] == 255


def test_what_does_not_say_its_colours_has_those_of_its_kind() -> None:
    assert signal_of(PQ, UNKNOWN) == signal_of(PQ, BT2020)
    assert signal_of(UNKNOWN, UNKNOWN).is_plain


def test_high_range_in_plain_colours_keeps_them() -> None:
    """Grey stays grey, and red is no other red."""
    image = np.full((1, 2, 3), 30_000, np.uint16)
    image[0, 1] = (30_000, 0, 0)
    grey, red = to_bt709(image, signal_of(PQ, 1))[0]
    assert len(set(grey.tolist())) == 1
    assert (red[1], red[2]) == (0, 0)
    assert red[0] > 0
