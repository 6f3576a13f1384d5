"""How long does a person wait? From an upload of ten seconds of video to the answer.

As people meet it, through the server and its worker; and in one process without either, by stage.
"""

from __future__ import annotations

import argparse
import dataclasses
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import httpx

from app.settings import Settings, prepare_environment
from app.wiring import build
from app.workflow.answers import explain
from app.workflow.services import Services
from app.workflow.videos import ingest
from app.workflow.videos.examples.rendering import render
from app.workflow.videos.examples.scenes import scenes
from benchmarks.at_rest import served
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
        clip = Path(folder) / "clip.mp4"
        render(dataclasses.replace(scenes()[1], duration_s=10.0), clip)
        with served(Path(folder) / "served") as running, httpx.Client(timeout=300) as client:
            number = range(100, 101 + arguments.rounds)
            waits = [_sent(client, running.url, _fresh(clip, one)) for one in number][1:]
        for position, name in enumerate(("sent and stored", "until the answer")):
            seconds = statistics.median(wait[position] for wait in waits)
            print(f"{name:20}{seconds:8.2f} s (median, server and worker)")
        services = build(settings)
        start = time.perf_counter()
        services.models.warm_up()
        print(f"warm-up, the first start of all: {time.perf_counter() - start:.1f} s")
        rounds = [_once(services, clip, number) for number in range(arguments.rounds + 1)][1:]
    for stage in rounds[0]:
        seconds = statistics.median(one[stage] for one in rounds)
        print(f"{stage:20}{seconds:8.2f} s (median, one process)")


def _fresh(clip: Path, number: int) -> Path:
    """Padding after the last box makes the bytes new, not the pictures."""
    fresh = clip.with_name(f"{number}.mp4")
    padding = b"free" + bytes([number]) * 8
    fresh.write_bytes(clip.read_bytes() + (len(padding) + 4).to_bytes(4, "big") + padding)
    return fresh


def _sent(client: httpx.Client, url: str, file: Path) -> tuple[float, float]:
    """Seconds until the server has stored it, and until its answer is there."""
    start = time.perf_counter()
    sent = client.post(f"{url}/upload?name={file.name}", content=file.read_bytes())
    number = sent.raise_for_status().json()["video"]
    stored = time.perf_counter() - start
    while True:
        found = client.get(f"{url}/progress", params={"video": number}).json()[str(number)]
        if found["state"] == "ready":
            return stored, time.perf_counter() - start
        if found["state"] not in ("waiting", "working"):
            raise SystemExit(f"There is no answer: {found}")
        time.sleep(0.02)


def _once(services: Services, clip: Path, number: int) -> dict[str, float]:
    """Seconds of each stage."""
    fresh = _fresh(clip, number)
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
