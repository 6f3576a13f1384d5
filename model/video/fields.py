"""Interlaced pictures: two moments woven into one, line by line. One of them is kept."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame

COMB = 12  # grey levels by which a line stands out from both its neighbours
COMBED_SHARE = 0.002  # of the pixels; fewer are noise


def whole(frame: VideoFrame) -> VideoFrame:
    """The picture as it is, or its upper field alone, half as high, where two moments are woven.

    What does not move stays sharp: only pictures in which lines stand out lose a field.
    """
    if not frame.interlaced_frame or frame.height < 4 or not is_combed(frame):
        return frame
    graph = Graph()
    graph.threads = 1
    graph.link_nodes(
        graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1)
        ),
        graph.add("field", "type=top"),
        graph.add("buffersink"),
    ).configure()
    graph.vpush(frame)
    return graph.vpull()


def is_combed(frame: VideoFrame) -> bool:
    """Whether lines stand out from those above and below."""
    grey = frame.reformat(format="gray", threads=1).to_ndarray().astype(np.int16)
    above, here, below = grey[:-2], grey[1:-1], grey[2:]
    up, down = here - above, here - below
    stands_out = (np.minimum(np.abs(up), np.abs(down)) > COMB) & ((up > 0) == (down > 0))
    # a thin line of the picture stands out from lines that differ; a comb from equal ones
    stands_out &= np.abs(above - below) < COMB
    return bool(stands_out.mean() > COMBED_SHARE)
