"""The named endpoints that `gradio_client` calls: predict, correct, videos, export."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api as endpoint

from app.pages.errors import plain
from app.workflow import browse, correct, explain, ingest, share
from app.workflow.errors import UnknownVideo
from app.workflow.reporting import report, video_row
from app.workflow.services import Services


def api(services: Services) -> None:
    """Adds the endpoints to the current `gr.Blocks`."""
    video = gr.File(visible=False, label="video")
    answer = gr.JSON(visible=False)
    asked = gr.Button(visible=False)
    asked.click(
        plain(partial(_predict, services)),
        video,
        answer,
        api_name="predict",
        api_description="Stores a video and answers for it: the report of `predict --json`, with"
        " video_id and prediction_id for `correct`.",
        concurrency_id="gpu",
        concurrency_limit=1,
    )
    form = gr.Textbox("csv", visible=False, label="format")
    file = gr.File(visible=False)
    wanted = gr.Button(visible=False)
    wanted.click(
        plain(partial(_export, services)),
        form,
        file,
        api_name="export",
        api_description="The current labels as a file: csv, jsonl, mmaction2 (zip) or all (zip).",
    )

    def correct_video(
        video_id: int,
        label: str | None = None,
        verdict: str = "corrected",
        op_id: str = "",
        annotator: str = "",
        note: str = "",
        prediction_id: int | None = None,
        new_label: bool = False,
    ) -> dict[str, Any]:
        """Keeps one decision; the same op_id twice is kept once. Answers with the event's id."""
        opinion = correct.Opinion(
            op_id=op_id or correct.new_op_id(),
            video_id=video_id,
            verdict=correct.known_verdict(verdict),
            label=label,
            new_label=new_label,
            prediction_id=prediction_id,
            annotator=annotator,
            note=note,
        )
        event = correct.decide(services, opinion).kept()
        return {"event_id": event.id, "label": event.label, "repeated": event.repeated}

    def list_videos(
        text: str = "", state: str | None = None, limit: int = 50, offset: int = 0
    ) -> dict[str, Any]:
        """A page of the list of videos with what the model and people said."""
        found = browse.videos(
            services, text=text, state=browse.known_state(state), limit=limit, offset=offset
        )
        return {"total": found.total, "videos": [video_row(row) for row in found.rows]}

    endpoint(plain(correct_video), api_name="correct")
    endpoint(plain(list_videos), api_name="videos")


def _predict(services: Services, video: str | None) -> dict[str, Any]:
    if video is None:
        raise UnknownVideo("Send a video file, for example with handle_file(path).")
    path = Path(video)
    answer = explain.explain_upload(services, ingest.Upload(path, path.name), lambda *_: None)
    said = report(answer.prediction, answer.video.name)
    return {"video_id": answer.video.id, "prediction_id": answer.id, **said}


def _export(services: Services, format: str) -> str:
    exported = share.export_labels(services, share.known_format(format))
    folder = Path(tempfile.mkdtemp(dir=services.outbox))
    path = folder / exported.name
    path.write_bytes(exported.content)
    return str(path)
