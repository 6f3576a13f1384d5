"""Small files that would become very large, or keep a reader busy, are refused before they do."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from model.errors import CheckpointError
from model.weights import checkpoint, pth, unpacking
from model.weights.pth import read_pth

MB = 1 << 20
WEIGHTS = {"state_dict": {"head.weight": torch.arange(6.0)}}


def parts_of(content: object) -> dict[str, bytes]:
    """What `torch.save` puts into its archive."""
    saved = io.BytesIO()
    torch.save(content, saved)
    with zipfile.ZipFile(saved) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


BEGINNING = b"\x80\x02}q\x00"  # of a pickled dictionary, kept in place 0
STEP = b"q\x01"  # keeps it in place 1 as well, which is overwritten afterwards


def with_steps(parts: dict[str, bytes], count: int) -> dict[str, bytes]:
    """The same with so many steps more in the pickle, which change nothing."""
    pickled = parts["archive/data.pkl"]
    assert pickled.startswith(BEGINNING)
    more = BEGINNING + STEP * count + pickled.removeprefix(BEGINNING)
    return parts | {"archive/data.pkl": more}


def pickle_of_steps(path: Path) -> None:
    """4 kB; the pickle that names the weights unpacks to 2 MB of steps that do nothing."""
    packed(path, with_steps(parts_of(WEIGHTS), MB))


def tensor_of_zeros(path: Path) -> None:
    """40 kB, of which one tensor takes 42 MB."""
    packed(path, parts_of({"state_dict": {"head.weight": torch.zeros(10 * MB)}}))


def many_steps(path: Path) -> None:
    """Nothing is compressed, but the pickle is more than a million steps long."""
    packed(path, with_steps(parts_of(WEIGHTS), 1_100_000), zipfile.ZIP_STORED)


def many_steps_before_zip(path: Path) -> None:
    saved = io.BytesIO()
    torch.save(WEIGHTS, saved, _use_new_zipfile_serialization=False)
    number = b"\x80\x02M\xe9\x03"  # the second pickle is the number 1001
    first, _, rest = saved.getvalue().partition(number)
    path.write_bytes(first + number + STEP * 1_100_000 + rest)


def many_parts(path: Path) -> None:
    parts = parts_of(WEIGHTS)
    more = {f"archive/extra/{number}": b"" for number in range(unpacking.MOST_ENTRIES)}
    packed(path, parts | more, zipfile.ZIP_STORED)


def many_parts_listed(path: Path) -> None:
    """A directory that is longer than any reader should look through."""
    packed(path, parts_of(WEIGHTS) | {f"archive/{n}/{'x' * 9000}": b"" for n in range(500)})


def same_bytes_twice(path: Path) -> None:
    """Two parts that are the same bytes: as in 42.zip's successors, they could be very many."""
    packed(path, parts_of(WEIGHTS), zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        offsets = {entry.filename: entry.header_offset for entry in archive.infolist()}
    target = struct.pack("<L", offsets["archive/version"] - 1)
    entry = content.rindex(b"archive/.data/serialization_id") - 4
    content[entry : entry + 4] = target
    path.write_bytes(content)


def one_number_as_many(path: Path) -> None:
    """A tensor that is one number, seen a thousand million times."""
    torch.save({"state_dict": {"head.weight": torch.ones(1).expand(1_000_000_000)}}, path)


def no_numbers_at_all(path: Path) -> None:
    torch.save({"state_dict": {"head.weight": torch.ones(10**12, device="meta")}}, path)


def same_name_twice(path: Path) -> None:
    packed(path, parts_of(WEIGHTS) | {"Archive/data/0": bytes(24), "b/data/0": bytes(24)})


@dataclass(frozen=True, slots=True)
class Bomb:
    """`off`: what must be changed so that the file is read after all."""

    make: Callable[[Path], None]
    says: str
    off: tuple[tuple[object, str, object], ...]


SIZES = ((unpacking, "MOST_GROWTH", 10**9), (unpacking, "MOST_PICKLE", 10**9))
STEPS = ((pth, "MOST_STEPS", 10**9),)
BOMBS = [
    Bomb(pickle_of_steps, "would unpack to 2 MB or more", (*SIZES, *STEPS)),
    Bomb(tensor_of_zeros, "would unpack to 42 MB or more", SIZES),
    Bomb(many_steps, "in more than 1,000,000 steps", STEPS),
    Bomb(many_steps_before_zip, "in more than 1,000,000 steps", STEPS),
    Bomb(many_parts, "it has 20,00. parts", ((unpacking, "MOST_ENTRIES", 10**9),)),
    Bomb(many_parts_listed, "too many parts", ((unpacking, "MOST_DIRECTORY", 10**9),)),
    Bomb(same_name_twice, "the same name", ((unpacking, "check_sizes", lambda *_: None),)),
    Bomb(one_number_as_many, "larger than the file can hold", ((pth, "MOST_SHARED", 10**9),)),
    Bomb(no_numbers_at_all, "larger than the file", ((pth, "_check_extent", lambda *_: None),)),
]  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.make.__name__)
def test_it_is_refused_within_bounds(tmp_path: Path, bomb: Bomb) -> None:
    bomb.make(tmp_path / "bomb.pth")
    with pytest.raises(CheckpointError, match=bomb.says):
        read_pth(tmp_path / "bomb.pth")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.make.__name__)
