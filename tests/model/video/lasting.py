"""Films whose end is not where the last packet begins, and films whose stamps are invented."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame

from tests.model.video.making import numbered

SIZE = (64, 48)
RATE = 25


def write_still_end(
    path: Path, *, moving: int = 25, stays_s: float = 4.0, sound_s: float = 0.0
) -> Path:
    """Numbered frames, the last of which stays; silence beside it if wanted."""
    codec = "libvpx" if path.suffix == ".webm" else "libx264"
    with av.open(str(path), "w") as container:
        film: Any = container.add_stream(codec, rate=RATE)
        film.width, film.height = SIZE
        film.pix_fmt = "yuv420p"
        if codec == "libx264":
            film.options = {"bf": "0", "tune": "zerolatency"}
        sound: Any = None
        if sound_s:
            name = "libopus" if path.suffix == ".webm" else "aac"
            sound = container.add_stream(name, rate=48_000, layout="mono")
        packets = [p for i in range(moving) for p in film.encode(_picture(i))] + film.encode(None)
        packets[-1].duration = round(stays_s / packets[-1].time_base)
        for packet in packets:
            container.mux(packet)
        for frame in _silence(sound_s):
            container.mux(sound.encode(frame))
        if sound_s:
            container.mux(sound.encode(None))
    return path


def write_without_composition_times(path: Path, *, frames: int = 60) -> Path:
    """Pictures that lean on later ones, but every packet says that it is shown when it comes.

    So tools write that put raw H.264 into a container without decoding it.
    """
    raw = io.BytesIO()
    with av.open(raw, "w", format="h264") as container:
        options = {"x264-params": "bframes=2:b-adapt=0:keyint=20"}
        film: Any = container.add_stream("libx264", rate=RATE, options=options)
        film.width, film.height = SIZE
        film.pix_fmt = "yuv420p"
        for index in range(frames):
            container.mux(film.encode(_picture(index)))
        container.mux(film.encode(None))
    raw.seek(0)
    theirs: Any
    with av.open(raw, format="h264") as theirs, av.open(str(path), "w") as ours:
        stream: Any = theirs.streams.video[0]
        copy = ours.add_stream_from_template(stream)
        packets = [packet for packet in theirs.demux(stream) if packet.size]
        for number, packet in enumerate(packets):
            packet.pts = packet.dts = number
            packet.duration, packet.time_base, packet.stream = 1, Fraction(1, RATE), copy
            ours.mux(packet)
    return path


def _picture(index: int) -> VideoFrame:
    frame = VideoFrame.from_ndarray(numbered(index, SIZE), format="rgb24")
    frame = frame.reformat(format="yuv420p")
    frame.pts, frame.time_base = index, Fraction(1, RATE)
    return frame


def _silence(seconds: float) -> list[av.AudioFrame]:
    frames = []
    for start in range(0, round(seconds * 48_000), 960):
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 960), np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        frames.append(frame)
    return frames
