"""What does the server cost before anybody comes? Its start, then processor and memory at rest."""

from __future__ import annotations

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.server.port import address, take_port

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Running:
    """A server of our own. Seconds from its first moment: until it answered at all, until the first
    page, until the model was ready."""

    pid: int
    url: str
    heard_s: float
    page_s: float
    ready_s: float


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process: seconds of processor time so far, bytes of memory, switches of its threads.

    `own` is memory with what is shared divided among those who share it (PSS).
    """

    name: str
    cpu_s: float
    resident: int
    own: int
    wakes: int


def main() -> None:
    """Prints what each process took over the time asked for, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to look")
    parser.add_argument("--settle", type=float, default=20.0, help="seconds to wait before")
    parser.add_argument("--starts", type=int, default=1, help="starts to take the median of")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        early = []
        for _ in range(arguments.starts - 1):
            with served(Path(folder)) as running:
                early.append(running)
        with served(Path(folder)) as running:
            _say_start([*early, running])
            time.sleep(arguments.settle)
            _say_rest(running.pid, arguments.seconds)


def _say_start(starts: list[Running]) -> None:
    heard = statistics.median(one.heard_s for one in starts)
    page = statistics.median(one.page_s for one in starts)
    ready = statistics.median(one.ready_s for one in starts)
    print(f'"is starting" after {heard:.1f} s, first page after {page:.1f} s', end=", ")
    print(f"the model ready after {ready:.1f} s", end=" ")
    print(f"(median of {len(starts)} starts, load {os.getloadavg()[0]:.1f})", flush=True)


def _say_rest(pid: int, seconds: float) -> None:
    before = {one: _cost(one) for one in _family(pid)}
    time.sleep(seconds)
    after = {one: _cost(one) for one in _family(pid)}
    share = own = resident = 0.0
    for one, now in after.items():
        then = before.get(one, now)
        used = 100 * (now.cpu_s - then.cpu_s) / seconds
        wakes = (now.wakes - then.wakes) / seconds
        share, own, resident = share + used, own + now.own, resident + now.resident
        print(
            f"{now.name:44}{used:7.2f} % of a core{now.own / MB:8.0f} MB own"
            f"{now.resident / MB:8.0f} MB resident{wakes:8.1f} wakes/s"
        )
    print(
        f"{'all':44}{share:7.2f} % of a core{own / MB:8.0f} MB own{resident / MB:8.0f} MB resident"
    )


@contextmanager
def served(data: Path) -> Iterator[Running]:
    """Serves over `data` until the block is left."""
    with take_port("127.0.0.1", 0) as free:
        url = address("127.0.0.1", port := free.getsockname()[1])
    command = [sys.executable, "-m", "app", "serve", "--port", str(port), "--data-dir", str(data)]
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        heard_s = _heard(url, process) - start
        if url not in (said := process.stderr.readline()):
            raise SystemExit(f"The server did not start: {said}")
        with httpx.Client(base_url=url, timeout=120) as client:
            client.get("/").raise_for_status()
            page_s = time.perf_counter() - start
            while client.get("/health").json()["status"] == "warming up":
                time.sleep(0.2)
            yield Running(process.pid, url, heard_s, page_s, time.perf_counter() - start)
        process.send_signal(signal.SIGINT)


def _heard(url: str, process: subprocess.Popen[str]) -> float:
    """The moment of the first answer, whatever it was."""
    while process.poll() is None:
        with suppress(httpx.TransportError):
            httpx.get(f"{url}/health")
            break
        time.sleep(0.02)
    return time.perf_counter()


def _family(pid: int) -> list[int]:
    """A process and all that came from it."""
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [pid, *(one for child in children for one in _family(child))]


def _cost(pid: int) -> Cost:
    at = Path(f"/proc/{pid}")
    fields = (at / "stat").read_text().rpartition(")")[2].split()
    rollup = (at / "smaps_rollup").read_text()
    words = (at / "cmdline").read_text().replace("\0", " ").split()
    wakes = sum(
        int(number)
        for task in (at / "task").iterdir()
        for number in re.findall(r"_ctxt_switches:\s+(\d+)", (task / "status").read_text())
    )
    return Cost(
        name=" ".join(words[1:5])[:40],
        cpu_s=(int(fields[11]) + int(fields[12])) / TICKS,
        resident=_kib(rollup, "Rss"),
        own=_kib(rollup, "Pss"),
        wakes=wakes,
    )


def _kib(rollup: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) << 10 if found else 0


if __name__ == "__main__":
    main()
