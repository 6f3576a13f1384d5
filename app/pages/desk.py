"""Bringing a video and seeing its answer: what the first page's buttons do, step by step.

A video is only stored here; the worker answers, and the page follows (`/progress`). So nothing is
lost with a window, and every window finds again how it stands.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.components.guide import guide_value
from app.components.recalled import PENDING
from app.components.recorder import recorded_path
from app.pages import showing, standing
from app.pages.parts import watching as doing
from app.pages.parts.watching import EXPECTED, Failed, Finished, Stopped, watched
from app.pages.person import person_of
from app.workflow.answers import explain
from app.workflow.errors import UnknownModel, UnknownVideo
from app.workflow.models import versions
from app.workflow.services import Services
from app.workflow.similarity.recall import Recall
from app.workflow.videos import asking, ingest
from app.workflow.videos.asking import Standing
from app.workflow.videos.examples.rendering import rendered
from app.workflow.videos.examples.scenes import Scene
from model.inference.prediction import OnProgress
from storage.records.videos import VideoRecord

log = logging.getLogger(__name__)
NO_VIDEO = "This link leads to a video that is not here. Choose one from the list."
UNASKED = "This video is saved, but not analysed yet."
Update = tuple[Any, ...]
"""New values of: progress, viewer, correction panel, number, stop button, look button, bringing,
learned already, finer button, answer's number, guide."""


@dataclass(frozen=True, slots=True)
class Place:
    """What an address such as `/?video=12&t=3.2&version=3fa2` asks for, as it is written there."""

    video: str | None = None
    version: str | None = None
    t: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """The handlers of the first page. Each yields or returns an `Update`."""

    services: Services
    recall: Recall | None = None  # None: switched off

    def opened(self, request: gr.Request) -> Update:
        """What the address shows."""
        self.services.lanes.answers.ring()  # a visitor: the model may warm up
        query = request.query_params
        place = Place(query.get("video"), query.get("version"), query.get("t"))
        return self._at(place) if place.video else _nothing()

    def turned(self, event: gr.EventData) -> Update:
        """What the address shows after Back or Forward."""
        place = Place(*(_text(event, name) for name in ("video", "version", "t")))
        return self._at(place) if place.video else _nothing()

    def chosen(self, event: gr.EventData) -> Update:
        """A video of the list of uploads, or the one whose answer has come."""
        return self._at(Place(_text(event, "video")))

    def recorded(self, value: Any, request: gr.Request) -> Iterator[Update]:
        """A clip from the camera."""
        path = recorded_path(value)
        if path is not None:
            name = time.strftime("Recording of %Y-%m-%d at %H.%M.%S")
            yield from self._bring(lambda: path, name, request)

    def opener(self, scene: Scene) -> Callable[[gr.Request], Iterator[Update]]:
        """The handler of an example's button."""

        def example(request: gr.Request) -> Iterator[Update]:
            path = partial(rendered, scene, self.services.scratch / "examples")
            yield from self._bring(path, f"Example: {scene.title}", request)

        return example

    def _bring(self, path: Callable[[], Path], name: str, request: gr.Request) -> Iterator[Update]:
        """Stores a file with the question about it, then shows it."""
        by = person_of(request).name

        def store(on_progress: OnProgress) -> int:
            upload = ingest.Upload(path(), name, by)
            return ingest.store(self.services, upload, on_progress, ask=True).video.id

        yield _only(progress=doing.waiting("Storing the video"))
        for step in watched(store):
            match step:
                case Finished(number):
                    yield self._show(number)
                case Failed(sentence) | Stopped(sentence):
                    yield _only(progress=doing.failed(sentence))
                case _:
                    yield _only(progress=step)

    def again(self, number: float, request: gr.Request) -> Update:
        """Asks the model in use."""
        return self._ask(int(number), request)

    def finer(self, number: float, request: gr.Request) -> Update:
        """Asks again for evidence in finer steps."""
        return self._ask(int(number), request, finest=True)

    def _ask(self, number: int, request: gr.Request, *, finest: bool = False) -> Update:
        by = person_of(request).name
        try:
            asking.ask(self.services, number, by=by, finest=finest)
            now = asking.standing(self.services, number)
        except EXPECTED as error:
            return _only(progress=doing.failed(str(error)))
        return _only(progress=standing.shown(now, number), running=True)

    def stop(self, number: float | None) -> dict[str, Any]:
        """What the Stop button does; the page then follows what comes of it."""
        if number:
            asking.stop(self.services, [int(number)])
        return gr.update(interactive=False, value="Stopping")

    def recalled(self, number: float | None) -> dict[str, Any] | None:
        """What people called videos like the one shown; comes after the answer, it takes longer."""
        answer = explain.latest(self.services, int(number)) if number else None
        if answer is None or self._pending() is None or self.recall is None:
            return None
        try:
            return showing.recalled_of(self.recall.suggest(answer.video), answer)
        except EXPECTED as error:
            log.warning("nothing is recalled: %s", error)
            return None

    def _pending(self) -> dict[str, Any] | None:
        """What stands there until then, so that nothing moves when it comes."""
        return PENDING if self.recall is not None and self.recall.has_any() else None

    def _at(self, place: Place) -> Update:
        try:
            number = int(place.video or "")
            asking.hurry(self.services, number)
            return self._show(number, version=place.version, start_at=_seconds(place.t))
        except (ValueError, UnknownVideo, UnknownModel) as error:
            sentence = NO_VIDEO if isinstance(error, ValueError) else str(error)
            shown = guide_value(place.video, place.version, missing=True)
            return _page(progress=doing.failed(sentence), guide=shown)

    def _show(
        self, number: int, *, version: str | None = None, start_at: float | None = None
    ) -> Update:
        """The video with its answer, or without one as long as there is none.

        Raises `UnknownVideo`, `UnknownModel`.
        """
        video = ingest.find(self.services, number)
        version_id = versions.find(self.services, version).id if version else None
        now = asking.standing(self.services, number)
        answer = explain.latest(self.services, number, version_id=version_id)
        if answer is None:
            return self._show_unanswered(video, now, version)
        current = self.services.models.active_version()
        is_older = current not in (None, answer.prediction.version)
        return _page(
            progress=standing.shown(now, number),
            viewer=showing.viewer_of(self.services, answer, start_at=start_at),
            panel=showing.correction_of(self.services, answer),
            number=number,
            running=now.is_under_way,
            look="Look again with the model in use now" if is_older else None,
            people=self._pending(),
            can_refine=not now.is_under_way,
            answer_id=answer.id,
            guide=guide_value(number, version),
        )

    def _show_unanswered(self, video: VideoRecord, now: Standing, version: str | None) -> Update:
        shown = standing.shown(now, video.id) or doing.noted(UNASKED)
        return _page(
            progress=shown,
            viewer=showing.viewer_of_unanswered(video),
            panel=showing.correction_of_unanswered(self.services, video),
            number=video.id,
            running=now.is_under_way,
            look=None if now.is_under_way else _again(now),
            guide=guide_value(video.id, version),
        )


