"""A checkpoint together with the engine that runs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from model.inference.answering import Model
from model.inference.engines.choosing import EngineChoice, choose_engine
from model.inference.engines.engine import Engine
from model.inference.saliency import Head
from model.network.atrous import OpenedNetwork
from model.network.staged import StagedNetwork
from model.weights.checkpoint import LoadedCheckpoint
from model.weights.spec import ModelSpec


@dataclass(frozen=True, slots=True)
class RunningModel:
    """What every prediction needs, and nothing that changes from one to the next."""

    spec: ModelSpec
    version: str
    network: StagedNetwork | OpenedNetwork
    engine: Engine
    head: Head
    every: int = 1  # as in `Activations`

    def described(self, crop: int) -> Model:
        """What an answer says of this model, for crops of that many pixels."""
        centres = self.network.centres((self.spec.clip_len, crop, crop))
        return Model(self.spec, self.version, centres, self.head.bias, self.every)


def start(
    checkpoint: LoadedCheckpoint, choice: EngineChoice, cache_dir: Path, *, opened: int
) -> RunningModel:
    """Puts the checkpoint's network, which it takes over, into an engine and makes it ready.

    `opened` is the number of temporal strides without which the evidence is computed.
    Converts for the checkpoint's own size of clip unless that was done before. Raises `ModelError`
    if the engine cannot be had here.
    """
    spec, network = checkpoint.spec, checkpoint.network
    head = Head(network.head.weight.numpy(force=True), network.head.bias.numpy(force=True))
    every = 1
    run: StagedNetwork | OpenedNetwork = network
    if opened:
        run = OpenedNetwork(network, strides=opened)
        every = run.factor
    engine = choose_engine(
        choice,
        run,
        checkpoint.sha256,
        cache_dir,
        normalisation=spec.normalisation,
        every=every,
    )
    engine.prepare((spec.clip_len, spec.crop, spec.crop))
    return RunningModel(spec, checkpoint.sha256, run, engine, head, every)
