"""The models of this machine: which there are, which one answers, loading them once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.workflow import model_files
from app.workflow.errors import UnknownModel
from app.workflow.model_files import FileHashes
from model.errors import ModelError
from model.inference.seam import Status
from model.video.facts import VideoLimits
from model.weights import catalogue, spec_json
from model.weights.labels import kinetics400
from storage.engine.database import Database
from storage.errors import NotFoundError
from storage.records import labels, versions
from storage.records.versions import VersionRecord
from storage.weights import LocalWeights, WeightStore

if TYPE_CHECKING:  # PyTorch takes seconds to import: only who loads a model waits for it
    from model.inference.engines.choosing import EngineChoice
    from model.inference.predictor import LocalPredictor
    from model.weights.checkpoint import LoadedCheckpoint

KEPT_LOADED = 2  # the one that answers and one that it is compared with
USUAL, FINEST = 1, 2  # temporal strides opened for the evidence; benchmarks/saliency says why


@dataclass(frozen=True, slots=True)
class Preferences:
    """How models are loaded and run. `mirror` stands for the publisher's address unless empty."""

    engine: EngineChoice
    cache: Path
    limits: VideoLimits
    max_clips: int
    mirror: str = ""


class Models:
    """Finds, loads and keeps models. `chosen` overrules what the database says is in use."""

    def __init__(
        self,
        *,
        folder: Path,
        database: Database,
        preferences: Preferences,
        chosen: str | None,
        weights: WeightStore | None = None,
    ) -> None:
        self.folder = folder
        self.weights = weights or LocalWeights()
        self.database = database
        self.preferences = preferences
        self._chosen = chosen
        self._loaded: OrderedDict[tuple[Path, int], LocalPredictor] = OrderedDict()
        self._lock = threading.Lock()
        self._turn = threading.Lock()  # two models at once would only slow each other down
        self._failure = ""
        self._files = FileHashes()
        self._prints: dict[str, str] = {}

    @property
    def is_fixed(self) -> bool:
        """Whether a setting decides which model answers, whatever people promote."""
        return self._chosen is not None

    def installed(self) -> dict[str, Path]:
        """Name and weight file of every model here, the embedded default first."""
        return model_files.installed(self.folder)

    def path_of(self, name: str) -> Path:
        """The weight file of a model, by name or as a path. Raises `UnknownModel`."""
        return model_files.path_of(name, self.folder)

    def active_path(self) -> Path:
        """The weight file of the model that answers now."""
        if self._chosen is not None:
            return self.path_of(self._chosen)
        with self.database.read() as session:
            promoted = versions.active(session)
        if promoted is None:
            return catalogue.default_path()
        path = self.weight_file(promoted)
        if not path.is_file():
            raise UnknownModel(
                f"The weights of the model in use, {promoted.name}, are gone ({path}). Put the"
                " file back, or choose another model: python -m app models use default"
            )
        return path

    def weight_file(self, version: VersionRecord) -> Path:
        """The weight file of a version, which may be gone. Raises `UnknownModel` if none can be."""
        try:
            return self.weights.path_of(version.weights_uri)
        except NotFoundError as error:
            raise UnknownModel(str(error)) from error

    def predictor(self, name: str | None = None, *, finest: bool = False) -> LocalPredictor:
        """The model of this name, or the one that answers now; loaded if it is not yet.

        `finest` gives the evidence twice as many steps in time; the answer is the same.
        """
        path = self.active_path() if name is None else self.path_of(name)
        key = path, FINEST if finest else USUAL
        with self._lock:
            if key not in self._loaded:
                self._loaded[key] = self._load(*key)
            self._loaded.move_to_end(key)
            while len(self._loaded) > KEPT_LOADED:
                self._loaded.popitem(last=False)
            return self._loaded[key]

    def active_version(self) -> str | None:
        """SHA-256 of the model that answers now, loaded or not; None if its file is gone."""
        try:
            return self._files.sha256(self.active_path())
        except (UnknownModel, OSError):
            return None

    def warm_up(self) -> None:
        """Makes the model that answers ready; keeps what went wrong for `status`."""
        try:
            self.predictor().warm_up()
            self._failure = ""
        except (ModelError, UnknownModel) as error:
            self._failure = str(error)

    def status(self) -> Status:
        """Whether the model that answers is ready."""
        if self._failure:
            return Status("failed", self._failure)
        try:
            predictor = self._loaded.get((self.active_path(), USUAL))
        except UnknownModel as error:
            return Status("failed", str(error))
        if predictor is not None and predictor.status.state == "ready":
            return Status("ready", "The model is ready.")
        return Status("warming up", "The model is warming up; this takes a few seconds.")

    def version_id(self, predictor: LocalPredictor) -> int:
        """The row of this model's weights, made if there is none."""
        loaded = predictor.checkpoint
        with self.database.read() as session:
            known = versions.find(session, sha256=loaded.sha256)
        if known is not None:
            return known.id
        path = next((p for (p, _), kept in self._loaded.items() if kept is predictor), Path())
        return self.register(loaded, path)

    def features_of(self, predictor: LocalPredictor) -> str:
        """SHA-256 of the weights that this model's features come from: all but those of names."""
        from model.learning.features import fingerprint  # noqa: PLC0415  # brings PyTorch

        loaded = predictor.checkpoint
        if loaded.sha256 not in self._prints:
            self._prints[loaded.sha256] = fingerprint(loaded.network, "pooled")
        return self._prints[loaded.sha256]

    def register(self, loaded: LoadedCheckpoint, path: Path) -> int:
        """Makes the row of a weight file if there is none; its labels can then be chosen."""
        version = versions.NewVersion(
            name=loaded.spec.name,
            weights_uri=self.weights.uri_of(path),
            sha256=loaded.sha256,
            spec=spec_json.to_fields(loaded.spec),
            origin={"text": loaded.spec.origin, "licence": loaded.spec.licence},
        )
        with self.database.write() as session:
            labels.seed(session, names=kinetics400())
            labels.seed(session, names=loaded.spec.labels)
            return versions.register(session, version=version).id

    def seed_labels(self) -> None:
        """Lets people choose what the model that answers knows, without loading it."""
        from model.weights.checkpoint import read_spec  # noqa: PLC0415  # brings PyTorch

        spec = read_spec(self.active_path())
        with self.database.write() as session:
            labels.seed(session, names=kinetics400())
            labels.seed(session, names=spec.labels)

    def _load(self, path: Path, opened: int) -> LocalPredictor:
        from model.inference.predictor import LocalPredictor  # noqa: PLC0415  # brings PyTorch

        wanted = self.preferences
        return LocalPredictor(
            path,
            engine=wanted.engine,
            cache_dir=wanted.cache,
            limits=wanted.limits,
            max_clips=wanted.max_clips,
            opened=opened,
            lock=self._turn,
        )