def test_without_the_bound_it_would_be_read(
    tmp_path: Path, bomb: Bomb, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb.make(tmp_path / "bomb.pth")
    for module, name, value in bomb.off:
        monkeypatch.setattr(module, name, value)
    if bomb.make in (many_steps, many_steps_before_zip, pickle_of_steps):
        monkeypatch.setattr(pth.Budget.__init__, "__defaults__", (10**9,))
    assert set(read_pth(tmp_path / "bomb.pth")) == {"head.weight"}


def test_parts_that_overlap_are_refused(tmp_path: Path) -> None:
    same_bytes_twice(tmp_path / "bomb.pth")
    with pytest.raises(CheckpointError, match="its parts overlap"):
        read_pth(tmp_path / "bomb.pth")


@pytest.mark.parametrize("make", [pickle_of_steps, tensor_of_zeros])
def test_nothing_is_unpacked_first(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "bomb.pth")
    tracemalloc.start()
    try:
        with pytest.raises(CheckpointError):
            read_pth(tmp_path / "bomb.pth")
        assert tracemalloc.get_traced_memory()[1] < MB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["huge.pth", "huge.safetensors"])
def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, name: str) -> None:
    """A file with holes: it takes no room on the disk."""
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(unpacking.MOST_BYTES + 1)
    with pytest.raises(CheckpointError, match="larger than"):
        (read_pth if name.endswith("pth") else checkpoint.read)(path)


def test_a_header_of_safetensors_is_bounded(tmp_path: Path, tiny_file: Path) -> None:
    path = tmp_path / "deep.safetensors"
    header = b"[" * (checkpoint.HEADER_LIMIT + 1)
    path.write_bytes(struct.pack("<Q", len(header)) + header)
    with pytest.raises(CheckpointError, match="larger than any"):
        checkpoint.read(path)
    with pytest.raises(CheckpointError, match="damaged"):
        checkpoint.read_spec(path)
    assert checkpoint.read(tiny_file)[1]


def test_a_weight_file_that_somebody_compressed_still_comes_in(tmp_path: Path) -> None:
    generator = torch.Generator().manual_seed(0)
    weights = torch.randn(5000, generator=generator)
    packed(tmp_path / "theirs.pth", parts_of({"state_dict": {"head.weight": weights}}))
    assert torch.equal(read_pth(tmp_path / "theirs.pth")["head.weight"], weights)
