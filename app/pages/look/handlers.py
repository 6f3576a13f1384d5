"""Bringing a video and seeing its answer: what the first page's buttons do, step by step.

A video is only stored here; the worker answers, and the page follows (`/progress`). So nothing is
lost with a window, and every window finds again how it stands.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.components.guide import guide_value
from app.components.recorder import recorded_path
from app.pages.look import standing
from app.pages.look import values as showing
from app.pages.parts import watching
from app.pages.parts.addresses import seconds_of
from app.pages.parts.slow_action import Values, stop_update, stopping
from app.pages.parts.watching import EXPECTED
from app.pages.person import person_of
from app.workflow.answers import explain
from app.workflow.errors import UnknownModel, UnknownVideo
from app.workflow.models import versions
from app.workflow.services import Services
from app.workflow.similarity.recall import Recall
from app.workflow.videos import answer_requests, ingest
from app.workflow.videos.answer_requests import Standing
from app.workflow.videos.examples.rendering import rendered
from app.workflow.videos.examples.scenes import Scene
from model.inference.prediction import OnProgress
from storage.records.videos import VideoRecord

log = logging.getLogger(__name__)
NO_VIDEO = "This link leads to a video that is not here. Choose one from the list."
UNASKED = "This video is saved, but not analysed yet."


@dataclass(frozen=True, slots=True)
class Place:
    """What an address such as `/?video=12&t=3.2&version=3fa2` asks for, as it is written there."""

    video: str | None = None
    version: str | None = None
    t: str | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of the first page that change with the video."""

    progress: gr.HTML
    viewer: gr.HTML
    panel: gr.HTML
    number: gr.Number
    stop: gr.Button
    look: gr.Button
    people: gr.HTML
    finer: gr.Button
    answer_id: gr.Number
    guide: gr.HTML

    @property
    def all(self) -> list[Any]:
        """Every one of them."""
        return [getattr(self, name) for name in self.__slots__]


