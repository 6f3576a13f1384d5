"""Bringing a video and getting its answer: what the first page's buttons do, step by step."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.components.recalled import PENDING
from app.components.recorder import recorded_path
from app.pages import doing, showing
from app.pages.doing import EXPECTED, Failed, Finished, watched
from app.pages.person import person_of
from app.pages.stops import Stops
from app.workflow import explain, ingest, versions
from app.workflow.errors import UnknownModel, UnknownVideo
from app.workflow.examples.rendering import rendered
from app.workflow.examples.scenes import Scene
from app.workflow.recall import Recall
from app.workflow.services import Services
from storage.videos import VideoRecord

log = logging.getLogger(__name__)
NO_VIDEO = "This link leads to a video that is not here. Choose one from the list."
Update = tuple[Any, ...]
"""New values of: progress, viewer, correction panel, number, stop button, look button, bringing,
learned already, finer button, answer's number."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The handlers of the first page. Each yields or returns an `Update`."""

    services: Services
    recall: Recall | None = None  # None: switched off
    stops: Stops = field(default_factory=Stops)

    def uploaded(self, files: list[str] | None, request: gr.Request) -> Iterator[Update]:
        paths = [Path(file) for file in files or ()]
        with self.stops.listening(_window(request)) as stop:
            for position, path in enumerate(paths, start=1):
                about = f"{path.name} ({position} of {len(paths)})" if len(paths) > 1 else ""
                yield from self._bring(path, request, stop, about=about)
                if stop.is_set():
                    return

    def recorded(self, value: Any, request: gr.Request) -> Iterator[Update]:
        path = recorded_path(value)
        if path is not None:
            name = time.strftime("Recording of %Y-%m-%d at %H.%M.%S")
            with self.stops.listening(_window(request)) as stop:
                yield from self._bring(path, request, stop, name=name)

    def opener(self, scene: Scene) -> Callable[[gr.Request], Iterator[Update]]:
        """The handler of an example's button."""

        def example(request: gr.Request) -> Iterator[Update]:
            path = rendered(scene, self.services.scratch / "examples")
            with self.stops.listening(_window(request)) as stop:
                yield from self._bring(path, request, stop, name=f"Example: {scene.title}")

        return example

    def _bring(
        self,
        path: Path,
        request: gr.Request,
        stop: threading.Event,
        *,
        name: str = "",
        about: str = "",
    ) -> Iterator[Update]:
        """Stores a file, says its number as soon as it has one, then answers for it."""
        by = person_of(request).name
        upload = ingest.Upload(path, name or path.name, by)
        yield _update(progress=doing.waiting("Storing the video"), running=True)
        for step in watched(partial(ingest.store, self.services, upload), about=about, stop=stop):
            match step:
                case Finished(added):
                    yield _update(number=added.video.id, running=True)
                    yield from self._answer(added.video, stop, about=about)
                case Failed(sentence):
                    yield _update(progress=doing.failed(sentence), running=False)
                case _:
                    yield _update(progress=step, running=True)

    def _answer(
        self,
        video: VideoRecord,
        stop: threading.Event,
        *,
        about: str = "",
        finest: bool = False,
    ) -> Iterator[Update]:
        work = partial(explain.explain, self.services, video, finest=finest)
        for step in watched(work, about=about, stop=stop):
            match step:
                case Finished(answer):
                    yield self._show(answer)
                case Failed(sentence):
                    yield _update(progress=doing.failed(sentence), running=False, can_look=True)
                case _:
                    yield _update(progress=step, running=True)

    def again(self, number: float, request: gr.Request) -> Iterator[Update]:
        with self.stops.listening(_window(request)) as stop:
            yield from self._answer(ingest.find(self.services, int(number)), stop)

    def finer(self, number: float, request: gr.Request) -> Iterator[Update]:
        """Looks again for evidence in finer steps."""
        with self.stops.listening(_window(request)) as stop:
            video = ingest.find(self.services, int(number))
            yield from self._answer(video, stop, finest=True)

    def stop(self, request: gr.Request) -> dict[str, Any]:
        """What the Stop button does; the work itself then says that it was stopped."""
        self.stops.stop(_window(request))
        return gr.update(interactive=False, value="Stopping")

    def opened(self, request: gr.Request) -> Update:
        """What a link such as `/?video=12&t=3.2` shows; `&version=3fa2` asks for its answer."""
        asked = request.query_params.get("video")
        if not asked:
            return _update(running=False)
        try:
            number = int(asked)
            version_id = self._version(request.query_params.get("version"))
            answer = explain.latest(self.services, number, version_id=version_id)
        except (ValueError, UnknownVideo, UnknownModel) as error:
            sentence = str(error) if isinstance(error, UnknownModel) else NO_VIDEO
            return _update(progress=doing.failed(sentence), running=False)
        if answer is None:
            sentence = "This video is stored, but nothing has looked at it yet."
            return _update(
                progress=doing.failed(sentence), number=number, running=False, can_look=True
            )
        return self._show(answer, start_at=_seconds(request.query_params.get("t")))

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

    def _version(self, prefix: str | None) -> int | None:
        return versions.find(self.services, prefix).id if prefix else None

    def _show(self, answer: explain.Answer, *, start_at: float | None = None) -> Update:
        current = self.services.models.active_version()
        return (
            None,
            showing.viewer_of(self.services, answer, start_at=start_at),
            showing.correction_of(self.services, answer),
            answer.video.id,
            _stop_button(shown=False),
            gr.update(
                visible=current not in (None, answer.prediction.version),
                value="Look again with the model in use now",
            ),
            gr.update(open=False, label="Bring another video"),
            self._pending(),
            gr.update(visible=True, interactive=True),
            answer.id,
        )


def _window(request: gr.Request) -> str:
    return str(request.session_hash)


def _update(
    *,
    running: bool,
    progress: dict[str, Any] | None = None,
    number: int | None = None,
    can_look: bool = False,
) -> Update:
    return (
        gr.skip() if progress is None else progress,
        gr.skip(),
        gr.skip(),
        gr.skip() if number is None else number,
        _stop_button(shown=running),
        gr.update(visible=can_look, value="Look at this video now"),
        gr.skip(),
        gr.skip(),
        gr.update(interactive=not running),
        gr.skip(),
    )


def _stop_button(*, shown: bool) -> dict[str, Any]:
    """While work is under way only shown: it may be saying that it is stopping."""
    if shown:
        return gr.update(visible=True)
    return gr.update(visible=False, interactive=True, value="Stop")


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else max(float(text), 0.0)
    except ValueError:
        return None
