"""The list of a stream's packets: what it promises, and which part of it must be decoded.

Pure arithmetic, used inside the limited process. Containers lie about counts and durations, so
both come from the packets themselves.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from model.video.wire import NO_PTS

WORTH_SKIPPING = 48  # packets; opening a decoder anew for fewer gains nothing


@dataclass(slots=True)
class PacketList:
    """One entry a packet, in decoding order. `shown` is false for edit-list pre-roll."""

    pts: array[int] = field(default_factory=lambda: array("q"))
    keys: list[int] = field(default_factory=list)  # positions of key packets
    hidden: set[int] = field(default_factory=set)  # positions never shown (edit lists)
    corrupt: int = 0
    guessed: int = 0  # packets that do not say when they are shown
    last_duration: int = 0  # ticks, of the packet shown last
    _latest: int = NO_PTS

    def __len__(self) -> int:
        return len(self.pts)

    def add(self, pts: int, duration: int, *, key: bool, hidden: bool, corrupt: bool) -> None:
        """Appends a packet; `pts` and `duration` in ticks."""
        position = len(self)
        if key:
            self.keys.append(position)
        if hidden:
            self.hidden.add(position)
        self.corrupt += corrupt
        if pts >= self._latest:
            self._latest, self.last_duration = pts, duration
        self.pts.append(pts)

    def shown_times(self) -> list[int]:
        """Presentation times of the shown packets, ascending."""
        return sorted(t for i, t in enumerate(self.pts) if i not in self.hidden)

    def is_regular(self) -> bool:
        """Whether one frame for each shown packet, at its time, can be expected.

        Not so if times are missing or double, or if the stream starts in the middle of a group
        of pictures: decoders drop frames whose references are missing.
        """
        if not self.pts or self.corrupt or self.guessed or not self.keys or self.keys[0] != 0:
            return False
        times = self.shown_times()
        if not times or times[0] == NO_PTS or len(set(times)) != len(times):
            return False
        return min(self.pts) >= self.pts[0]

    def reorders(self) -> bool:
        """Whether packets come in another order than their pictures are shown."""
        return any(later < earlier for earlier, later in pairwise(self.pts))

    def ranges(self, wanted: Iterable[int]) -> list[range]:
        """Which packets to decode to see the frames at the `wanted` times (ticks).

        Each range starts at a key packet. A regular list is required. The first packet is always
        among them: it may carry what later ones rely on (x264 writes its version there, and the
        H.264 decoder works around the faults of old ones).
        """
        keys = self._ascending_keys()
        key_times = [self.pts[k] for k in keys]
        position = {t: i for i, t in enumerate(self.pts)}
        spans = [(0, 1)]
        for time in sorted(wanted):
            start, stop = keys[bisect_right(key_times, time) - 1], position[time] + 1
            if start <= spans[-1][1] + WORTH_SKIPPING:
                spans[-1] = (spans[-1][0], max(stop, spans[-1][1]))
            else:
                spans.append((start, stop))
        return [range(*span) for span in spans]

    def _ascending_keys(self) -> Sequence[int]:
        keys = [self.keys[0]]
        for key in self.keys[1:]:
            if self.pts[key] > self.pts[keys[-1]]:
                keys.append(key)
        return keys
