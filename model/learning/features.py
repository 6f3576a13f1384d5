"""Features before the last stage and their averages after it, computed once and kept on disk.

A frozen trunk computes the same for ever: what is here need not be decoded or computed again.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from model.inference.engines.choosing import EngineChoice, choose_engine
from model.inference.engines.engine import Engine
from model.learning.errors import ListError
from model.learning.examples import Example
from model.learning.runfiles import space_watched, write_whole
from model.learning.views import PARTS, VIEWS, Part, view_clips
from model.network.staged import JoinedStage, StagedNetwork
from model.video.facts import VideoLimits
from model.weights.checkpoint import LoadedCheckpoint

Kind = Literal["pooled", "maps"]
"""`pooled`: the last stage's output averaged over time and space, [views, C] float32.
`maps`: its input, [views, C, T', H', W'] float16."""

OnPart = Callable[[int, int], None]
"""Called with how many parts of videos are computed, of how many that have to be."""

FEATURES = "features"
MOST_JOINED = 9  # more layers than any network here joins
SMALLEST = 32  # pixels of a side that every network here can see
_log = logging.getLogger(__name__)


class Trunk(nn.Module):
    """A network up to the part of its last stage that learns, in the shape that engines run."""

    def __init__(self, network: StagedNetwork) -> None:
        super().__init__()
        fixed, _ = split_stage(network)
        self.trunk = network.trunk
        self.fixed = fixed

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """(nothing [N, 1], the maps [N, C, T', H', W'])."""
        maps = self.fixed(self.trunk(clips))
        return maps.new_zeros(clips.shape[0], 1), maps


def split_stage(network: StagedNetwork) -> tuple[nn.Sequential, list[nn.Module]]:
    """The last stage's leading layers without weights (a pool), and those that can learn."""
    layers = list(network.last_stage)
    free = 0
    while not list(layers[free].parameters()):
        free += 1
    return nn.Sequential(*layers[:free]), layers[free:]


class LastStage(nn.Module):
    """What follows the kept maps: the layers that can learn, and the average.

    It shares its weights with the network that it was made from.
    """

    def __init__(self, network: StagedNetwork) -> None:
        super().__init__()
        _, learning = split_stage(network)
        self.layers = nn.ModuleList(learning)
        stage = network.last_stage
        self._joined = stage.joined if isinstance(stage, JoinedStage) else 1

    def forward(self, maps: Tensor) -> Tensor:
        """[N, C, T', H', W'] to averages [N, all joined channels], the last layer's first."""
        return torch.cat(self.averages(maps), dim=1)

    def averages(self, maps: Tensor) -> list[Tensor]:
        """The same, layer by layer."""
        found = [maps.mean(dim=(2, 3, 4))]
        for layer in self.layers:
            maps = layer(maps)
            found.append(maps.mean(dim=(2, 3, 4)))
        return found[: -self._joined - 1 : -1]


def joined_widths(loaded: LoadedCheckpoint) -> tuple[int, ...]:
    """The channels of each layer that makes up a network's features, in their order."""
    # A real clip, if a small one: torch's stand-ins without content take seconds to import.
    clip = torch.zeros(1, 3, loaded.spec.clip_len, SMALLEST, SMALLEST)
    with torch.inference_mode():
        _, maps = Trunk(loaded.network)(clip)
        return tuple(average.shape[1] for average in LastStage(loaded.network).averages(maps))


@dataclass(frozen=True, slots=True)
class FeatureStore:
    """Features of one checkpoint's network, kept under `folder`.

    Two checkpoints that differ only in what comes after the features share them. `cache_dir` keeps
    converted networks. Made for one thread; several processes may share a folder.
    """

    checkpoint: LoadedCheckpoint
    folder: Path
    cache_dir: Path
    engine: EngineChoice = "auto"
    limits: VideoLimits = field(default_factory=VideoLimits)
    _prints: dict[Kind, str] = field(default_factory=dict, init=False, repr=False)
    _engines: dict[Kind, Engine] = field(default_factory=dict, init=False, repr=False)

    def of(
        self,
        examples: Sequence[Example],
        kind: Kind,
        *,
        parts: Sequence[Part] = PARTS,
        on_part: OnPart | None = None,
    ) -> list[Tensor]:
        """The features of each example, computed where they are not there yet.

        Raises what `compute` raises.
        """
        self.compute(examples, kind, parts=parts, on_part=on_part)
        return [
            torch.cat([_read(self._place(example, kind, part)) for part in parts])
            for example in examples
        ]

    def compute(
        self,
        examples: Sequence[Example],
        kind: Kind,
        *,
        parts: Sequence[Part] = PARTS,
        on_part: OnPart | None = None,
    ) -> None:
        """Computes and keeps what is not there yet.

        Raises `ListError` naming a video that cannot be read, `NoSpaceError`, `ModelError`.
        """
        wanted = [(example, self.missing(example, kind, parts=parts)) for example in examples]
        whole, done = sum(len(missing) for _, missing in wanted), 0
        for example, missing in wanted:
            if missing:
                self._keep(example, kind, missing)
            done += len(missing)
            if on_part is not None:
                on_part(done, whole)

    def has(self, example: Example, kind: Kind, *, parts: Sequence[Part] = PARTS) -> bool:
        """Whether the features are there already. Raises `ListError` if the video is gone."""
        return not self.missing(example, kind, parts=parts)

    def missing(
        self, example: Example, kind: Kind, *, parts: Sequence[Part] = PARTS
    ) -> tuple[Part, ...]:
        """The parts whose features have to be computed. Raises `ListError` if the video is gone."""
        return tuple(part for part in parts if not _intact(self._place(example, kind, part)))

    def _keep(self, example: Example, kind: Kind, parts: Sequence[Part]) -> None:
        for part, clips in view_clips(example, self.checkpoint.spec, self.limits, parts).items():
            place = self._place(example, kind, part)
            features = self._computed(clips, kind)
            with space_watched(place):
                place.parent.mkdir(parents=True, exist_ok=True)
                write_whole(place, safetensors.torch.save({FEATURES: features}))

    def _computed(self, clips: NDArray[np.float32], kind: Kind) -> Tensor:
        """Of no clips at all nothing, in a shape that can be joined to any other."""
        engine = self._engine(kind)
        rows = [torch.from_numpy(engine.run(clip[None]).features) for clip in clips]
        if not rows:
            return torch.empty(0, dtype=torch.float32 if kind == "pooled" else torch.float16)
        maps = torch.cat(rows)
        return maps.mean(dim=(2, 3, 4)) if kind == "pooled" else maps.half()

    def _engine(self, kind: Kind) -> Engine:
        if kind not in self._engines:
            self._engines[kind] = self._loaded(kind)
        return self._engines[kind]

    def _loaded(self, kind: Kind) -> Engine:
        network: nn.Module = self.checkpoint.network
        joined = self.checkpoint.spec.options.get("joined", 1)
        if kind == "maps":
            network = Trunk(self.checkpoint.network)
        key = f"{self._print(kind)}-{kind}-{joined}"
        return choose_engine(self.engine, network, key, self.cache_dir)

    def _place(self, example: Example, kind: Kind, part: Part) -> Path:
        joined = self.checkpoint.spec.options.get("joined", 1) if kind == "pooled" else 0
        return self.folder / self._print(kind) / _name(example, kind, joined, part)

    def _print(self, kind: Kind) -> str:
        if kind not in self._prints:
            self._prints[kind] = fingerprint(self.checkpoint.network, kind)
        return self._prints[kind]


def forget(folder: Path, example: Example) -> int:
    """Deletes all that any network computed for an example; returns how many files went.

    `folder` is that of the `FeatureStore`, `example` needs its `sha256`.
    """
    kinds: list[tuple[Kind, int]] = [("maps", 0)]
    kinds += [("pooled", joined) for joined in range(1, MOST_JOINED + 1)]
    names = [_name(example, kind, joined, part) for kind, joined in kinds for part in PARTS]
    places = [below / name for below in folder.glob("*/") for name in names]
    gone = [place for place in places if place.exists()]
    for place in gone:
        place.unlink(missing_ok=True)
    return len(gone)


def fingerprint(network: StagedNetwork, kind: Kind) -> str:
    """SHA-256 of the weights that features of this kind come from: those of the head never."""
    after = ("head.",) if kind == "pooled" else ("head.", "last_stage.")
    digest = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        if not name.startswith(after):
            digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
            digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _name(example: Example, kind: Kind, joined: int, part: Part) -> str:
    what = [VIEWS, part, kind, joined, _content(example), example.start_s, example.end_s]
    return f"{hashlib.sha256(json.dumps(what).encode()).hexdigest()}.safetensors"


def _content(example: Example) -> str:
    """Names the video's content: by hash if known, else by place, size and time of change."""
    if example.sha256:
        return example.sha256
    try:
        status = example.path.stat()
    except OSError as error:
        raise ListError(f"{example.path.name} is not there any more.") from error
    return f"{example.path.resolve()} {status.st_size} {status.st_mtime_ns}"


def _intact(place: Path) -> bool:
    if not place.is_file():
        return False
    try:
        with safe_open(place, framework="pt") as file:
            return FEATURES in file.keys()  # noqa: SIM118
    except SafetensorError:
        _log.warning("The kept features %s are damaged and are computed anew.", place)
        return False


def _read(place: Path) -> Tensor:
    return safetensors.torch.load_file(place)[FEATURES]
