"""Results beside a video, in a real folder: found again, told apart, and gone with the video."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from storage import results
from storage.errors import NoSpaceError
from storage.media import MediaStore, side_uri
from storage.results import Kind, Packed, Subject
from tests.storage.full_disk import no_file_larger_than

VIDEO = "ab" * 32
ANSWER = Subject(
    video=VIDEO,
    version="cd" * 32,
    protocol="auto",
    about=[[3, 0.1, 2.5]],
    about_earlier=([3, 0.1],),
)
NUMBERS: Kind[list[float]] = Kind(
    "numbers", lambda value: Packed({"numbers": value}), lambda stored: stored.fields["numbers"]
)


def _packed(value: np.ndarray[Any, np.dtype[np.float32]]) -> Packed:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, value=value)
    return Packed({"shape": list(value.shape)}, buffer.getvalue())


def _unpacked(stored: Packed) -> np.ndarray[Any, np.dtype[np.float32]]:
    with np.load(io.BytesIO(stored.arrays or b""), allow_pickle=False) as arrays:
        value: np.ndarray[Any, np.dtype[np.float32]] = arrays["value"]
        return value.reshape(stored.fields["shape"])


CURVES = Kind("curves", _packed, _unpacked)


@pytest.fixture
def media(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media", reserve_bytes=0)


def file_of(media: MediaStore, kind: str, suffix: str = "json") -> Path:
    return media.local_path(side_uri(VIDEO, f"{'cd' * 8}.auto.{kind}.{suffix}"))


def rewrite(media: MediaStore, **fields: object) -> None:
    path = file_of(media, "numbers")
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_a_value_comes_back(media: MediaStore) -> None:
    assert results.find(media, ANSWER, NUMBERS) is None
    results.keep(media, ANSWER, NUMBERS, [1.0, math.nan])
    assert results.find(media, ANSWER, NUMBERS) == [1.0, None]
    results.keep(media, ANSWER, NUMBERS, [2.0])
    assert results.find(media, ANSWER, NUMBERS) == [2.0]


def test_arrays_come_back(media: MediaStore) -> None:
    value = np.arange(6, dtype=np.float32).reshape(2, 3)
    results.keep(media, ANSWER, CURVES, value)
    found = results.find(media, ANSWER, CURVES)
    assert found is not None
    np.testing.assert_array_equal(found, value)


@pytest.mark.parametrize(
    "other",
    [
        replace(ANSWER, about=[[3, 0.1, 2.6]]),
        replace(ANSWER, version="ce" * 32),
        replace(ANSWER, protocol="val"),
        replace(ANSWER, video="ac" * 32),
    ],
)
def test_a_result_of_another_answer_does_not_count(media: MediaStore, other: Subject) -> None:
    results.keep(media, ANSWER, NUMBERS, [1.0])
    assert results.find(media, other, NUMBERS) is None


def test_a_result_of_another_kind_or_revision_does_not_count(media: MediaStore) -> None:
    results.keep(media, ANSWER, NUMBERS, [1.0])
    assert results.find(media, ANSWER, replace(NUMBERS, name="others")) is None
    assert results.find(media, ANSWER, replace(NUMBERS, revision=2)) is None
    rewrite(media, format=99)
    assert results.find(media, ANSWER, NUMBERS) is None


def test_what_0_2_0_kept_is_found(media: MediaStore) -> None:
    """It wrote the fields beside `format`, and another description of the answer."""

    def write(about: object) -> None:
        old = {"format": 1, "about": about, "numbers": [7.0]}
        content = io.BytesIO(json.dumps(old).encode())
        media.put_side(VIDEO, f"{'cd' * 8}.auto.numbers.json", content)

    write([3, 0.1])
    assert results.find(media, ANSWER, NUMBERS) == [7.0]
    assert results.find(media, ANSWER, replace(NUMBERS, revision=2)) is None
    write([3, 0.2])
    assert results.find(media, ANSWER, NUMBERS) is None


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "null", '{"format": 2}', "\x80"])
def test_a_damaged_file_does_not_count(media: MediaStore, content: str) -> None:
    results.keep(media, ANSWER, NUMBERS, [1.0])
    file_of(media, "numbers").write_bytes(content.encode("latin-1"))
    assert results.find(media, ANSWER, NUMBERS) is None


def test_fields_that_the_kind_cannot_read_do_not_count(media: MediaStore) -> None:
    results.keep(media, ANSWER, NUMBERS, [1.0])
    rewrite(media, value={"letters": []})
    assert results.find(media, ANSWER, NUMBERS) is None


def test_arrays_of_another_result_do_not_count(media: MediaStore) -> None:
    """A program that died between the two files leaves the newer arrays with the older words."""
    results.keep(media, ANSWER, CURVES, np.zeros((1, 1), np.float32))
    packed = _packed(np.ones((1, 1), np.float32))
    results.keep_arrays(media, ANSWER, packed.arrays or b"", CURVES.name)
    assert results.find(media, ANSWER, CURVES) is None
    file_of(media, "curves", "npz").unlink()
    assert results.find(media, ANSWER, CURVES) is None


def test_a_full_disk_leaves_the_earlier_result(media: MediaStore) -> None:
    results.keep(media, ANSWER, NUMBERS, [1.0])
    with no_file_larger_than(2000), pytest.raises(NoSpaceError):
        results.keep(media, ANSWER, NUMBERS, [0.5] * 4000)
    assert results.find(media, ANSWER, NUMBERS) == [1.0]


def test_results_go_with_the_video(media: MediaStore) -> None:
    results.keep(media, ANSWER, NUMBERS, [1.0])
    results.keep(media, ANSWER, CURVES, np.zeros((1, 1), np.float32))
    results.keep_arrays(media, ANSWER, b"arrays of the answer")
    assert len(media.delete_all(VIDEO)) == 4
    assert results.find(media, ANSWER, NUMBERS) is None
    assert results.find(media, ANSWER, CURVES) is None
