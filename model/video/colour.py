"""Pictures of high dynamic range or wide gamut, brought to what screens and networks know: BT.709.

PQ and HLG as in ITU-R BT.2100-2, tables 4 and 5; the tone curve as in ITU-R BT.2390-10, 5.4.1;
white of a standard picture at 203 cd/m2 as in ITU-R BT.2408. Pure numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Transfer = Literal["sdr", "pq", "hlg"]

PQ, HLG = 16, 18  # AVCOL_TRC_SMPTE2084 and AVCOL_TRC_ARIB_STD_B67, libavutil/pixfmt.h
BT2020, P3_DCI, P3 = 9, 11, 12  # AVCOL_PRI_*
BT2020_MATRIX = 9  # AVCOL_SPC_BT2020_NCL
UNKNOWN = 2  # AVCOL_*_UNSPECIFIED

PEAK, WHITE = 1000.0, 203.0  # cd/m2: what is brighter is clipped; white of a standard picture
GAMMA = 2.4  # of a standard screen, ITU-R BT.1886
STEPS = 4096  # of a table over the square root of light, near enough to what eyes tell apart

# Linear light of wide primaries to that of BT.709, from their chromaticities (ITU-R BT.2087-0).
TO_BT709: dict[int, tuple[tuple[float, float, float], ...]] = {
    BT2020: ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187)),
    P3: ((1.2249, -0.2247, 0.0), (-0.0420, 1.0419, 0.0), (-0.0197, -0.0786, 1.0979)),
}
LUMINANCE = np.array([0.2627, 0.6780, 0.0593], np.float32)  # of BT.2020's primaries


@dataclass(frozen=True, slots=True)
class Signal:
    """What the numbers of a picture stand for. `primaries` are AVCOL_PRI_*."""

    transfer: Transfer
    primaries: int

    @property
    def is_plain(self) -> bool:
        """Whether the picture is shown right as it is; so is one that says nothing."""
        return self.transfer == "sdr" and self.primaries not in TO_BT709


def signal_of(transfer: int, primaries: int) -> Signal:
    """From FFmpeg's numbers AVCOL_TRC_* and AVCOL_PRI_*."""
    kind: Transfer = "pq" if transfer == PQ else "hlg" if transfer == HLG else "sdr"
    if kind != "sdr" and primaries == UNKNOWN:
        primaries = BT2020
    return Signal(kind, P3 if primaries == P3_DCI else primaries)


def to_bt709(image: NDArray[np.uint16], signal: Signal) -> NDArray[np.uint8]:
    """RGB uint16 [H, W, 3] on 0..65535 of a `signal` to uint8 [H, W, 3] for a standard screen."""
    light = _light_table(signal.transfer)[image]  # 1 is the brightest of the source
    if signal.transfer == "hlg":
        light *= np.power(light @ LUMINANCE, 0.2, dtype=np.float32)[..., None]  # the screen's share
    if signal.transfer != "sdr":
        light *= _gain_table()[_steps(light.max(axis=-1))][..., None]
    if signal.primaries in TO_BT709:
        light = light @ np.array(TO_BT709[signal.primaries], np.float32).T
    return _screen_table()[_steps(light)]


def _steps(light: Floats) -> NDArray[np.int32]:
    """Places in the tables of `STEPS` entries."""
    places: NDArray[np.int32] = np.rint(np.sqrt(light.clip(0, 1)) * (STEPS - 1)).astype(np.int32)
    return places


def _lights() -> NDArray[np.float64]:
    """The light at each of the `STEPS` places."""
    places: NDArray[np.float64] = np.linspace(0, 1, STEPS) ** 2
    return places


@lru_cache
def _light_table(transfer: Transfer) -> Floats:
    """[65536]: code to light, 1 for `PEAK` (of `sdr`: for white)."""
    code = np.linspace(0, 1, 1 << 16)
    if transfer == "pq":
        light = pq_light(code) / PEAK
    elif transfer == "hlg":
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        light = np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)
    else:
        light = code**GAMMA
    return light.clip(0, 1).astype(np.float32)


@lru_cache
def _gain_table() -> Floats:
    """[STEPS]: the brightest of three colours, 1 for `PEAK`, to what all are multiplied with.

    The result is 1 for `WHITE`. Light below the knee stays as it is.
    """
    light = _lights() * PEAK
    top, target = pq_code(np.array(PEAK)), pq_code(np.array(WHITE))
    code, most = pq_code(light) / top, target / top
    knee = 1.5 * most - 0.5
    t = (code - knee) / (1 - knee)
    bent = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee)
    bent += (-2 * t**3 + 3 * t**2) * most
    mapped = pq_light(np.where(code < knee, code, bent) * top) / WHITE
    gain = np.full(STEPS, PEAK / WHITE)
    gain[1:] = mapped[1:] / (light[1:] / PEAK)
    return gain.astype(np.float32)


@lru_cache
def _screen_table() -> NDArray[np.uint8]:
    """[STEPS]: light, 1 for white, to the code for a standard screen."""
    return np.rint(255 * _lights() ** (1 / GAMMA)).astype(np.uint8)


# ITU-R BT.2100-2, table 4
M1, M2 = 2610 / 16384, 2523 / 4096 * 128
C1, C2, C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


def pq_light(code: NDArray[np.float64]) -> NDArray[np.float64]:
    """PQ code 0..1 to light in cd/m2."""
    power = code.clip(0, 1) ** (1 / M2)
    light: NDArray[np.float64] = 10_000 * ((power - C1).clip(0) / (C2 - C3 * power)) ** (1 / M1)
    return light


def pq_code(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Light in cd/m2 to PQ code 0..1."""
    power = (light / 10_000).clip(0, 1) ** M1
    code: NDArray[np.float64] = ((C1 + C2 * power) / (1 + C3 * power)) ** M2
    return code
