"""Writes the example scenes as video files, once, when they are first asked for."""

from __future__ import annotations

from pathlib import Path

from app.workflow.examples.scenes import FPS, HEIGHT, WIDTH, Scene
from model.video.proxy import write_mp4


def render(scene: Scene, path: Path) -> None:
    """Writes a scene as MP4 (H.264, `FPS` frames a second), whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    timed = ((number / FPS, image) for number, image in enumerate(scene.frames()))
    write_mp4(path, timed, size=(WIDTH, HEIGHT), fps=FPS)


def rendered(scene: Scene, folder: Path) -> Path:
    """The scene's file in `folder`, made if it is not there yet."""
    path = folder / f"{scene.slug}.mp4"
    if not path.exists():
        render(scene, path)
    return path
