"""Answers by another machine: a Second Look server that is asked over HTTP.

The video travels there, nothing is stored there, and the whole prediction comes back, line by
line (`app/server/predict_api.py` writes the lines): how far it is, then what came of it.
"""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import httpx2 as httpx

from model.errors import ModelError, RemoteError, VideoError
from model.inference import packing
from model.inference.prediction import OnProgress, Prediction, ProtocolName, Score, Stage
from model.inference.seam import Status
from model.inference.timeline import Averaging
from model.video.errors import Unreadable

MODEL, PREDICT = "/api/model", "/api/predict"
STRANGE = "The server answered in a form that this version does not understand."


class RemotePredictor:
    """A `Predictor` on another machine. Safe to use from several threads.

    `client` knows the address: `httpx2.Client(base_url="http://127.0.0.1:7860")`. Where people have
    to log in, log in with it first. Which model answers is decided there, and may change there.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    @property
    def version(self) -> str:
        """SHA-256 of the weights that answer there now. Raises `RemoteError`."""
        return str(self._model()["version"])

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes that the model there knows, in its order. Raises `RemoteError`."""
        return tuple(self._model()["labels"])

    @property
    def status(self) -> Status:
        """Whether the model there is ready; `failed` if nobody can be reached."""
        try:
            return Status(**self._model()["status"])
        except RemoteError as error:
            return Status("failed", str(error))

    def predict(
        self,
        video: Path,
        *,
        protocol: ProtocolName = "auto",
        classes: Sequence[int] = (),
        top_k: int = 5,
        average: Averaging = "prob",
        on_progress: OnProgress | None = None,
    ) -> Prediction:
        """The answer of the other machine; see `Predictor.predict`.

        Raises `RemoteError` if there is none, and what `Predictor.predict` raises. When
        `on_progress` raises, the other machine stops.
        """
        asked = {
            "protocol": protocol,
            "classes": list(classes),
            "top_k": top_k,
            "average": average,
        }
        with _opened(video) as file, closing(self._events(file, asked)) as events:
            for event in events:
                if isinstance(event, Prediction):
                    return event
                if on_progress is not None:
                    on_progress(*event)
        raise RemoteError("The server broke off before it had an answer. Try again.")

    def _events(
        self, file: BinaryIO, asked: Mapping[str, Any]
    ) -> Generator[tuple[Stage, float] | Prediction]:
        """How far it is, again and again, at last the prediction; closing it hangs up."""
        with (
            _plainly(),
            self._client.stream("POST", PREDICT, params=asked, content=file) as reply,
        ):
            _check(reply)
            for line in reply.iter_lines():
                yield _event(json.loads(line))

    def _model(self) -> Mapping[str, Any]:
        with _plainly():
            reply = self._client.get(MODEL)
            _check(reply)
            found: Mapping[str, Any] = reply.json()
            if found.keys() >= {"version", "labels", "status"}:
                return found
        raise RemoteError(STRANGE)


def _event(line: Mapping[str, Any]) -> tuple[Stage, float] | Prediction:
    """What a line says. Raises the error that it tells of."""
    if "stage" in line:
        return line["stage"], float(line["share"])
    if "error" in line:
        raise _error(line["error"])
    found = line["prediction"]
    return packing.unpack(
        version=found["version"],
        scores=[Score(**score) for score in found["scores"]],
        details=found["details"],
        arrays=base64.b64decode(found["arrays"]),
    )


def _error(said: Mapping[str, Any]) -> ModelError:
    """The error that was raised there; of a `VideoError`, its code and sentence."""
    if said["code"] is None:
        return RemoteError(said["sentence"])
    error = VideoError(said["sentence"])
    error.code = said["code"]
    return error


def _check(reply: httpx.Response) -> None:
    if reply.is_success:
        return
    is_page = reply.headers.get("content-type", "").startswith("text/html")  # for people
    text = "" if is_page else " ".join(reply.read().decode("utf-8", "replace").split())
    raise RemoteError(f"The server says: {text or reply.reason_phrase}")


@contextmanager
def _opened(video: Path) -> Iterator[BinaryIO]:
    try:
        file = video.open("rb")
    except OSError as error:
        raise Unreadable from error
    with file:
        yield file


@contextmanager
def _plainly() -> Iterator[None]:
    """Turns what the connection, or an answer of another form, raises into `RemoteError`."""
    try:
        yield
    except httpx.HTTPError as error:
        raise RemoteError(f"The server cannot be reached ({error}).") from error
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise RemoteError(STRANGE) from error
