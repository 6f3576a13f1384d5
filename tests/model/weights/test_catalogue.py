"""What the catalogue says, and the class names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from model.errors import CheckpointError
from model.weights import catalogue
from model.weights.build import CSN_ARCH, build
from model.weights.labels import kinetics400, read_labels
from model.weights.make_default import default_spec
from model.weights.spec import IMAGENET, VMZ, ModelSpec

NINE = {
    "ircsn_bnfrozen_r50_32x2x1_180e": ("ircsn-r50", 73.6, 91.3, IMAGENET),
    "ircsn_ig65m_pretrained_bnfrozen_r50_32x2x1_58e": ("ircsn-r50", 79.0, 94.2, IMAGENET),
    "ircsn_bnfrozen_r152_32x2x1_180e": ("ircsn-r152", 76.5, 92.1, VMZ),
    "ircsn_sports1m_pretrained_bnfrozen_r152_32x2x1_58e": ("ircsn-r152", 78.2, 93.0, VMZ),
    "ircsn_ig65m_pretrained_bnfrozen_r152_32x2x1_58e": ("ircsn-r152", 82.76, 95.68, IMAGENET),
    "ipcsn_bnfrozen_r152_32x2x1_180e": ("ipcsn-r152", 77.8, 92.8, VMZ),
    "ipcsn_sports1m_pretrained_bnfrozen_r152_32x2x1_58e": ("ipcsn-r152", 78.8, 93.5, VMZ),
    "ipcsn_ig65m_pretrained_bnfrozen_r152_32x2x1_58e": ("ipcsn-r152", 82.5, 95.3, IMAGENET),
    "ircsn_ig65m_pretrained_r152_32x2x1_58e": ("ircsn-r152", 80.14, 94.93, IMAGENET),
}


@pytest.mark.parametrize("name", NINE)
def test_the_nine_published_models(name: str) -> None:
    entry = catalogue.find(name)
    assert entry == catalogue.find(f"{name}_kinetics400_rgb")
    assert (entry.arch, entry.top1, entry.top5, entry.normalisation) == NINE[name]


def test_every_entry_can_be_fetched_and_built() -> None:
    published = [entry for entry in catalogue.entries() if entry.url]
    assert len(published) == len({entry.name for entry in published}) == 13
    for entry in published:
        assert CSN_ARCH.fullmatch(entry.arch)
        assert entry.url.startswith("https://download.openmmlab.com/mmaction/")
        assert entry.url.endswith(".pth")
        assert re.fullmatch(r"([0-9a-f]{8,64})?", entry.sha256)
        assert entry.arch.startswith(re.findall(r"i[rp]csn", entry.name)[0])
        assert entry.arch.rpartition("-")[2] in entry.name
        assert entry.licence == catalogue.LICENCE


def test_people_read_a_name_of_its_own_for_each() -> None:
    titles = [entry.title for entry in catalogue.entries()]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    assert titles[1:3] == ["The quick one", "ir-CSN-50, IG65M"]


@pytest.mark.parametrize("arch", ["separated-i3d", "i3d", "ircsn-r50"])
def test_the_sizes_are_those_of_the_networks(arch: str) -> None:
    options = default_spec().options if arch == "separated-i3d" else {}
    spec = ModelSpec("x", arch, kinetics400(), IMAGENET, options=options)
    with torch.device("meta"):
        parameters = sum(one.numel() for one in build(spec).parameters())
    assert catalogue.PARAMETERS[arch] == parameters


def test_hashes_in_names_are_trusted_only_where_they_are_hashes() -> None:
    for entry in (entry for entry in catalogue.entries() if entry.url):
        if "/vmz_" in entry.url:
            assert entry.url.removesuffix(".pth").endswith(entry.sha256[:8])
        else:
            assert entry.sha256 in ("", "a02af4a3a1258bb8")
        assert (catalogue.UNCHECKED in entry.note) == (entry.sha256 == "")


def test_the_embedded_default_comes_first_and_is_here() -> None:
    first = catalogue.entries()[0]
    assert (first.name, first.url) == ("default", "")
    assert catalogue.default_path().is_file()


def test_a_wrong_name_gets_a_near_one() -> None:
    with pytest.raises(CheckpointError, match="Do you mean ipcsn_bnfrozen_r152"):
        catalogue.find("ipcsn_bnfrozen_r152_32x2x1_180")
    with pytest.raises(CheckpointError, match="No published model"):
        catalogue.find("")


@pytest.mark.shared
def test_class_names_are_in_the_published_order(shared_dir: Path) -> None:
    wanted = (shared_dir / "data" / "labels" / "label_map_k400.txt").read_text().splitlines()
    assert list(kinetics400()) == wanted


def test_there_are_four_hundred_different_classes() -> None:
    assert len(set(kinetics400())) == 400
    assert list(kinetics400()) == sorted(kinetics400())


@pytest.mark.parametrize(
    ("content", "labels"),
    [
        (b"a\nb\n", ("a", "b")),
        (b"a\r\nb", ("a", "b")),
        (b"\xef\xbb\xbfeins\nzw\xc3\xb6lf\n\n", ("eins", "zwölf")),
    ],
)
def test_label_files(tmp_path: Path, content: bytes, labels: tuple[str, ...]) -> None:
    path = tmp_path / "labels.txt"
    path.write_bytes(content)
    assert read_labels(path) == labels


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty line"),
        (b"a\n\nb\n", "empty line"),
        (b"a\nb\na\n", "names 'a' twice"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_bad_label_files_are_explained(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "labels.txt"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=message):
        read_labels(path)
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_labels(tmp_path / "none.txt")
