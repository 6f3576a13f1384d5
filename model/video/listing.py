"""The first pass over a file, inside the limited process: its packets, nothing decoded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import av
from av.packet import Packet
from av.stream import Stream

from model.video.containers import WEBP
from model.video.decoding import packets_of, stream_facts
from model.video.opening import Guards, Refused, opened
from model.video.packets import PacketList
from model.video.tracks import sound_track
from model.video.webp import TICKS_PER_S, Animation, read_animation
from model.video.whole import is_cut_off
from model.video.wire import NO_PTS


@dataclass(slots=True)
class Listing:
    """What the packets tell. `track` is the number of the film's track, `facts` are JSON values.

    The sound is listened to only for its times: it may last longer than the picture.
    """

    track: int
    packets: PacketList = field(default_factory=PacketList)
    facts: dict[str, Any] = field(default_factory=dict)
    sound_end_s: float = 0.0  # on the file's own clock


def list_packets(descriptor: int, guards: Guards) -> Listing:
    """Lists the film's packets. Raises `Refused`, or what FFmpeg raises on hostile bytes."""
    if guards.demuxer == WEBP:
        return _list_parts(read_animation(descriptor, guards))
    cut_off = is_cut_off(descriptor)
    with opened(descriptor, guards, with_sound=True) as (container, stream):
        listing = Listing(stream.index)
        sound = sound_track(container)
        streams: list[Stream] = [stream] if sound is None else [stream, sound]
        for packet in packets_of(container, *streams):
            if packet.size and packet.stream_index == stream.index:
                _add(listing, packet, guards)
            elif packet.size:
                _listen(listing, packet)
        start_s, length_s = ((at or 0) / av.time_base for at in _span(container))
        listing.facts = stream_facts(container, stream) | {
            "hidden": len(listing.packets.hidden),
            "last_duration": listing.packets.last_duration,
            "sound_end_s": listing.sound_end_s,
            "file_end_s": start_s + length_s if length_s else 0.0,
            "cut_off": cut_off,
        }
    return listing


def _list_parts(animation: Animation) -> Listing:
    listing = Listing(0)
    time = 0
    for part in animation.parts:
        listing.packets.add(time, part.duration_ms, key=False, hidden=False, corrupt=False)
        time += part.duration_ms
    listing.facts = {
        "codec": "webp",
        "tag": "",
        "format": WEBP,
        "width": animation.width,
        "height": animation.height,
        "tick_s": 1 / TICKS_PER_S,
        "rate": 0.0,
        "aspect": 0.0,
        "stated_s": time / TICKS_PER_S,
        "videos": 1,
        "hidden": 0,
        "last_duration": listing.packets.last_duration,
        "sound_end_s": 0.0,
        "file_end_s": time / TICKS_PER_S,
        "cut_off": False,
    }
    return listing


def _span(container: Any) -> tuple[int | None, int | None]:
    return container.start_time, container.duration


def _add(listing: Listing, packet: Packet[Any], guards: Guards) -> None:
    if packet.has_sidedata("encryption_info"):
        raise Refused("encrypted")
    pts = packet.dts if packet.pts is None else packet.pts
    listing.packets.guessed += packet.pts is None
    listing.packets.add(
        NO_PTS if pts is None else pts,
        packet.duration or 0,
        key=packet.is_keyframe,
        hidden=packet.is_discard,
        corrupt=packet.is_corrupt,
    )
    guards.check_count(len(listing.packets))


def _listen(listing: Listing, packet: Packet[Any]) -> None:
    if packet.pts is not None and packet.time_base is not None:
        end_s = float((packet.pts + (packet.duration or 0)) * packet.time_base)
        listing.sound_end_s = max(listing.sound_end_s, end_s)
