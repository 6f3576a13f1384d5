"""From a decoded frame to the pixels that people and networks see, inside the limited process."""

from __future__ import annotations

from functools import partial

import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from model.video.colour import BT2020_MATRIX, UNKNOWN, Signal, signal_of, to_bt709
from model.video.fields import whole
from model.video.opening import Guards
from model.video.resize import resize_bilinear


class Pictures:
    """Makes pictures of one stream's frames: colours of BT.709, without woven fields."""

    def __init__(self, context: VideoCodecContext, guards: Guards) -> None:
        """`context` is fresh: it still says what the container says."""
        self._stated = context.color_trc, context.color_primaries
        self._guards = guards

    def signal(self, frame: VideoFrame) -> Signal:
        """What the frame's numbers stand for; the codec is asked before the container."""
        said = frame.color_trc, frame.color_primaries
        known = [a if a != UNKNOWN else b for a, b in zip(said, self._stated, strict=True)]
        return signal_of(*known)

    def converts(self, frame: VideoFrame) -> bool:
        """Whether people see something else than what is stored."""
        return frame.interlaced_frame or not self.signal(frame).is_plain

    def pixels(self, frame: VideoFrame, size: tuple[int, int], *, exact: bool) -> NDArray[np.uint8]:
        """RGB uint8 [height, width, 3] of `size` (width, height), contiguous.

        `exact`: as the networks saw their training frames, colours converted at full size first.
        Otherwise smooth, for human eyes. Transparent parts show whatever colour lies beneath.
        """
        signal = self.signal(frame)
        if self._guards.keep("fields"):
            frame = whole(frame)
        if not signal.is_plain and self._guards.keep("colour"):
            return _converted(frame, size, signal, exact=exact)
        width, height = size
        if not exact:
            frame = frame.reformat(width=width, height=height, format="rgb24", threads=1)
            return np.ascontiguousarray(frame.to_ndarray(), np.uint8)
        frame = frame.reformat(format="rgb24", threads=1)
        image = np.ascontiguousarray(frame.to_ndarray(), np.uint8)
        return resize_bilinear(image, width, height)


def _converted(
    frame: VideoFrame, size: tuple[int, int], signal: Signal, *, exact: bool
) -> NDArray[np.uint8]:
    """The same for numbers that do not stand for BT.709; only the pixels needed are converted."""
    width, height = size
    deep = frame.reformat(
        width=None if exact else width,
        height=None if exact else height,
        format="rgb48le",
        src_colorspace=BT2020_MATRIX if _lacks_matrix(frame, signal) else None,
        threads=1,
    )
    image = np.ascontiguousarray(deep.to_ndarray(), np.uint16)
    convert = partial(to_bt709, signal=signal)
    return resize_bilinear(image, width, height, convert) if exact else convert(image)


def _lacks_matrix(frame: VideoFrame, signal: Signal) -> bool:
    return signal.transfer != "sdr" and frame.colorspace == UNKNOWN
