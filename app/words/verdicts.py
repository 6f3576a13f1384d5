"""The verdicts and the states of the list of videos: their words, keys, marks and colours.

This is the only table of them. The pages get it as data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from storage.records.browsing import State
from storage.records.decision import Verdict

Tone = Literal["ok", "warn", "danger", "neutral"]
"""The colour of a badge, as `.sl-tone-…` in `static/gallery/gallery.css`."""

Way = Literal["agree", "name", "alone"]
"""How a person gives it: agreeing to the model's answer, naming another label, or neither."""


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """A verdict as people meet it.

    `did` follows a name ("Ada agreed: archery"), `short` stands where a label would, `of_video` is
    a sentence of its own. `button` and `shortcut` are those of the panel, `help` says what the
    shortcut does; "" where it has none.
    """

    key: Verdict
    way: Way
    did: str
    short: str = ""
    of_video: str = ""
    button: str = ""
    shortcut: str = ""
    help: str = ""

    def to_page(self) -> dict[str, str]:
        """What the panel needs of it. `save` completes "Save: ..."."""
        return {
            "key": self.key,
            "way": self.way,
            "button": self.button,
            "save": self.button[:1].lower() + self.button[1:],
            "shortcut": self.shortcut,
            "help": self.help,
        }


@dataclass(frozen=True, slots=True)
class StateWords:
    """A state of the list of videos, with the mark and the colour of its badge."""

    key: State
    words: str
    mark: str = ""
    tone: Tone = "neutral"

    @property
    def inside(self) -> str:
        """The words within a sentence."""
        return self.words[:1].lower() + self.words[1:]


VERDICTS: tuple[VerdictWords, ...] = (
    VerdictWords(
        "confirmed",
        "agree",
        "agreed: {label}",
        button="Yes, that is right: {label}",
        shortcut="Y",
        help="yes, that is right, where the model is sure",
    ),
    VerdictWords("corrected", "name", "said it is {label}"),
    VerdictWords(
        "unsure",
        "alone",
        "was not sure",
        short="not sure",
        of_video="People were not sure about this video.",
        button="Not sure",
        shortcut="U",
        help="not sure",
    ),
    VerdictWords(
        "unusable",
        "alone",
        "said that the video is unusable",
        short="unusable",
        of_video="Called unusable.",
        button="Unusable video",
        shortcut="B",
        help="bad video, cannot be used",
    ),
    VerdictWords("skipped", "alone", "skipped it"),
)
STATES: tuple[StateWords, ...] = (
    StateWords("unlabelled", "Not labelled"),
    StateWords("labelled", "Labelled"),
    StateWords("confirmed", "Model was right", "✓", "ok"),
    StateWords("corrected", "Corrected", "✗", "warn"),
    StateWords("disagree", "People disagree", "≠", "warn"),
    StateWords("unsure", "Person was unsure", "?"),
    StateWords("unusable", "Unusable", "–", "danger"),
)
OF_VERDICT: Mapping[Verdict, VerdictWords] = {one.key: one for one in VERDICTS}
OF_STATE: Mapping[State, StateWords] = {one.key: one for one in STATES}
ON_PAGES = tuple(one for one in VERDICTS if one.key != "skipped")
"""Those that the panel can give."""


def what_they_did(verdict: Verdict, label: str | None) -> str:
    """What somebody did, to follow their name: `said it is archery`."""
    return OF_VERDICT[verdict].did.format(label=label or "something else")


def what_they_said(verdict: Verdict | None, label: str | None) -> str:
    """The label, or what was said instead of one; `undone` for an event that says neither."""
    short = OF_VERDICT[verdict].short if verdict is not None else ""
    return label or short or "undone"
