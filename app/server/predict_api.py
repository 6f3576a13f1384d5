"""The door for programs that want a whole prediction: `POST /api/predict`, the video as the body.

Nothing is stored. The answer comes line by line, each a JSON object: `stage` and `share` while the
model works, at last `prediction` (`model.inference.packing`, the arrays in base64) or `error`
(`sentence`, and the `code` of a `VideoError`). Who hangs up stops the work. `GET /api/model` says
which model it is. `model/inference/remote.py` is the other side.
"""

from __future__ import annotations

import base64
import json
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import anyio
import anyio.to_thread
from fastapi import APIRouter, Query, Request
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from app.server.receiving import pieces
from app.workflow import running
from app.workflow.errors import AppError
from app.workflow.running import Done, Progress
from model.errors import ModelError, VideoError
from model.inference import packing
from model.inference.prediction import OnProgress, Prediction, ProtocolName
from model.inference.remote import MODEL, PREDICT
from model.inference.seam import Predictor
from model.inference.timeline import Averaging
from storage.errors import StorageError

MOST_CLASSES = 100  # that one question may ask about, and that an answer may name
EXPECTED = (AppError, ModelError, StorageError)
Work = Callable[[OnProgress], Prediction]


def predict_routes(predictor: Callable[[], Predictor], folder: Path) -> APIRouter:
    """The routes. `predictor` gives the one that answers now; the video waits in `folder`."""
    router = APIRouter()

    @router.get(MODEL)
    def model() -> Response:
        try:
            found = predictor()
            status = found.status
            fields = {"version": found.version, "labels": found.labels}
        except EXPECTED as error:
            return PlainTextResponse(str(error), status_code=503)
        return JSONResponse(fields | {"status": {"state": status.state, "note": status.note}})

    @router.post(PREDICT)
    async def predict(
        request: Request,
        protocol: ProtocolName = "auto",
        classes: Annotated[tuple[int, ...], Query(max_length=MOST_CLASSES)] = (),
        top_k: Annotated[int, Query(ge=1, le=MOST_CLASSES)] = 5,
        average: Averaging = "prob",
    ) -> Response:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as on_failure:
            # The name is that of a fragment for `uploads.py`, which clears it away after a crash.
            file = on_failure.enter_context(
                tempfile.NamedTemporaryFile(dir=folder, prefix="tmp", buffering=0)
            )
            async for piece in pieces(request.stream()):
                await anyio.to_thread.run_sync(file.write, piece)
            arrived = on_failure.pop_all()

        def work(on_progress: OnProgress) -> Prediction:
            with arrived:
                return predictor().predict(
                    Path(file.name),
                    protocol=protocol,
                    classes=classes,
                    top_k=top_k,
                    average=average,
                    on_progress=on_progress,
                )

        return StreamingResponse(_lines(work), media_type="application/x-ndjson")

    return router


async def _lines(work: Work) -> AsyncIterator[str]:
    """What is told of the work; it stops when nobody listens any more."""
    stop = threading.Event()
    steps = _said(work, stop)
    try:
        async for line in iterate_in_threadpool(steps):
            yield json.dumps(line) + "\n"
    finally:
        stop.set()
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(steps.close)


def _said(work: Work, stop: threading.Event) -> Generator[dict[str, Any]]:
    try:
        for step in running.run(work, stop=stop):
            match step:
                case Progress(stage, share):
                    yield {"stage": stage, "share": share}
                case Done(prediction):
                    yield {"prediction": _packed(prediction)}
    except EXPECTED as error:
        code = error.code if isinstance(error, VideoError) else None
        yield {"error": {"code": code, "sentence": str(error)}}


def _packed(prediction: Prediction) -> dict[str, Any]:
    return {
        "version": prediction.version,
        "scores": packing.scores_of(prediction),
        "details": packing.details_of(prediction),
        "arrays": base64.b64encode(packing.arrays_of(prediction)).decode(),
    }
