"""Which videos browsers play as they are; all others need a proxy (`proxy.py`)."""

from __future__ import annotations

PLAIN_PIXELS = {"yuv420p", "yuvj420p"}  # 8 bits a colour, a quarter of the colour resolution
MAX_START_S = 0.1  # a later first frame would shift what is drawn over the player


def plays_in_browsers(
    *,
    container: str,
    codec: str,
    tag: str,
    pixel_format: str,
    states_duration: bool,
    start_s: float,
    regular: bool,
) -> bool:
    """Whether Chromium, Firefox and Safari all show these frames at these times.

    `container` and `codec` are FFmpeg's names, `tag` the codec's four letters in the file.
    `regular` is false if times were repaired or the picture is mirrored, slanted or damaged.
    """
    if pixel_format not in PLAIN_PIXELS or not regular or abs(start_s) > MAX_START_S:
        return False
    formats = set(container.split(","))
    if "mp4" in formats:
        return codec == "h264" and tag == "avc1"
    return "webm" in formats and codec in {"vp8", "vp9"} and states_duration
