"""Writes the example scenes as video files, once, when they are first asked for."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import av

from app.workflow.videos.examples.scenes import FPS, HEIGHT, WIDTH, Scene


def render(scene: Scene, path: Path) -> None:
    """Writes a scene as MP4 (H.264, `FPS` frames a second), whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{uuid.uuid4().hex}.mp4")
    try:
        with av.open(str(part), "w", options={"movflags": "+faststart"}) as container:
            stream = container.add_stream("libx264", rate=FPS, options={"crf": "20"})
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            for image in scene.frames():
                picture = av.VideoFrame.from_ndarray(image, format="rgb24")
                container.mux(stream.encode(picture))
            container.mux(stream.encode(None))
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def still(scene: Scene, folder: Path) -> Path:
    """A picture of the scene in `folder` (JPEG), made if it is not there yet."""
    path = folder / f"{scene.slug}.jpg"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{uuid.uuid4().hex}.jpg")
        scene.still().save(part, "JPEG", quality=85)
        os.replace(part, path)
    return path


def rendered(scene: Scene, folder: Path) -> Path:
    """The scene's file in `folder`, made if it is not there yet."""
    path = folder / f"{scene.slug}.mp4"
    if not path.exists():
        render(scene, path)
    return path
