"""The Models page: what each model is in plain words, getting it, letting it answer.

`shelf` (JSON): {"rows": [{"name", "title", "badge", "about", "brief", "group": "here" | "first" |
"more", "action": "use" | "get" | "again" | "", "facts": [[term, words]], "bars": [{"words",
"share": 0..1, "low": 0..1 or null, "high": 0..1 or null}], "card": Markdown}], "busy": bool}. Its
events `get_model` and `let_answer` carry {"name": str}.

`getting` (JSON; None hides it): {"title", "state": "queued" | "running" | "done" | "failed" |
"cancelled", "share": 0..1, "sentence", "elapsed_s": float}.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from app.components.assets import EMPTY, mounted, stylesheet
from app.words.numbers import hundredths
from app.workflow.models.cards import NOT_MEASURED, ONE_OF_400, measured, reported, time_of
from app.workflow.models.known import KnownModel
from model.learning.metrics import wilson
from model.weights.catalogue import CLIP_S, EMBEDDED, Hits

EVENTS = {"shelf": ("get_model", "let_answer"), "getting": ()}
STYLES = ("kit/base.css", "progress/progress.css", "models/models.css")
BADGES = {
    "answers": "in use",
    "here": "on this computer",
    "elsewhere": "",
    "damaged": "damaged",
}
KINDS_OF_CSN = {
    "ir": "every 3x3x3 convolution looks at each channel by itself",
    "ip": "as ir, with a 1x1x1 convolution before each 3x3x3 one that mixes the channels",
}
AFTER = {
    "IG65M": "Trained on 65 million Instagram videos, then on Kinetics-400.",
    "Sports1M": "Trained on a million sports videos, then on Kinetics-400.",
    "none": "Trained on Kinetics-400 alone.",
}
DEFAULT = (
    "The I3D network that knows Kinetics-400, made channel-separated. Ships with the program, small"
    " and quick."
)
QUICK = (
    "The same weights as the default, fed smaller pictures: about three times as fast, and right"
    " less often. Nothing is fetched for it."
)
TEACHER = (
    "The network that the default was made from, as its authors left it: its convolutions mix"
    " channels and space-time. Not channel-separated; for comparing both on the same video."
)


def shelf(value: dict[str, Any] | None = None) -> gr.HTML:
    """All models, those of this computer first."""
    return _component("shelf", value)


def getting(value: dict[str, Any] | None = None) -> gr.HTML:
    """How far the fetching is, or how it ended."""
    return _component("getting", value)


def shelf_value(models: Sequence[KnownModel], *, busy: bool) -> dict[str, Any]:
    """The component's value. `busy` while one is being fetched, so that no other can be."""
    first = next((m.name for m in models if m.kind == "published" and m.can_be_fetched), "")
    return {"rows": [_row(model, first) for model in models], "busy": busy}


def _row(model: KnownModel, first: str) -> dict[str, Any]:
    shown = model.state != "elsewhere"
    early = model.name == first or model.kind in ("quick", "teacher")
    return {
        "name": model.name,
        "title": model.title,
        "badge": BADGES[model.state],
        "about": _about(model),
        "brief": _brief(model),
        "group": "here" if shown else "first" if early else "more",
        "action": _action(model),
        "facts": _facts(model),
        "bars": _bars(model),
        "card": model.card,
    }


def _brief(model: KnownModel) -> str:
    """What one wants to know before pressing the button."""
    seconds = _seconds(model)
    time = f", about {seconds:.2f} s for two seconds of video" if seconds else ""
    return f"{_size(model)}{time}"


def _size(model: KnownModel) -> str:
    size = f"{'about ' if model.size_is_estimated else ''}{model.size / 1e6:.0f} MB"
    if model.kind == "quick" or model.state != "elsewhere":
        return size
    return f"{size} to fetch"


def _seconds(model: KnownModel) -> float | None:
    return model.entry.seconds if model.entry else CLIP_S.get(model.arch)


def _about(model: KnownModel) -> str:
    if model.state == "damaged":
        return model.said
    if model.kind == "embedded":
        return DEFAULT
    if model.kind == "quick":
        return QUICK
    if model.kind == "teacher":
        return TEACHER
    if model.kind == "taught":
        return f"Taught here from {model.learned_from} videos that people labelled."
    if model.entry is None:
        return model.said
    kind, layers = model.arch[:2], model.arch.rpartition("-r")[2]
    return (
        f"A channel-separated network of {layers} layers ({kind}: {KINDS_OF_CSN[kind]})."
        f" {AFTER[model.entry.pretrained]}"
    )


def _action(model: KnownModel) -> str:
    if model.can_be_fetched:
        return "get" if model.state == "elsewhere" else "again"
    return "use" if model.state == "here" else ""


def _facts(model: KnownModel) -> list[list[str]]:
    """Term and words, in the order in which people ask."""
    entry = model.entry
    facts = [["Size", _size(model)]]
    if model.kind in ("published", "teacher") and entry is not None:
        facts.append(["Reported", reported(entry)])
    facts.append(["Measured here", _measured(model)])
    if entry is not None and not entry.is_embedded and EMBEDDED.measured is not None:
        facts.append(["The default beside it", _default(EMBEDDED.measured)])
    facts.append(["Time", time_of(_seconds(model))])
    if entry is not None:
        facts.append(["Licence", entry.licence])
        facts.append(["Fails at", ONE_OF_400])
    if entry is not None and entry.url:
        facts.append(["Checked on arrival", _checked(entry.sha256)])
    return facts


def _measured(model: KnownModel) -> str:
    if model.kind == "taught":
        return "Before and after, on videos kept for checking: see the card."
    return measured(model.entry.measured) if model.entry else NOT_MEASURED


def _default(hits: Hits) -> str:
    return (
        f"{hits.first} of {hits.clips} real clips right, measured here. A figure that its authors"
        " report is about other clips, and many more; the two cannot be compared."
    )


def _checked(sha256: str) -> str:
    if sha256:
        return f"The file's SHA-256 must begin with {sha256}."
    return "Nobody published a hash of this file, so nobody can tell whether it is the right one."


def _bars(model: KnownModel) -> list[dict[str, Any]]:
    """Shares that were right at once; for one that can be had, the default's beside it."""
    entry = model.entry
    if entry is None:
        return []
    bars = []
    if entry.top1 is not None:
        share = entry.top1 / 100
        bars.append(_bar(f"{entry.top1:.1f} % right, reported by its authors", share))
    if entry.measured is not None:
        bars.append(_counted("measured here", entry.measured))
    if not entry.is_embedded and EMBEDDED.measured is not None:
        others = "the default, on other clips" if entry.url else "the default, on the same clips"
        bars.append(_counted(others, EMBEDDED.measured))
    return bars


def _counted(who: str, hits: Hits) -> dict[str, Any]:
    between = wilson(hits.first, hits.clips)
    words = (
        f"{hits.first} of {hits.clips} right, {who} (of all such clips"
        f" {hundredths(between.low)} to {hundredths(between.high)} %)"
    )
    return _bar(words, hits.first / hits.clips, between.low, between.high)


def _bar(
    words: str, share: float, low: float | None = None, high: float | None = None
) -> dict[str, Any]:
    return {"words": words, "share": share, "low": low, "high": high}


def _component(name: str, value: dict[str, Any] | None) -> gr.HTML:
    return gr.HTML(
        value,
        html_template=EMPTY,
        css_template=stylesheet(*STYLES),
        js_on_load=mounted(f"models/{name}.js", *EVENTS[name]),
        apply_default_css=False,
        elem_id=f"models-{name}",
    )
