"""What the programmer's commands mean by a CONFIG and a CHECKPOINT."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from app.workflow import model_files
from app.workflow.errors import UnknownModel
from model.errors import CheckpointError
from model.learning.adapt import check_architecture
from model.learning.recipe import PRETRAINED, Recipe, recipe_for
from model.weights import catalogue, checkpoint
from model.weights.checkpoint import LoadedCheckpoint
from model.weights.importing import ImportRequest, import_checkpoint
from model.weights.labels import kinetics400
from model.weights.spec import ModelSpec


@dataclass(frozen=True, slots=True)
class Config:
    """A network and the recipe by which it learns.

    `weights` is what it begins with: a model of this machine goes on from where it is, a published
    name stands for its training from the beginning and has none.
    """

    spec: ModelSpec
    recipe: Recipe
    weights: Path | None


def config_of(name: str, folder: Path) -> Config:
    """The config of a published name, else of a model in `folder` or of a weight file.

    Raises `UnknownModel`, `CheckpointError`.
    """
    try:
        entry = catalogue.find(name)
    except CheckpointError as error:
        if name not in model_files.installed(folder) and not Path(name).is_file():
            raise UnknownModel(f"{error} `python -m app models list` shows all.") from error
        entry = catalogue.EMBEDDED
    if not entry.url:
        path = model_files.path_of(name, folder)
        return Config(checkpoint.read_spec(path), PRETRAINED, path)
    spec = ModelSpec(entry.name, entry.arch, kinetics400(), entry.normalisation)
    return Config(spec, recipe_for(entry.name), None)


def weights_of(name: str, folder: Path, config: Config) -> LoadedCheckpoint:
    """The weights of a model in `folder` or of a file, MMAction2's `.pth` included.

    Raises `UnknownModel`, and `CheckpointError` if they are not of the config's architecture.
    """
    if name.endswith(".pth") and Path(name).is_file():
        loaded = _imported(Path(name), config.spec)
    else:
        loaded = checkpoint.load(model_files.path_of(name, folder))
    check_architecture(config.spec, loaded)
    return loaded


def _imported(file: Path, spec: ModelSpec) -> LoadedCheckpoint:
    """What the file itself does not say, such as the size of clips, is as in the config."""
    request = ImportRequest(
        name=file.stem,
        normalisation=spec.normalisation,
        origin=f"imported from {file.name}",
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "imported.safetensors"
        import_checkpoint(file, path, request)
        loaded = checkpoint.load(path)
    said = loaded.spec
    labels = spec.labels if len(spec.labels) == len(said.labels) else said.labels
    told = replace(
        spec, name=said.name, arch=said.arch, options=said.options, labels=labels,
        origin=said.origin, licence=said.licence,
    )  # fmt: skip
    return LoadedCheckpoint(told, loaded.sha256, loaded.network)
