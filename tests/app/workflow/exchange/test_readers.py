"""The readers of other programs take what we export. They come with requirements-readers.in.

Each runs in a process of its own: some of them change warnings, threads and the standard output of
the process that imports them, and none is made for the newest versions that this program uses.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from app.wiring import build
from app.workflow.exchange import share
from app.workflow.exchange.formats import known_format
from app.workflow.exchange.package import ExportOrder
from app.workflow.services import Services
from storage.exchange.names import media_name
from storage.exchange.rows import labelled_videos
from storage.records import videos
from tests.conftest import DataAt
from tests.storage.rows import decide, new_video

LABELS = {"one film.mp4": '=1+1, "odd"', "Übung zwei.mov": "yoga", "three.mkv": "a/b"}
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "NO_ALBUMENTATIONS_UPDATE": "1"}


@pytest.fixture(scope="module")
def filmed(
    tmp_path_factory: pytest.TempPathFactory, data_at: DataAt, juggling: Path
) -> Iterator[Services]:
    """Three labelled videos with files, and one that is unsure."""
    services = build(
        Settings(
            data_dir=data_at(tmp_path_factory.mktemp("readers")), engine="openvino",
            min_free_bytes=0,
        )
    )  # fmt: skip
    content = juggling.read_bytes()
    folder = tmp_path_factory.mktemp("films")
    for number, name in enumerate([*LABELS, "unsure.mp4"]):
        path = folder / str(number)
        path.write_bytes(content + bytes(number))
        kept = services.media.put(path)
        with services.database.write() as session:
            new = replace(new_video(name), sha256=kept.sha256, uri=kept.uri, size=kept.size)
            video = videos.add(session, video=new).video
            if name in LABELS:
                decide(session, video.id, label=LABELS[name], annotator="Jörg", note="=note")
            else:
                decide(session, video.id, verdict="unsure")
    yield services
    services.database.close()


@pytest.fixture(scope="module")
def expected(filmed: Services) -> dict[str, str]:
    """The label of each file of an export."""
    with filmed.database.read() as session:
        return {
            media_name(row.video): row.usable.label or ""
            for row in labelled_videos(session)
            if row.usable
        }


def unpacked(services: Services, key: str, folder: Path, *, with_media: bool = True) -> Path:
    order = ExportOrder(known_format(key), with_media=with_media)
    path = share.export_to_fetch(services, order).files[0]
    target = folder / key
    with zipfile.ZipFile(path) as packed:
        packed.extractall(target)
    return target


def read_by(module: str, code: str, *given: Path) -> Any:
    """What the code, in a process with that library, prints as JSON in its last line."""
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed; it comes with requirements-readers.in")
    command = [sys.executable, "-W", "ignore", "-c", code, *map(str, given)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, env=_environment())
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def _environment() -> dict[str, str]:
    return {**os.environ, **OFFLINE, "PYTHONUTF8": "1"}


DATASETS = """
import json, sys
from datasets import Video, load_dataset
rows = load_dataset("videofolder", data_dir=sys.argv[1], split="train", cache_dir=sys.argv[2])
rows = rows.cast_column("video", Video(decode=False))
print(json.dumps({row["video"]["path"].rsplit("/", 1)[-1]: row["label"] for row in rows}))
"""


def test_datasets_reads_the_videofolder(
    filmed: Services, expected: dict[str, str], tmp_path: Path
) -> None:
    folder = unpacked(filmed, "videofolder", tmp_path)
    assert read_by("datasets", DATASETS, folder, tmp_path / "cache") == expected


CLASSES = """
import json, sys
from datasets import Video, load_dataset
rows = load_dataset("videofolder", data_dir=sys.argv[1], split="train", cache_dir=sys.argv[2])
names = rows.features["label"].names
rows = rows.cast_column("video", Video(decode=False))
print(json.dumps({row["video"]["path"].rsplit("/", 1)[-1]: names[row["label"]] for row in rows}))
"""


def test_datasets_reads_the_folders_of_classes(
    filmed: Services, expected: dict[str, str], tmp_path: Path
) -> None:
    folder = unpacked(filmed, "class-folders", tmp_path)
    found = read_by("datasets", CLASSES, folder, tmp_path / "cache")
    assert found.keys() == expected.keys()
    assert sorted(found.values()) == sorted(path.name for path in folder.iterdir())


DATUMARO = """
import json, os, sys
from datumaro import Dataset
data = Dataset.import_from(sys.argv[1], "datumaro")
names = [one.name for one in data.categories()[next(iter(data.categories()))].items]
found = {}
for item in data:
    assert os.path.isfile(item.media.path), item.media.path
    found[os.path.basename(item.media.path)] = names[item.annotations[0].label]
print(json.dumps(found))
"""


def test_datumaro_reads_its_own_format(
    filmed: Services, expected: dict[str, str], tmp_path: Path
) -> None:
    assert read_by("datumaro", DATUMARO, unpacked(filmed, "datumaro", tmp_path)) == expected


LABEL_STUDIO = """
import json, sys
from label_studio_sdk.converter import Converter
from label_studio_sdk.label_interface import LabelInterface
folder = sys.argv[1]
config = open(f"{folder}/label_studio.xml", encoding="utf-8").read()
tasks = json.load(open(f"{folder}/label_studio.json", encoding="utf-8"))
interface = LabelInterface(config)
assert all(interface.validate_annotation(a) for task in tasks for a in task["annotations"])
converter = Converter(config, project_dir=None)
converter.convert_to_json_min(f"{folder}/label_studio.json", sys.argv[2], is_dir=False)
rows = json.load(open(f"{sys.argv[2]}/result.json", encoding="utf-8"))
print(json.dumps({row["video"].rsplit("/", 1)[-1]: row.get("label") for row in rows}))
"""


def test_label_studio_converts_its_tasks(
    filmed: Services, expected: dict[str, str], tmp_path: Path
) -> None:
    folder = unpacked(filmed, "label-studio", tmp_path)
    found = read_by("label_studio_sdk", LABEL_STUDIO, folder, tmp_path / "out")
    assert {name: label for name, label in found.items() if label} == expected
    assert len(found) == len(expected) + 1


MMACTION = """
import json, os, sys
from mmaction.datasets import VideoDataset
folder = sys.argv[1]
names = open(f"{folder}/label_map.txt", encoding="utf-8").read().splitlines()
data = VideoDataset(f"{folder}/mmaction2.txt", pipeline=[], data_prefix={"video": folder})
found = {}
for number in range(len(data)):
    one = data.get_data_info(number)
    assert os.path.isfile(one["filename"]), one["filename"]
    found[os.path.basename(one["filename"])] = names[one["label"]]
print(json.dumps(found))
"""


def test_mmaction2_parses_its_list(
    filmed: Services, expected: dict[str, str], tmp_path: Path
) -> None:
    assert read_by("mmaction", MMACTION, unpacked(filmed, "mmaction2", tmp_path)) == expected