@dataclass(frozen=True, slots=True)
class LookHandlers:
    """The handlers of the first page."""

    services: Services
    parts: Parts
    recall: Recall | None = None  # None: switched off

    def opened(self, request: gr.Request) -> Values:
        """What the address shows."""
        self.services.lanes.answers.ring()  # a visitor: the model may warm up
        query = request.query_params
        place = Place(query.get("video"), query.get("version"), query.get("t"))
        return self._at(place) if place.video else self._page(guide=guide_value(None))

    def turned(self, event: gr.EventData) -> Values:
        """What the address shows after Back or Forward."""
        place = Place(*(_text(event, name) for name in ("video", "version", "t")))
        return self._at(place) if place.video else self._page(guide=guide_value(None))

    def chosen(self, event: gr.EventData) -> Values:
        """A video of the list of uploads, or the one whose answer has come."""
        return self._at(Place(_text(event, "video")))

    def is_recorded(self, request: gr.Request, value: Any) -> bool:
        """Whether the camera's component holds a clip."""
        del request
        return recorded_path(value) is not None

    def keep_recording(self, request: gr.Request, value: Any, on_progress: OnProgress) -> int:
        """Stores a clip from the camera; the video's number."""
        path = recorded_path(value)
        assert path is not None  # `is_recorded`
        name = time.strftime("Recording of %Y-%m-%d at %H.%M.%S")
        return self._store(ingest.Upload(path, name, person_of(request).name), on_progress)

    def keeper_of(self, scene: Scene) -> Callable[[gr.Request, OnProgress], int]:
        """What draws and stores an example; the video's number."""

        def keep(request: gr.Request, on_progress: OnProgress) -> int:
            path = rendered(scene, self.services.scratch / "examples")
            name = f"Example: {scene.title}"
            return self._store(ingest.Upload(path, name, person_of(request).name), on_progress)

        return keep

    def _store(self, upload: ingest.Upload, on_progress: OnProgress) -> int:
        """Stores a file with the question about it."""
        return ingest.store(self.services, upload, on_progress, ask=True).video.id

    def again(self, number: float, request: gr.Request) -> Values:
        """Asks the model in use."""
        return self._ask(int(number), request)

    def finer(self, number: float, request: gr.Request) -> Values:
        """Asks again for evidence in finer steps."""
        return self._ask(int(number), request, finest=True)

    def _ask(self, number: int, request: gr.Request, *, finest: bool = False) -> Values:
        by = person_of(request).name
        try:
            answer_requests.ask(self.services, number, by=by, finest=finest)
            now = answer_requests.standing(self.services, number)
        except EXPECTED as error:
            return self._only(progress=watching.failed(str(error)))
        return self._only(progress=standing.shown(now, number), running=True)

    def stop(self, number: float | None) -> Values:
        """What the Stop button does; the page then follows what comes of it."""
        if number:
            answer_requests.stop(self.services, [int(number)])
        return {self.parts.stop: stopping()}

    def recalled(self, number: float | None) -> dict[str, Any] | None:
        """What people called videos like the one shown; comes after the answer, it takes longer."""
        answer = explain.latest_record(self.services, int(number)) if number else None
        if answer is None or self.recall is None or not self.recall.has_any():
            return None
        try:
            found = self.recall.suggest(ingest.find(self.services, answer.video_id))
            return None if found is None else showing.recalled_of(found, answer.top.label)
        except EXPECTED as error:
            log.warning("nothing is recalled: %s", error)
            return None

    def _at(self, place: Place) -> Values:
        try:
            number = int(place.video or "")
            answer_requests.hurry(self.services, number)
            return self.show(number, version=place.version, start_at=seconds_of(place.t))
        except (ValueError, UnknownVideo, UnknownModel) as error:
            sentence = NO_VIDEO if isinstance(error, ValueError) else str(error)
            shown = guide_value(place.video, place.version, missing=True)
            return self._page(progress=watching.failed(sentence), guide=shown)

    def ahead(self, video: Any) -> dict[str, Any] | None:
        """What the page will show of this video, by the components' ids; None if it is not here."""
        parts = self.parts
        wanted = (parts.progress, parts.viewer, parts.panel, parts.people, parts.guide)
        try:
            values = self.show(int(video))
        except (TypeError, ValueError, UnknownVideo):
            return None
        return {str(part.elem_id): values[part] for part in wanted}

    def show(
        self, number: int, *, version: str | None = None, start_at: float | None = None
    ) -> Values:
        """The video with its answer, or without one as long as there is none.

        Raises `UnknownVideo`, `UnknownModel`.
        """
        video = ingest.find(self.services, number)
        version_id = versions.find(self.services, version).id if version else None
        now = answer_requests.standing(self.services, number)
        answer = explain.latest(self.services, number, version_id=version_id)
        if answer is None:
            return self._show_unanswered(video, now, version)
        current = self.services.models.active_version()
        is_older = current not in (None, answer.prediction.version)
        return self._page(
            progress=standing.shown(now, number),
            viewer=showing.viewer_of(self.services, answer, start_at=start_at),
            panel=showing.correction_of(self.services, answer),
            number=number,
            running=now.is_under_way,
            look="Look again with the model in use now" if is_older else None,
            can_refine=not now.is_under_way,
            answer_id=answer.id,
            guide=guide_value(number, version),
        )

    def _show_unanswered(self, video: VideoRecord, now: Standing, version: str | None) -> Values:
        shown = standing.shown(now, video.id) or watching.noted(UNASKED)
        return self._page(
            progress=shown,
            viewer=showing.viewer_of_unanswered(video),
            panel=showing.correction_of_unanswered(self.services, video),
            number=video.id,
            running=now.is_under_way,
            look=None if now.is_under_way else _again(now),
            guide=guide_value(video.id, version),
        )

    def _page(
        self,
        *,
        progress: dict[str, Any] | None = None,
        viewer: dict[str, Any] | None = None,
        panel: dict[str, Any] | None = None,
        number: int | None = None,
        running: bool = False,
        look: str | None = None,
        can_refine: bool | None = None,
        answer_id: int | None = None,
        guide: dict[str, Any] | None = None,
    ) -> Values:
        """Everything at once, so that nothing of another video is left."""
        parts = self.parts
        values: Values = {
            parts.progress: progress,
            parts.viewer: viewer,
            parts.panel: panel,
            parts.number: number,
            parts.stop: stop_update(shown=running),
            parts.look: gr.update(visible=look is not None, value=look or ""),
            parts.people: None,  # it takes longer, and comes by itself
            parts.finer: gr.update(visible=can_refine is not None, interactive=bool(can_refine)),
            parts.answer_id: answer_id,
        }
        if guide is not None:
            values[parts.guide] = guide
        return values

    def _only(self, *, progress: dict[str, Any] | None, running: bool = False) -> Values:
        """What is shown stays, beside what is done about it."""
        parts = self.parts
        values: Values = {parts.progress: progress, parts.stop: stop_update(shown=running)}
        if running:
            values[parts.finer] = gr.update(interactive=False)
            values[parts.look] = gr.update(visible=False)
        return values


def _again(now: Standing) -> str:
    return "Try again" if now.state == "failed" else "Look at this video now"


def _text(event: gr.EventData, name: str) -> str | None:
    """What a page sent under this name; it may be anything."""
    value = event._data.get(name) if isinstance(event._data, dict) else None
    return None if value is None else str(value)
