"""How long does a person wait? From an upload of ten seconds of video to the answer, by stage."""

from __future__ import annotations

import argparse
import dataclasses
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from app.settings import Settings, prepare_environment
from app.wiring import build
from app.workflow.answers import explain
from app.workflow.services import Services
from app.workflow.videos import ingest
from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from model.inference.prediction import Stage


def main() -> None:
    """Prints medians; each round stores and answers for a video that was not there before."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--engine", choices=("auto", "torch", "openvino"), default="auto")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "data", engine=arguments.engine)
        prepare_environment(settings)
        services = build(settings)
        start = time.perf_counter()
        services.models.warm_up()
        print(f"warm-up, the first start of all: {time.perf_counter() - start:.1f} s")
        clip = Path(folder) / "clip.mp4"
        render(dataclasses.replace(scenes()[1], duration_s=10.0), clip)
        rounds = [_once(services, clip, number) for number in range(arguments.rounds + 1)][1:]
    for stage in rounds[0]:
        print(f"{stage:12}{statistics.median(r[stage] for r in rounds):8.2f} s (median)")


def _once(services: Services, clip: Path, number: int) -> dict[str, float]:
    """Seconds of each stage. Padding after the last box makes the bytes new, not the pictures."""
    fresh = clip.with_name(f"{number}.mp4")
    padding = b"free" + bytes([number]) * 8
    fresh.write_bytes(clip.read_bytes() + (len(padding) + 4).to_bytes(4, "big") + padding)
    spent: dict[str, float] = defaultdict(float)
    stage, since = "storing", time.perf_counter()
    start = since

    def note(now: Stage, share: float) -> None:
        nonlocal stage, since
        del share
        moment = time.perf_counter()
        spent[stage] += moment - since
        stage, since = now, moment

    explain.explain_upload(services, ingest.Upload(fresh, fresh.name), note)
    end = time.perf_counter()
    spent[stage] += end - since
    return {**spent, "in all": end - start}


if __name__ == "__main__":
    main()
