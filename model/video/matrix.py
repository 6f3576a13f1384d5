"""The display matrix of a decoded frame, whatever else the frame carries.

Used inside the limited process only.
"""

from __future__ import annotations

import struct
from typing import Any

from av.sidedata.sidedata import Type as SideDataType
from av.video.frame import VideoFrame

UPRIGHT = (1.0, 0.0, 0.0, 1.0)


def accept_unknown_side_data() -> None:
    """Makes PyAV pass over kinds of side data that it has no name for.

    FFmpeg adds kinds faster than PyAV names them (18.1 knows 0 to 27, and EXIF is 31), and PyAV
    raises ValueError on the whole list if one of them is new. `_missing_` is the hook that Python's
    enumerations have for such values.
    """
    hook: Any = classmethod(_nameless)
    SideDataType._missing_ = hook  # type: ignore[method-assign]


def display_matrix(frame: VideoFrame) -> tuple[float, float, float, float]:
    """The 2x2 part (a, b, c, d): shown x = a x + c y, shown y = b x + d y."""
    side_data: Any = frame.side_data  # PyAV's stub describes it wrongly
    if SideDataType.DISPLAYMATRIX not in [entry.type for entry in side_data]:
        return UPRIGHT
    data = bytes(side_data[SideDataType.DISPLAYMATRIX])  # of nine numbers, FFmpeg sees to that
    a, b, _, c, d, *_ = struct.unpack("=9i", data)
    return a / 65536, b / 65536, c / 65536, d / 65536


def _nameless(cls: type[SideDataType], value: object) -> SideDataType:
    """A member for a kind without a name; it equals no other."""
    member: Any = object.__new__(cls)
    member._name_, member._value_ = f"UNKNOWN_{value}", value
    nameless: SideDataType = member
    return nameless
