"""What CONFIG and CHECKPOINT stand for: published names, models of this machine, files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from app.workflow.errors import UnknownModel
from app.workflow.programmers.configs import config_of, weights_of
from model.errors import CheckpointError
from model.learning.adapt import from_scratch
from model.learning.recipe import FROM_SCRATCH, PRETRAINED
from model.weights import catalogue, checkpoint
from model.weights.build import build
from model.weights.importing import export_mmaction2
from tests.model.learning.films import SPEC

PUBLISHED = [entry.name for entry in catalogue.entries() if entry.url]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    checkpoint.save(folder / "tiny.safetensors", SPEC, from_scratch(SPEC, 0).network.state_dict())
    return folder


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_published_name_can_be_trained_from_the_beginning(name: str, tmp_path: Path) -> None:
    config = config_of(name, tmp_path)
    assert config.weights is None
    assert config.spec.normalisation == catalogue.find(name).normalisation
    assert config.recipe.epochs == (180 if "180e" in name else 58)
    with torch.device("meta"):
        assert build(config.spec).head.out_features == 400


def test_the_suffix_may_be_left_out(tmp_path: Path) -> None:
    config = config_of("ircsn_bnfrozen_r50_32x2x1_180e", tmp_path)
    assert config.recipe == FROM_SCRATCH
    assert config.spec.name.endswith("_kinetics400_rgb")


def test_a_model_of_this_machine_goes_on_from_where_it_is(models: Path) -> None:
    assert config_of("default", models).weights == catalogue.default_path()
    for name in ("tiny", str(models / "tiny.safetensors")):
        config = config_of(name, models)
        assert (config.spec, config.recipe) == (SPEC, PRETRAINED)
        assert config.weights == models / "tiny.safetensors"


def test_a_downloaded_published_model_still_begins_at_the_beginning(models: Path) -> None:
    (models / "tiny.safetensors").rename(models / f"{PUBLISHED[0]}.safetensors")
    assert config_of(PUBLISHED[0], models).weights is None


def test_a_name_that_is_nothing_is_told(models: Path) -> None:
    with pytest.raises(UnknownModel, match=r"Do you mean ircsn_bnfrozen_r50.*models list"):
        config_of("ircsn_bnfrozen_r50", models)


def test_a_file_of_mmaction2_is_taken_as_it_is(models: Path, tmp_path: Path) -> None:
    file, spec = tmp_path / "best.pth", replace(SPEC, options={"width": 25})
    checkpoint.save(models / "wide.safetensors", spec, from_scratch(spec, 0).network.state_dict())
    export_mmaction2(models / "wide.safetensors", file)
    loaded = weights_of(str(file), models, config_of("wide", models))
    assert (loaded.spec.labels, loaded.spec.crop) == (SPEC.labels, SPEC.crop)
    wanted = checkpoint.load(models / "wide.safetensors").network.state_dict()
    found = loaded.network.state_dict()
    assert all(torch.equal(found[name], wanted[name]) for name in wanted)
    with pytest.raises(CheckpointError, match=r"best is of the architecture ircsn-r26 \(width 25"):
        weights_of(str(file), models, config_of(PUBLISHED[0], models))
