"""What there is to know about a model, as a card: where it comes from, how good it is, its limits.

Nothing here is promised: a figure that nobody measured is said to be missing.
"""

from __future__ import annotations

from pathlib import Path

from app.words.numbers import hundredths
from app.workflow.errors import UnknownModel
from app.workflow.model_files import EMBEDDED
from app.workflow.models import taught_card as taught
from app.workflow.models.card_text import Card, Section, plain, table
from app.workflow.services import Services
from model.errors import CheckpointError
from model.files import write_whole
from model.learning.metrics import wilson
from model.weights import catalogue, checkpoint, quick
from model.weights.catalogue import Entry, Hits
from model.weights.spec import ModelSpec
from storage.records import versions
from storage.records.versions import VersionRecord

KINETICS = (
    "Kinetics-400: about 300,000 clips of ten seconds from YouTube. The list of the clips is"
    " CC BY 4.0; the clips belong to those who uploaded them, and are not part of the weights."
)
PRETRAINED = {
    "IG65M": "Before that, 65 million public videos of Instagram with their hashtags (IG65M), which"
    " nobody else has.",
    "Sports1M": "Before that, Sports-1M: a million videos of YouTube, labelled automatically.",
    "none": "Nothing before that.",
    "not stated": "Whether other material came before, its package does not say.",
}
ONE_OF_400 = (
    "It knows the 400 actions of Kinetics and names one of them whatever it sees. An action that"
    " is not among them gets the name of one that looks alike. Such networks go by the place and"
    " the things in the picture as much as by the movement, and what they know is what people put"
    " on YouTube before 2017."
)
NOT_MEASURED = "Nobody has measured that here."


def card_of(services: Services, name: str) -> str:
    """The card of a model that is here or in the catalogue, in Markdown.

    Raises `UnknownModel`, `CheckpointError` if its file is damaged.
    """
    if name == EMBEDDED:
        return catalogue.default_card().read_text(encoding="utf-8")
    path = services.models.installed().get(name)
    record = None if path is None else _record(services, path)
    if path is not None and record is not None and "mode" in record.origin:
        return _taught(services, record, checkpoint.read_spec(path)).markdown()
    try:
        return _published(catalogue.find(name)).markdown()
    except CheckpointError as error:
        if path is None:
            raise UnknownModel(f"{error} `python -m app models list` shows all.") from error
    return _own(checkpoint.read_spec(path)).markdown()


def save_card(services: Services, name: str) -> Path:
    """Writes the card beside the weights of a model of this computer, and says where.

    Raises `UnknownModel`, `CheckpointError`.
    """
    path = services.models.path_of(name).with_suffix(".md")
    if name == EMBEDDED:
        raise UnknownModel(f"The embedded default has its card already: {catalogue.default_card()}")
    content = card_of(services, name).encode()
    try:
        write_whole(path, content)
    except OSError as error:
        raise CheckpointError(f"{path} could not be written ({error.strerror}).") from error
    return path


def time_of(seconds: float | None) -> str:
    """How long a clip takes, in a sentence."""
    if seconds is None:
        return NOT_MEASURED
    return (
        f"About {seconds:.2f} s for a clip of 32 pictures, which is two seconds of most videos, on"
        " two processor cores (AVX-512, OpenVINO). Not measured on a graphics card."
    )


def measured(hits: Hits | None) -> str:
    """What this project counted, with the interval in which the true share lies."""
    if hits is None:
        return NOT_MEASURED
    low, high = map(hundredths, _ends(hits.first, hits.clips))
    return (
        f"{hits.first} of {hits.clips} real clips right; of {hits.fifth} the right name was among"
        f" the first five. With so few clips the share of all such clips may lie anywhere between"
        f" {low} and {high} %."
    )


def reported(entry: Entry) -> str:
    """What its authors report."""
    if entry.top1 is None:
        return "Its authors report nothing for these weights."
    return (
        f"{entry.top1:.1f} % right, {entry.top5:.1f} % with the right name among the first five, on"
        " Kinetics-400's validation videos with thirty views of each. Reported by its authors, not"
        " repeated here."
    )


def material(entry: Entry) -> str:
    """What it was trained on, and on what terms."""
    return f"{KINETICS} {PRETRAINED[entry.pretrained]}"


