"""Text can be read on every ground it stands on, in light and dark (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re

import pytest

from app.components.assets import stylesheet

TEXT_ON = [
    ("ink", "page"),
    ("ink", "surface"),
    ("ink", "sunken"),
    ("ink", "accent-soft"),
    ("muted", "page"),
    ("muted", "surface"),
    ("muted", "sunken"),
    ("accent", "page"),
    ("accent", "surface"),
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("warn", "warn-soft"),
    ("danger", "danger-soft"),
    ("ok", "ok-soft"),
]
SIGNS_ON = [  # borders and marks that carry meaning (1.4.11)
    ("line-strong", "surface"),
    ("line-strong", "sunken"),
    ("focus", "page"),
    ("focus", "surface"),
    ("accent", "sunken"),
]


def colours(theme: str) -> dict[str, str]:
    """The colours of `:root` or `.dark`, which takes over what it does not name."""
    css = stylesheet("style.css")
    blocks = {
        name: dict(re.findall(r"--sl-([\w-]+): (#[0-9a-f]{6});", body))
        for name, body in re.findall(r"(:root|\.dark) \{(.*?)\}", css, re.DOTALL)
    }
    return blocks[":root"] | (blocks[".dark"] if theme == "dark" else {})


def luminance(colour: str) -> float:
    """Relative luminance 0..1 as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("sign", "ground", "least"),
    [(*pair, 4.5) for pair in TEXT_ON] + [(*pair, 3.0) for pair in SIGNS_ON],
)
def test_contrast(theme: str, sign: str, ground: str, least: float) -> None:
    known = colours(theme)
    assert contrast(known[sign], known[ground]) >= least


def test_contrast_is_computed_as_defined() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
