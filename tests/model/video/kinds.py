"""One small video of every kind of container and compression that is read here."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from tests.model.video.making import write_video

FAST_VP = {"deadline": "realtime", "cpu-used": "8"}
QUIET = {"x265-params": "log-level=none"}
PAL = (720, 576)  # the only size of DV beside 720x480
FRAMES = 12

KINDS: dict[str, dict[str, Any]] = {
    "h264.mp4": {"options": {"bf": "2"}},
    "hevc.mkv": {"codec": "libx265", "options": QUIET},
    "vp8.webm": {"codec": "libvpx", "options": FAST_VP},
    "mpeg4.avi": {"codec": "mpeg4"},
    "pictures.gif": {"codec": "gif", "pixels": "rgb8"},
    "av1.mp4": {"codec": "libsvtav1", "options": {"preset": "12"}},
    "camcorder.mts": {"muxing": {"mpegts_m2ts_mode": "1"}, "options": {"bf": "2"}},
    "broadcast.ts": {"codec": "mpeg2video", "options": {"bf": "2"}},
    "film.ts": {"options": {"bf": "2"}},
    "hevc.ts": {"codec": "libx265", "options": QUIET},
    "capture.mpg": {"codec": "mpeg2video", "options": {"bf": "2"}},
    "old.mpg": {"codec": "mpeg1video"},
    "disc.vob": {"codec": "mpeg2video"},
    "wmv1.wmv": {"codec": "wmv1"},
    "wmv2.wmv": {"codec": "wmv2"},
    "divx3.avi": {"codec": "msmpeg4"},
    "microsoft2.avi": {"codec": "msmpeg4v2"},
    "sorenson.flv": {"codec": "flv"},
    "screen.flv": {"options": {"bf": "2"}},
    "prores.mov": {"codec": "prores_ks", "pixels": "yuv422p10le"},
    "dnxhd.mov": {
        "codec": "dnxhd",
        "pixels": "yuv422p",
        "size": (256, 144),
        "options": {"profile": "dnxhr_lb"},
    },
    "phone.3gp": {"codec": "h263", "size": (176, 144)},
    "tape.dv": {"codec": "dvvideo", "size": PAL},
    "tape.avi": {"codec": "dvvideo", "size": PAL},
    "tape.mov": {"codec": "dvvideo", "size": PAL},
    "archive.mkv": {"codec": "ffv1"},
    "disc.mkv": {"codec": "mpeg2video", "options": {"bf": "2"}},
    "pictures.webp": {"codec": "libwebp_anim", "options": {"lossless": "1"}, "pixels": "bgra"},
    "photos.webp": {"codec": "libwebp_anim"},
    "pictures.apng": {"codec": "apng", "pixels": "rgb24", "muxing": {"plays": "0"}},
}
"""File name to the options of `write_video`; all numbered frames survive in them."""


def write_kind(folder: Path, name: str) -> Path:
    """The video of that name in `KINDS`."""
    return write_video(folder / name, frames=FRAMES, **KINDS[name])


def write_vc1(path: Path, codec: str) -> Path:
    """A video as WMV files of 2006 and later have it (SMPTE 421M); noise, as nobody encodes it.

    `codec` is `wmv3`, the simple form, or `vc1`, the advanced one; in AVI, where the headers fit.
    """
    noise = random.Random(1)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_mux_stream(codec, rate=25, width=64, height=48)
        stream.time_base = Fraction(1, 1000)
        for index in range(FRAMES):
            data = bytes([noise.randrange(64)]) + noise.randbytes(120)
            if codec == "vc1":  # a frame that leans on no other
                data = b"\0\0\1\x0d" + bytes([data[0] | 0xC0]) + data[1:].replace(b"\0\0", b"")
            packet = av.Packet(data)
            packet.pts = packet.dts = index * 40
            packet.duration, packet.time_base, packet.stream = 40, Fraction(1, 1000), stream
            packet.is_keyframe = True
            container.mux(packet)
    header = _advanced_header(64, 48) if codec == "vc1" else bytes.fromhex("4e791a01")
    path.write_bytes(_with_codec_header(path.read_bytes(), header))
    return path


def make_seeds(folder: Path) -> list[bytes]:
    """A small file of every kind, to be changed at random."""
    shorter = {"frames": 3}  # a second of tape is 4 MB
    made = [
        write_video(folder / name, **(KINDS[name] | (shorter if "tape" in name else {})))
        for name in KINDS
    ]
    made += [write_vc1(folder / f"{codec}.avi", codec) for codec in ("wmv3", "vc1")]
    return [path.read_bytes() for path in made]


def mutant(seed: bytes, number: int) -> bytes:
    """The same bytes with some changed, cut, doubled or made extreme; the head mostly kept."""
    rng = random.Random(number)
    data = bytearray(seed)
    for _ in range(rng.choice([1, 1, 4, 20])):
        place = rng.randrange(12, len(data))
        match rng.randrange(5):
            case 0:
                data[place] ^= 1 << rng.randrange(8)
            case 1:
                data[place : place + 4] = rng.choice([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff"])
            case 2:
                del data[place : place + rng.randrange(1, 64)]
            case 3:
                data[place:place] = data[place - 12 : place]
            case 4:
                del data[max(place, len(data) // 2) :]
        if len(data) <= 24:
            break
    return bytes(data)


def _with_codec_header(avi: bytes, header: bytes) -> bytes:
    """The AVI file with `header` (even length) after its BITMAPINFOHEADER; all sizes adapted."""
    data = bytearray(avi)
    place = data.index(b"strf")
    lists = [4, data.index(b"hdrl") - 4, data.index(b"strl") - 4, place + 4, place + 8]
    for at in lists:
        size = int.from_bytes(data[at : at + 4], "little") + len(header)
        data[at : at + 4] = size.to_bytes(4, "little")
    data[place + 48 : place + 48] = header
    return bytes(data)


def _advanced_header(width: int, height: int) -> bytes:
    """Sequence header and entry point: (value, bits) one after the other."""
    sequence = [(3, 2), (0, 3), (1, 2), (0, 3), (0, 5), (0, 1)]
    sequence += [(width // 2 - 1, 12), (height // 2 - 1, 12)]
    sequence += [(0, 1), (0, 1), (0, 1), (0, 1), (1, 1), (0, 1), (0, 1), (0, 1)]
    entry = [(0, 1), (1, 1), (0, 1), (0, 1), (0, 1), (0, 1), (0, 1), (0, 2), (0, 1), (0, 1), (0, 2)]
    entry += [(0, 1), (0, 1), (0, 1)]
    return b"\0\0\1\x0f" + _packed(sequence) + b"\0\0\1\x0e" + _packed(entry)


def _packed(fields: list[tuple[int, int]]) -> bytes:
    text = "".join(f"{value:0{bits}b}" for value, bits in fields) + "1"
    text += "0" * (-len(text) % 16)  # an even number of bytes
    return int(text, 2).to_bytes(len(text) // 8, "big")
