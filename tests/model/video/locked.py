"""Programs that lock themselves in, and bring out what was measured of them.

Whoever is locked in can write no file: what coverage.py counts there leaves through a pipe that was
open before, and is kept beside what the tests themselves are measured to do.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import uuid
from dataclasses import dataclass
from typing import IO, Any

from coverage import Coverage, CoverageData

from tests.conftest import ROOT

MEASURE = """
import os, sys, warnings
sys.path.insert(0, sys.argv[1])
from coverage import Coverage, CoverageData
pipe, leave = int(sys.argv[-1]), os._exit
warnings.simplefilter("ignore")
warm = CoverageData(no_disk=True)  # all that it needs is imported now
warm.add_arcs({"warm.py": [(1, 2)]})
warm.dumps()
measuring = Coverage(data_file=None, branch=True, config_file=False, source=[sys.argv[1]])
def leave_measured(code):
    measuring.stop()
    with open(pipe, "wb") as out:
        out.write(measuring.get_data().dumps())
    leave(code)
os._exit = leave_measured
for _ in range(2):  # whatever counting calls has been called once
    measuring.start()
    measuring.stop()
    measuring.get_data()
os.path.realpath = lambda path, **_: path  # asks the file system, of each file that is new to it
measuring.start()
try:
    exec(compile(sys.argv[2], "program", "exec"))
except SystemExit as end:
    os._exit(end.code)
os._exit(0)
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended; `said` is what it wrote where its reader is."""

    code: int
    said: bytes


def run_locked(program: str, *arguments: str, stdin: IO[bytes] | None = None, **more: Any) -> Ended:
    """Runs Python that ends with `os._exit`, and counts what it did if these tests are measured.

    The program finds the repository's folder in `sys.argv[1]` and its `arguments` from 3 on.
    """
    reading, writing = os.pipe()
    brought: list[bytes] = []
    with open(reading, "rb") as pipe:
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", MEASURE, str(ROOT), program, *arguments, str(writing)],
            stdin=stdin,
            pass_fds=[writing],
            **{"stdout": subprocess.PIPE, **more},
        )
        os.close(writing)
        listener = threading.Thread(target=lambda: brought.append(pipe.read()))
        listener.start()
        said, _ = process.communicate(timeout=60)
        listener.join()
    _keep(brought[0])
    return Ended(process.returncode, said or b"")


def _keep(counts: bytes) -> None:
    here = Coverage.current()
    if here is None or not counts:
        return
    data = CoverageData(here.config.data_file, suffix=f"locked.{uuid.uuid4().hex}")
    data.loads(counts)
    data.write()
