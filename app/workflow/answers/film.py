"""The explained video: the original with its evidence painted over it and the curves below.

Frame by frame, so that memory stays the same at any length. Without sound: what was heard took no
part in the answer. Every frame keeps its display time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from app.workflow.answers.drawing.caption import Caption
from app.workflow.answers.drawing.heat import HeatPainter
from app.workflow.answers.drawing.view import Asked, view_of
from model.inference.prediction import OnProgress, Prediction
from model.video.encoding import write_video
from model.video.errors import FilmFailed
from model.video.facts import VideoInfo, VideoLimits
from model.video.proxy import SHORT_SIDE, even, proxy_size
from model.video.reader import Frame, VideoReader

OPACITY = 0.65  # as the viewer paints at first
LEAST_WIDTH = 640  # pixels; narrower, the words below could not be read
BESIDE = (0, 0, 0)  # colour on both sides of a narrow picture


def write_film(
    video: Path,
    prediction: Prediction,
    target: Path,
    *,
    asked: Asked | None = None,
    opacity: float = OPACITY,
    limits: VideoLimits | None = None,
    on_progress: OnProgress | None = None,
) -> None:
    """Writes the film (MP4, H.264) of an answer to `target`, whole or not at all.

    `asked` picks the class and what it is set against, at first the most probable one against the
    other guesses. `opacity` 0..1 is that of the heat map. Progress is told as `copying`. Raises
    `VideoError` (`FilmFailed` if it cannot be written) and whatever the callback raises.
    """

    def told(share: float) -> None:
        if on_progress is not None:
            on_progress("copying", share)

    told(0.0)
    with VideoReader(video, limits) as reader:
        scene = Scene(prediction, reader.info, asked or Asked(), opacity)
        frames = reader.frames(range(reader.info.frames), size=scene.picture_size, on_progress=told)
        write_video(scene.drawn(frames), reader.info, scene.size, target, failed=FilmFailed)


class Scene:
    """Where everything stands in the film: `size` (width, height) of the whole, in pixels."""

    def __init__(
        self, prediction: Prediction, info: VideoInfo, asked: Asked, opacity: float
    ) -> None:
        view = view_of(prediction, asked)
        self.picture_size = picture_size(info)
        width = max(self.picture_size[0], LEAST_WIDTH)
        score = prediction.top[asked.row]
        self._caption = Caption(prediction, score, asked.row, view, width)
        self.size = (width, self.picture_size[1] + self._caption.height)
        self._left = (width - self.picture_size[0]) // 2
        self._heat = None
        if view is not None and len(view.seconds):
            self._heat = HeatPainter(view, prediction.crop, self.picture_size, opacity)

    def drawn(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The film's frames for the video's, one by one."""
        for frame in frames:
            yield Frame(frame.index, frame.pts_s, self._draw(frame))

    def _draw(self, frame: Frame) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        whole = Image.new("RGB", self.size, BESIDE)
        picture = Image.fromarray(frame.image)
        if self._heat is not None:
            self._heat.paint(picture, frame.pts_s)
        whole.paste(picture, (self._left, 0))
        whole.paste(self._caption.at(frame.pts_s), (0, self.picture_size[1]))
        return np.asarray(whole)


def picture_size(info: VideoInfo) -> tuple[int, int]:
    """(width, height) of the picture in the film: at most 720 pixels on the shorter side.

    A small one is enlarged until it is as wide as the words below or as high as a large one.
    """
    width, height = proxy_size(info)
    larger = max(1.0, min(LEAST_WIDTH / width, SHORT_SIDE / height))
    return even(width * larger), even(height * larger)