def _published(entry: Entry) -> Card:
    if entry.is_embedded:
        raise UnknownModel("The embedded default has a card of its own.")
    if entry.of_default:
        return _of_default(entry)
    source = entry.url or f"The package {entry.package} of Python's registry"
    known = f"SHA-256 of the file: {entry.sha256}" if entry.sha256 else catalogue.UNCHECKED
    return Card(
        title=entry.title,
        summary=f"`{entry.name}`, architecture `{entry.arch}`. {entry.note}".strip(),
        licence=entry.licence,
        tags=_tags(entry.arch),
        sections=(
            Section("Origin", f"{plain(source)}\n\n{plain(known)}"),
            Section("Licences", f"The weights: {plain(entry.licence)}."),
            Section("Material and its terms", material(entry)),
            Section(
                "Figures",
                table(
                    ("who says so", "what"),
                    (("its authors", reported(entry)), ("measured here", measured(entry.measured))),
                ),
            ),
            Section("What it fails at", ONE_OF_400),
            Section("Time per clip", time_of(entry.seconds)),
        ),
    )


def _of_default(entry: Entry) -> Card:
    return Card(
        title=entry.title,
        summary=f"`{entry.name}`, architecture `{entry.arch}`. {entry.note}",
        licence=entry.licence,
        tags=_tags(entry.arch),
        sections=(
            Section(
                "Origin",
                f"The weights of the embedded default, unchanged, fed {quick.PIXELS} pixels of"
                f" {quick.SHORT_SIDE}. See its card for where they come from.",
            ),
            Section("Licences", f"The weights: {plain(entry.licence)}."),
            Section("Material and its terms", material(entry)),
            Section("Figures", measured(entry.measured)),
            Section("What it fails at", f"{ONE_OF_400} Small things escape it."),
            Section("Time per clip", time_of(entry.seconds)),
        ),
    )


def _own(spec: ModelSpec) -> Card:
    """Of a model that somebody imported or trained here."""
    origin = plain(spec.origin) or "The file does not say."
    return Card(
        title=spec.name,
        summary=f"Architecture `{spec.described()}`, {len(spec.labels)} classes.",
        licence=spec.licence,
        tags=_tags(spec.arch),
        sections=(
            Section("Origin", origin),
            Section("Licences", plain(spec.licence) or "The file does not say."),
            Section("Material and its terms", "The file does not say."),
            Section("Figures", NOT_MEASURED),
            Section("What it fails at", NOT_MEASURED),
            Section("Time per clip", time_of(catalogue.CLIP_S.get(spec.arch))),
        ),
    )


def _taught(services: Services, record: VersionRecord, spec: ModelSpec) -> Card:
    licence = plain(spec.licence) or "not stated"
    parent = plain(taught.parent_of(services, record))
    return Card(
        title=record.name,
        summary=f"Taught on this computer: architecture `{spec.described()}`,"
        f" {len(spec.labels)} classes.",
        licence=spec.licence,
        tags=_tags(spec.arch),
        header={"model-index": [taught.index(record)]} if record.metrics.get("videos") else {},
        sections=(
            Section("Origin", f"{taught.facts(services, record)}\n\n{plain(spec.origin)}"),
            Section("Licences", f"The weights that it began with: {licence}."),
            Section(
                "Material and its terms",
                f"{taught.videos(record.origin)} The videos belong to whoever brought them; look"
                " into their terms before you pass the weights on. What it began with was trained"
                f" on other material: see the card of {parent}.",
            ),
            Section("Figures", taught.figures(record.metrics)),
            Section("What it fails at", f"{taught.broken(record.metrics)}\n\n{ONE_OF_400}"),
            Section("Time per clip", time_of(catalogue.CLIP_S.get(spec.arch))),
        ),
    )


def _record(services: Services, path: Path) -> VersionRecord | None:
    is_at = services.models.weights.is_at
    with services.database.read() as session:
        found = versions.all_versions(session)
    return next((row for row in found if is_at(row.weights_uri, path)), None)


def _tags(arch: str) -> tuple[str, ...]:
    return () if arch == "i3d" else ("channel-separated-network",)


def _ends(hits: int, of: int) -> tuple[float, float]:
    interval = wilson(hits, of)
    return interval.low, interval.high
