"""The named endpoints that `gradio_client` calls: predict, correct, videos, export."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api as endpoint

from app.pages.api_help import AS_OF, CORRECT, FORMAT, VIDEO, VIDEOS, describe, describe_input
from app.pages.parts.page_errors import plain
from app.pages.person import person_of
from app.workflow.answers import explain
from app.workflow.answers.reporting import report, video_row
from app.workflow.errors import UnknownVideo
from app.workflow.exchange import share
from app.workflow.exchange.formats import known_format
from app.workflow.exchange.moments import parse_moment
from app.workflow.exchange.package import ExportOrder
from app.workflow.labels import correct
from app.workflow.services import Services
from app.workflow.similarity.recall import Recall
from app.workflow.videos import browse, ingest
from storage.records.decision import Decision

PREDICT = (
    "Stores a video and answers for it: the report of `predict --json`, with video_id and"
    " prediction_id for `correct`."
)
EXPORT = "The labels as a file, now or as of a moment; a zip where there are several files."


def api(services: Services, recall: Recall | None) -> None:
    """Adds the endpoints to the current `gr.Blocks`."""
    calls = Endpoints(services, recall)
    video, form = gr.File(visible=False), gr.Textbox("csv", visible=False)
    describe_input(video, "video", VIDEO)
    as_of = gr.Textbox("", visible=False)
    describe_input(form, "format", FORMAT)
    describe_input(as_of, "as_of", AS_OF)
    answer, file = gr.JSON(visible=False), gr.File(visible=False)
    gr.Button(visible=False).click(
        plain(calls.predict),
        video,
        answer,
        api_name="predict",
        api_description=PREDICT,
        concurrency_id="gpu",
        concurrency_limit=1,
    )
    gr.Button(visible=False).click(
        plain(calls.export), [form, as_of], file, api_name="export", api_description=EXPORT
    )
    describe(endpoint(plain(calls.correct), api_name="correct"), CORRECT)
    describe(endpoint(plain(calls.videos), api_name="videos"), VIDEOS)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What the endpoints do; parameter names and types here are those of the API."""

    services: Services
    recall: Recall | None

    def predict(self, video: str | None, request: gr.Request) -> dict[str, Any]:
        """Stores a video and answers for it."""
        if video is None:
            raise UnknownVideo("Send a video file, for example with handle_file(path).")
        path = Path(video)
        upload = ingest.Upload(path, path.name, person_of(request).name)
        answer = explain.explain_upload(self.services, upload, lambda *_: None)
        said = report(answer.prediction, answer.video.name)
        found = self.recall.suggest(answer.video) if self.recall else None
        people = None if found is None else {"label": found.label, "videos": found.known}
        return {
            "video_id": answer.video.id,
            "prediction_id": answer.id,
            **said,
            "people_called_similar_videos": people,
        }

    def export(self, format: str, as_of: str = "") -> str:
        """Where the file with the labels is."""
        order = ExportOrder(known_format(format), parse_moment(as_of))
        return str(share.export_to_fetch(self.services, order).files[0])

    def correct(
        self,
        video_id: int,
        request: gr.Request,
        label: str | None = None,
        verdict: str = "corrected",
        op_id: str = "",
        annotator: str = "",
        note: str = "",
        prediction_id: int | None = None,
        new_label: bool = False,
    ) -> dict[str, Any]:
        """Keeps one decision; the same op_id twice is kept once. Answers with the event's id.

        Where people log in, it is kept under the name of the log-in.
        """
        person = person_of(request)
        decision = Decision(
            op_id=op_id or correct.new_op_id(),
            video_id=video_id,
            verdict=correct.known_verdict(verdict),
            label=label,
            new_label=new_label,
            prediction_id=prediction_id,
            annotator=person.named(annotator),
            browser=person.browser,
            note=note,
        )
        event = correct.decide(self.services, decision).kept()
        return {"event_id": event.id, "label": event.label, "repeated": event.repeated}

    def videos(
        self, text: str = "", state: str | None = None, limit: int = 50, offset: int = 0
    ) -> dict[str, Any]:
        """A page of the list of videos with what the model and people said."""
        found = browse.videos(
            self.services, text=text, state=browse.known_state(state), limit=limit, offset=offset
        )
        return {"total": found.total, "videos": [video_row(row) for row in found.rows]}
