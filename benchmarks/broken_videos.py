"""What broken videos of every kind do to the limited decoding process.

Run: `python -m benchmarks.broken_videos [--number N] [--first N] [--at-once N]`.

Every mutation is a small video with bytes changed, cut, doubled or made extreme; it must end in
frames or in one of the named sentences, and never in a crash or a time-out. The control kills some
decoders while they work: if those were not counted as crashes, nothing above would mean anything.
"""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from model.errors import VideoError
from model.video.facts import VideoLimits
from model.video.reader import VideoReader
from tests.model.video.kinds import make_seeds, mutant

CONTROLS = 10
BAD = {"decoder-crashed", "timed-out"}


def main() -> None:
    """Prints how the mutations ended, and how the control did."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        seeds = make_seeds(Path(folder))
        run = partial(_mutation, Path(folder), seeds)
        numbers = range(arguments.first, arguments.first + arguments.number)
        print(f"{arguments.number} mutations of {len(seeds)} kinds of video")
        ended, slowest_s = _all(run, numbers, arguments.at_once)
        for outcome, count in sorted(ended.items(), key=lambda item: -item[1]):
            print(f"{count:>6}  {outcome}")
        print(f"{slowest_s:>6.1f} s the slowest; {sum(ended[bad] for bad in BAD)} bad ends")
        control, _ = _all(partial(_killed, Path(folder), seeds[0]), range(CONTROLS), 1)
        print(f"control: {control['decoder-crashed']} of {CONTROLS} killed decoders were noticed")


def _all(
    run: Callable[[int], tuple[str, float]], numbers: range, at_once: int
) -> tuple[Counter[str], float]:
    with ThreadPoolExecutor(at_once) as pool:
        ends = list(pool.map(run, numbers))
    for number, (outcome, _) in zip(numbers, ends, strict=True):
        if outcome in BAD and len(numbers) > CONTROLS:
            print(f"mutation {number}: {outcome}")
    return Counter(outcome for outcome, _ in ends), max(seconds for _, seconds in ends)


def _mutation(folder: Path, seeds: list[bytes], number: int) -> tuple[str, float]:
    path = folder / f"mutant{number}"
    path.write_bytes(mutant(seeds[number % len(seeds)], number))
    try:
        return _outcome(path)
    finally:
        path.unlink()


def _killed(folder: Path, seed: bytes, number: int) -> tuple[str, float]:
    path = folder / f"control{number}"
    path.write_bytes(seed)
    return _outcome(path, kill=True)


def _outcome(path: Path, *, kill: bool = False) -> tuple[str, float]:
    """How reading every frame ended, and the seconds that it took."""
    start = time.perf_counter()
    try:
        with VideoReader(path, VideoLimits()) as reader:
            if kill and reader.decoder_pid is not None:
                os.kill(reader.decoder_pid, signal.SIGSEGV)
            for _ in reader.frames(range(reader.info.frames), short_side=32):
                pass
        outcome = "frames"
    except VideoError as error:
        outcome = error.code
    return outcome, time.perf_counter() - start


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--at-once", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