def _again(now: Standing) -> str:
    return "Try again" if now.state == "failed" else "Look at this video now"


def _page(
    *,
    progress: dict[str, Any] | None = None,
    viewer: dict[str, Any] | None = None,
    panel: dict[str, Any] | None = None,
    number: int | None = None,
    running: bool = False,
    look: str | None = None,
    people: dict[str, Any] | None = None,
    can_refine: bool | None = None,
    answer_id: int | None = None,
    guide: dict[str, Any] | None = None,
) -> Update:
    """Everything at once, so that nothing of another video is left."""
    return (
        progress,
        viewer,
        panel,
        number,
        _stop_button(shown=running),
        gr.update(visible=look is not None, value=look or ""),
        gr.skip() if number is None else gr.update(open=False, label="Bring another video"),
        people,
        gr.update(visible=can_refine is not None, interactive=bool(can_refine)),
        answer_id,
        gr.skip() if guide is None else guide,
    )


def _nothing() -> Update:
    """The page as it is before a video is chosen."""
    return _page(guide=guide_value(None))


def _only(*, progress: dict[str, Any] | None, running: bool = False) -> Update:
    """What is shown stays, beside what is done about it."""
    skip = gr.skip()
    finer = gr.update(interactive=False) if running else skip
    look = gr.update(visible=False) if running else skip
    stop = _stop_button(shown=running)
    return (progress, skip, skip, skip, stop, look, skip, skip, finer, skip, skip)


def _stop_button(*, shown: bool) -> dict[str, Any]:
    return gr.update(visible=shown, interactive=True, value="Stop")


def _text(event: gr.EventData, name: str) -> str | None:
    """What a page sent under this name; it may be anything."""
    value = event._data.get(name) if isinstance(event._data, dict) else None
    return None if value is None else str(value)


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else max(float(text), 0.0)
    except ValueError:
        return None
