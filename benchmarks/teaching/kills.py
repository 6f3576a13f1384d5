"""Kills the worker (kill -9) at random moments of a teaching; the weights must come out the same.

`python -m benchmarks.teaching.kills --kills 20`; needs the folder of real clips.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

from app.settings import Settings, load_settings, whole_environment
from app.wiring import build
from app.workflow.labels import correct
from app.workflow.services import Services
from app.workflow.teaching import teach
from app.workflow.videos import ingest
from benchmarks.teaching.material import draw
from model.weights import checkpoint
from storage.records import jobs
from storage.records.decision import Decision
from storage.records.jobs import JobRecord

ROOT = Path(__file__).resolve().parents[2]
LOOK_S = 0.1


def main() -> None:
    """Prints the moment of each kill, and whether the weights are those of an undisturbed run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--mode", default="head")
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    chance = random.Random(wanted.seed)
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(data_dir=Path(folder), min_free_bytes=0)
        services = build(settings)
        for clip in draw("four", 2, wanted.seed).corrected:
            upload = ingest.Upload(clip.path, clip.path.name)
            video = ingest.store(services, upload, lambda *_: None).video
            said = Decision(correct.new_op_id(), video.id, "corrected", clip.label, new_label=True)
            correct.decide(services, said)
        whole_s = _taught(services, settings, "undisturbed", wanted.mode, [])
        print(f"undisturbed: {whole_s:.1f} s", flush=True)
        same = 0
        for number in range(wanted.kills):
            moment = chance.uniform(0, whole_s)
            name = f"killed-{number}"
            _taught(services, settings, name, wanted.mode, [moment])
            equal = _weights_equal(services, "undisturbed", name)
            same += equal
            print(f"killed after {moment:.1f} s: {'same' if equal else 'OTHER'}", flush=True)
        print(f"{same} of {wanted.kills} runs with the same weights")


def _taught(
    services: Services, settings: Settings, name: str, mode: str, moments: list[float]
) -> float:
    """Seconds that the worker took, killed and started again after each of `moments`."""
    shutil.rmtree(settings.cache_dir / "features", ignore_errors=True)
    job = teach.start(services, teach.Ask(name, mode=teach.known_mode(mode), name=name))
    started = time.monotonic()
    for moment in [*moments, float("inf")]:
        worker = subprocess.Popen(
            [sys.executable, "-m", "app", "worker", "--lease", "5"],
            cwd=ROOT,
            env=whole_environment(settings),
            stderr=subprocess.DEVNULL,
        )
        begun = time.monotonic()
        while time.monotonic() - begun < moment and _now(services, job).state in teach.BUSY:
            time.sleep(LOOK_S)
        worker.kill()
        worker.wait()
    ended = _now(services, job)
    if ended.state != "done":
        raise SystemExit(ended.message)
    return time.monotonic() - started


def _now(services: Services, job: JobRecord) -> JobRecord:
    with services.database.read() as session:
        return jobs.get(session, job_id=job.id)


def _weights_equal(services: Services, first: str, second: str) -> bool:
    one, other = (
        checkpoint.read(services.models.folder / f"{name}.safetensors")[1]
        for name in (first, second)
    )
    return all(torch.equal(one[name], other[name]) for name in one)


if __name__ == "__main__":
    main()
