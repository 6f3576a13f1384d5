"""Text on pictures, in the one typeface that comes with Pillow."""

from __future__ import annotations

import unicodedata
from functools import cache

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@cache
def font(size: int) -> Font:
    """The typeface at `size` pixels."""
    return ImageFont.load_default(size)


def spelt(text: str) -> str:
    """`text` in the letters that the typeface has: accents go, unknown letters become `?`."""
    bare = unicodedata.normalize("NFKD", text.replace("\u2212", "-"))
    plain = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in plain)


def fitted(text: str, size: int, width: float) -> str:
    """`text` spelt, with its end cut off if it is wider than `width` pixels."""
    whole = short = spelt(text)
    while short and font(size).getlength(short + ("..." if short != whole else "")) > width:
        short = short[:-1].rstrip()
    return whole if short == whole else f"{short}..."


def wrapped(text: str, size: int, width: float) -> list[str]:
    """`text` spelt, in lines no wider than `width` pixels."""
    lines = [""]
    for word in spelt(text).split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font(size).getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [fitted(line, size, width) for line in lines if line]
