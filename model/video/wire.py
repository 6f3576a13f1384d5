"""The messages between the reader and its decoding process.

Child to parent: a header (kind, index, payload length), then the payload. Parent to child:
one line of JSON a request. Nothing is ever unpickled, and the parent bounds every length before it
reads.
"""

from __future__ import annotations

import struct
from enum import IntEnum

HEADER = struct.Struct("=BxxxII")  # kind, index, payload length
MAX_TRACKS = 128  # pictures, sounds, subtitles and all others together
MAX_TEXT = 1 << 16  # bytes of a JSON payload
NO_PTS = -(1 << 63)


class Kind(IntEnum):
    """What a message from the child is."""

    HELLO = 1  # JSON: isolation
    FACTS = 2  # JSON: what the container says
    TIMES = 3  # int64 [frames]: presentation times in ticks, display order, NO_PTS if unknown
    FRAME = 4  # uint8 [height, width, 3] RGB of frame `index`, not rotated
    DONE = 5  # JSON: how the request went
    ERROR = 6  # JSON: code and detail
