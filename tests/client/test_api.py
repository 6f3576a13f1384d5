"""The named endpoints through a real `gradio_client` and a real server."""

from __future__ import annotations

import asyncio
import csv
import json
import threading
import uuid
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from app.server.listen import server
from app.server.port import take_port
from app.server.start import make_server
from app.settings import Settings
from app.wiring import build
from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from tests.conftest import ROOT, DataAt


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("client")


@pytest.fixture(scope="module")
def client(folder: Path, data_at: DataAt) -> Iterator[Client]:
    settings = Settings(
        data_dir=data_at(folder / "data"), engine="openvino", min_free_bytes=0, port=0
    )
    web = asyncio.run(_made(settings))
    taken = take_port(settings.host, 0)
    taken.listen()
    thread = threading.Thread(target=web.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    client = Client(address, verbose=False, download_files=folder / "downloads")
    yield client
    client.close()
    web.should_exit = True
    thread.join(20)
    taken.close()


async def _made(settings: Settings) -> uvicorn.Server:
    """Made inside a loop, because Gradio otherwise makes loops of its own and leaves them open."""
    return server(make_server(settings, build(settings)))


@pytest.fixture(scope="module")
def answer(client: Client, folder: Path) -> dict[str, object]:
    clip = folder / "juggling.mp4"
    render(scenes()[0], clip)
    said: dict[str, object] = client.predict(handle_file(str(clip)), api_name="/predict")
    return said


def test_predict_stores_and_answers(answer: dict[str, object]) -> None:
    top = answer["top"]
    assert isinstance(top, list)
    assert top[0]["label"] == "juggling balls"
    assert answer["video"] == "juggling.mp4"
    assert isinstance(answer["video_id"], int)


def test_correct_keeps_once_what_is_sent_twice(client: Client, answer: dict[str, object]) -> None:
    op_id = uuid.uuid4().hex
    sent = {"video_id": answer["video_id"], "label": "archery", "op_id": op_id, "annotator": "Ada"}
    first = client.predict(**sent, api_name="/correct")
    second = client.predict(**sent, api_name="/correct")
    assert first["event_id"] == second["event_id"]
    assert (first["repeated"], second["repeated"]) == (False, True)
    listed = client.predict("archery", api_name="/videos")
    assert [row["label"] for row in listed["videos"]] == ["archery"]


def test_export_is_a_file(client: Client, answer: dict[str, object]) -> None:
    sent = {"video_id": answer["video_id"], "label": "archery", "op_id": uuid.uuid4().hex}
    client.predict(**sent, api_name="/correct")
    path = client.predict("jsonl", api_name="/export")
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["label"] for line in lines] == ["archery"]


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("/correct", {"video_id": 4242, "verdict": "unsure"}, "This video is not here"),
        ("/correct", {"video_id": 1, "label": "xyzzy"}, "no label called xyzzy"),
        ("/correct", {"video_id": 1, "verdict": "lovely"}, "no verdict called lovely"),
        ("/videos", {"state": "lost"}, "no state called lost"),
        ("/export", {"format": "xlsx"}, "no format called xlsx"),
    ],
)
def test_bad_input_gets_a_sentence(
    client: Client,
    answer: dict[str, object],
    name: str,
    arguments: dict[str, object],
    sentence: str,
) -> None:
    del answer
    with pytest.raises(AppError, match=sentence):
        client.predict(**arguments, api_name=name)


def test_only_the_documented_endpoints_are_public(client: Client) -> None:
    named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(named) == {"/predict", "/correct", "/videos", "/export"}


def test_every_parameter_has_a_name_and_a_sentence(client: Client) -> None:
    named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    given = [one for endpoint in named.values() for one in endpoint["parameters"]]
    assert len(given) == 15
    for one in given:
        assert one["label"] == one["parameter_name"]
        assert one["python_type"]["description"].endswith(".")


def snippet() -> str:
    """The Python code of the section API, as it stands in the document."""
    section = (ROOT / "app/server/README.md").read_text("utf-8").partition("\n## API\n")[2]
    return section.partition("```python\n")[2].partition("```")[0]


def test_the_documented_snippet_leaves_a_whole_row_in_the_export(
    client: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A correction without `prediction_id` is about the newest answer of the version in use."""
    render(scenes()[2], folder / "clip.mp4")
    monkeypatch.chdir(folder)
    address = client.src.rstrip("/")
    code = snippet().replace("http://127.0.0.1:7860", address)
    assert address in code
    said: dict[str, Any] = {}
    exec(compile(code, "app/server/README.md", "exec"), said)
    said["client"].close()
    exported = Path(said["path"]).read_text(encoding="utf-8")
    (row,) = [r for r in csv.DictReader(StringIO(exported)) if r["video"] == "clip.mp4"]
    top, answer = said["answer"]["top"][0], said["answer"]
    assert (row["label"], row["verdict"]) == ("archery", "corrected")
    assert (row["model"], row["model_sha256"]) == (answer["model"], answer["version"])
    assert (row["predicted"], row["predicted_index"]) == (top["label"], str(top["index"]))
    assert float(row["predicted_probability"]) == pytest.approx(top["probability"])
