"""Which videos browsers play as they are; all others need a copy (`proxy.py`)."""

from __future__ import annotations

PLAIN_PIXELS = {"yuv420p", "yuvj420p"}  # 8 bits a colour, a quarter of the colour resolution
MAX_START_S = 0.02  # players count from the file's own zero: more would shift what is drawn over


def plays_in_browsers(
    *,
    container: str,
    codec: str,
    tag: str,
    pixel_format: str,
    turned: bool,
    mirrored: bool,
    odd: bool,
    start_s: float,
    stated_s: float,
) -> bool:
    """Whether Chromium, Firefox and Safari all show these frames at these times.

    `codec` is FFmpeg's name, `tag` the codec's four letters in the file. `turned` and `mirrored`
    tell what it takes to make the picture upright. `odd`: anything that players treat
    differently: repaired times, hidden frames, several videos, damage, a missing end. `stated_s` is
    the duration that the file claims, 0 if none: a recording without one cannot be sought in.
    """
    if pixel_format not in PLAIN_PIXELS or odd or mirrored or abs(start_s) > MAX_START_S:
        return False
    if stated_s <= 0:
        return False
    if container == "mp4":
        return codec == "h264" and tag == "avc1"
    # AV1 is left out: Safari plays it on some machines only
    return container == "webm" and codec in {"vp8", "vp9"} and not turned
