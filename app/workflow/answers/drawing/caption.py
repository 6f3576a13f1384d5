"""The strip under the picture: what is shown, its curves over the seconds, and how to read them.

All but the play head is drawn once; the colours are those of the light pages (`static/style.css`).
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

from app.words.certainty import CAVEAT, capitalised, headline, remark
from app.words.checks import objection
from app.words.numbers import percent
from app.workflow.answers.drawing import plots
from app.workflow.answers.drawing.heat import AGAINST, FOR
from app.workflow.answers.drawing.letters import fitted, font, spelt, wrapped
from app.workflow.answers.drawing.plots import INK, MUTED, PAPER, Box
from app.workflow.answers.drawing.view import View
from model.evidence.trust import trust
from model.inference.prediction import Prediction, Score

UNKNOWN = "It is not known where the evidence was."
NO_SOUND = "Without sound."
LEAST_LETTERS = 15  # pixels
MOST_DOUBTS = 2


@dataclass(frozen=True, slots=True)
class _Measures:
    """Lengths in pixels that all follow from the width."""

    width: int
    letters: int
    gutter: int
    edge: int

    @property
    def line(self) -> int:
        return round(self.letters * 1.35)


class Caption:
    """The strip for one answer and view, `width` pixels wide and `height` high (even)."""

    def __init__(
        self, prediction: Prediction, score: Score, row: int, view: View | None, width: int
    ) -> None:
        letters = max(LEAST_LETTERS, round(width / 58))
        sizes = _Measures(width, letters, round(letters * 6.2), round(letters * 0.6))
        self._sizes = sizes
        self._end_s = max(prediction.video.duration_s, 1e-6)
        foot = _foot(prediction, view, sizes)
        top = sizes.edge + round(sizes.line * 2.5)
        left, right = sizes.edge + sizes.gutter, width - sizes.edge
        self._strip = Box(left, top, right, top + round(letters * 1.7))
        below = self._strip.bottom + round(letters * 0.7)
        self._curve = Box(left, below, right, below + round(letters * 5))
        self._marks = self._curve.bottom + round(letters * 0.5)
        lines_at = self._marks + round(sizes.line * 1.2)
        height = lines_at + len(foot) * sizes.line + sizes.edge
        self.height = height + height % 2
        self._drawn = Image.new("RGB", (width, self.height), PAPER)
        draw = ImageDraw.Draw(self._drawn)
        self._head(draw, _title(prediction, score), view)
        self._plots(draw, prediction, row, view)
        for number, text in enumerate(foot):
            at = (sizes.edge, lines_at + number * sizes.line)
            draw.text(at, text, fill=INK if text == CAVEAT else MUTED, font=font(letters))
        if view is not None:
            self._legend(draw)

    def at(self, t: float) -> Image.Image:
        """The strip with the play head at `t` seconds."""
        strip = self._drawn.copy()
        draw = ImageDraw.Draw(strip)
        x = self._strip.x(t / self._end_s)
        thick = max(2, self._sizes.letters // 8)
        draw.line([(x, self._strip.top - 3), (x, self._curve.bottom + 3)], fill=INK, width=thick)
        big = font(round(self._sizes.letters * 1.4))
        place = (self._sizes.width - self._sizes.edge, self._sizes.edge)
        draw.text(place, f"{t:.1f} s", fill=INK, font=big, anchor="ra")
        return strip

    def _head(self, draw: ImageDraw.ImageDraw, title: tuple[str, str], view: View | None) -> None:
        sizes = self._sizes
        large = round(sizes.letters * 1.4)
        said, number = (spelt(part) for part in title)
        room = sizes.width - 2 * sizes.edge - large * 6 - font(large).getlength(number)
        whole = f"{fitted(said, large, room)} {number}"
        draw.text((sizes.edge, sizes.edge), whole, fill=INK, font=font(large))
        words = fitted(view.words if view else UNKNOWN, sizes.letters, sizes.width - 2 * sizes.edge)
        at = (sizes.edge, sizes.edge + round(sizes.line * 1.4))
        draw.text(at, words[:1].upper() + words[1:], fill=MUTED, font=font(sizes.letters))

    def _plots(
        self, draw: ImageDraw.ImageDraw, prediction: Prediction, row: int, view: View | None
    ) -> None:
        gaps = prediction.evidence.gaps
        plots.steps(draw, self._strip, prediction.timeline, row, self._end_s)
        self._name(draw, (self._strip.top + self._strip.bottom) / 2, "probability")
        if view is None:
            draw.rectangle(self._curve.corners, fill=plots.SUNKEN)
        else:
            plots.signed(draw, self._curve, view, self._end_s)
            end = f"{view.scale.curve:.1f}"
            quarter = (self._curve.bottom - self._curve.top) / 2 * 0.94
            middle = (self._curve.top + self._curve.bottom) / 2
            self._name(draw, middle - quarter, f"+{end}")
            self._name(draw, middle, "evidence")
            self._name(draw, middle + quarter, f"-{end}")
        for gap in gaps:
            plots.hatch(draw, self._strip, gap, self._end_s)
            plots.hatch(draw, self._curve, gap, self._end_s)
        plots.marks(draw, self._curve, self._marks, self._end_s, self._sizes.letters)
        self._name(draw, self._marks + self._sizes.letters / 2, "seconds")

    def _name(self, draw: ImageDraw.ImageDraw, y: float, text: str) -> None:
        """A word to the left of a plot."""
        x = self._strip.left - self._sizes.letters * 0.5
        draw.text((x, y), text, fill=MUTED, font=font(self._sizes.letters), anchor="rm")

    def _legend(self, draw: ImageDraw.ImageDraw) -> None:
        """What the colours mean, to the right of the words above the plots."""
        sizes = self._sizes
        length, y = sizes.letters * 3, sizes.edge + round(sizes.line * 1.4)
        right = sizes.width - sizes.edge
        word = font(sizes.letters).getlength("against")
        x = right - font(sizes.letters).getlength("for") - length - sizes.letters // 2
        draw.rectangle([x - word - sizes.letters * 2, y, right, y + sizes.letters], fill=PAPER)
        draw.text((right, y), "for", fill=MUTED, font=font(sizes.letters), anchor="ra")
        draw.text((x - sizes.letters / 2, y), "against", fill=MUTED, font=font(sizes.letters),
                  anchor="ra")  # fmt: skip
        for step in range(length):
            value = 2 * step / (length - 1) - 1
            weak, strong = FOR if value > 0 else AGAINST
            share = abs(value)
            colour = tuple(round(PAPER[c] + (weak[c] + (strong[c] - weak[c]) * share - PAPER[c])
                                 * share) for c in range(3))  # fmt: skip
            draw.line([(x + step, y + 3), (x + step, y + sizes.letters)], fill=colour)


def _title(prediction: Prediction, score: Score) -> tuple[str, str]:
    """What the film is about, and how probable that is. The model's answer in its own words."""
    said = headline(prediction) if score == prediction.top[0] else _named(score)
    name, _, number = said.rpartition(" (")
    return name, f"({number}"


def _named(score: Score) -> str:
    return f"{capitalised(score.label)} ({percent(score.probability)})"


def _foot(prediction: Prediction, view: View | None, sizes: _Measures) -> list[str]:
    """The lines under the plots, the honest one last."""
    said = [remark(prediction)]
    if view is not None:
        said.append(
            "The same colour always means equally strong evidence "
            f"(full: {view.scale.colour:.1f}); no colour means none."
        )
    doubts = [found for found in trust(prediction).findings if found.code != "nothing_shown"]
    said += [f"Note: {objection(found, prediction)}" for found in doubts[:MOST_DOUBTS]]
    said.append(f"Model: {prediction.model} ({prediction.version[:8]}). {NO_SOUND}")
    width = sizes.width - 2 * sizes.edge
    lines = [line for text in said for line in wrapped(text, sizes.letters, width)]
    return [*lines, spelt(CAVEAT)]
