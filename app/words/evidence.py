"""Where and when the evidence was, and which moments decided."""

from __future__ import annotations

from collections.abc import Sequence

from app.words.certainty import capitalised
from app.words.moments import clock, when
from app.words.numbers import listed
from model.evidence.pair import SMALL, Pair, against, deciding
from model.inference.prediction import Span

NOT_KNOWN = "It is not known where the evidence was."


def where_evidence_was(label: str, spans: Sequence[Span], *, any_at_all: bool) -> str:
    """Of a class by itself. No `spans`: no moment stands out; not `any_at_all`: none speaks."""
    if not any_at_all:
        return f"No moment of this video speaks for {label}."
    if not spans:
        return f"Evidence for {label} is spread evenly over the video: no single moment decides."
    return f"Evidence for {label} is mostly {_when(spans)}."


def where_it_led(label: str, spans: Sequence[Span], *, any_at_all: bool) -> str:
    """Of a class against the other guesses; as in `where_evidence_was`."""
    if not any_at_all:
        return f"At no moment does more speak for {label} than for the other guesses."
    if not spans:
        return f"What speaks for {label} is spread evenly over the video: no single moment decides."
    return f"What speaks for {label} rather than the other guesses is mostly {_when(spans)}."


def why_it_won(compared: Pair, label_a: str, label_b: str) -> str:
    """One or two sentences: which moments decided, and whether others spoke against it."""
    winner, loser = (label_a, label_b) if compared.margin >= 0 else (label_b, label_a)
    named = deciding(compared)
    if not named:
        return f"{capitalised(winner)} won over {loser} evenly: no single moment decided."
    times = " and ".join(f"{clock(s.start_s)} to {clock(s.end_s)} s" for s in named)
    said = f"{capitalised(winner)} won over {loser} mainly because of {times}."
    taken = abs(sum(stretch.logits for stretch in against(compared)))
    return f"{said} Some other moments spoke for {loser}." if taken >= SMALL else said


def _when(spans: Sequence[Span]) -> str:
    return listed([when(span) for span in spans])
