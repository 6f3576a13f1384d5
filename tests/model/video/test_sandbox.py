"""The decoding process is locked in, and the lock is what stops the attempts."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from model.video.reader import VideoReader
from model.video.sandbox import AUDIT_ARCH, filter_program

ROOT = Path(__file__).resolve().parents[3]

ATTEMPTS = """
import ctypes, json, mmap, os, socket, sys, threading
sys.path.insert(0, sys.argv[1])
from model.video.sandbox import ProcessLimits, enter
libc = ctypes.CDLL(None, use_errno=True)
peer, folder, address = int(sys.argv[3]), sys.argv[4], ("127.0.0.1", int(sys.argv[5]))
ready = socket.socket()

def check(value):
    if value == -1:
        raise OSError(ctypes.get_errno(), "refused")

def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)

def clone():
    pid = libc.syscall(56 if os.uname().machine == "x86_64" else 220, 17, 0, 0, 0, 0)  # SIGCHLD
    if pid == 0:
        os._exit(0)
    check(pid)
    os.waitpid(pid, 0)

def in_thread():
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()

attempts = {
    "read a file": lambda: open("/etc/hostname").close(),
    "list a folder": lambda: os.listdir("/"),
    "write a file": lambda: open(folder + "/written", "w").close(),
    "make a folder": lambda: os.mkdir(folder + "/made"),
    "delete a file": lambda: os.unlink(folder + "/victim"),
    "rename a file": lambda: os.rename(folder + "/other", folder + "/renamed"),
    "change the mode": lambda: os.chmod(folder + "/kept", 0o777),
    "make a socket": lambda: socket.socket().close(),
    "connect": lambda: ready.connect(address),
    "signal another process": lambda: os.kill(peer, 0),
    "fork": fork,
    "clone": clone,
    "run a program": lambda: check(-os.spawnv(os.P_WAIT, "/bin/true", ["true"])),
    "make memory executable": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_EXEC | mmap.PROT_READ),
    "trace": lambda: check(libc.ptrace(0, 0, 0, 0)),
    "unshare": lambda: check(libc.unshare(0)),
    "raise own limits": lambda: check(libc.prlimit(peer, 4, None, ctypes.create_string_buffer(16))),
    "take 2 GiB": lambda: len(bytearray(2 << 30)),
}
isolation = enter(ProcessLimits(1 << 30 if sys.argv[2] == "on" else 8 << 30, 20), os.getppid(),
                  filtered=sys.argv[2] == "on")
done = []
for name, attempt in attempts.items():
    try:
        attempt()
        done.append(name)
    except (OSError, MemoryError, RuntimeError):
        pass
in_thread()  # allowed in any case: decoders work on several cores
report = json.dumps({"level": isolation.level, "reason": isolation.reason, "done": done,
                     "tried": len(attempts)})
os.write(1, report.encode())
os._exit(0)
"""

HARMLESS = """
import os, sys
sys.path.insert(0, sys.argv[1])
from model.video.sandbox import ProcessLimits, enter
enter(ProcessLimits(1 << 30, 1), os.getppid())
while True:
    pass
"""


def attempted(tmp_path: Path, port: int, *, locked: bool) -> dict[str, object]:
    for name in ("victim", "other", "kept"):
        (tmp_path / name).touch()
    switch = "on" if locked else "off"
    arguments = [str(ROOT), switch, str(os.getpid()), str(tmp_path), str(port)]
    ended = subprocess.run(
        [sys.executable, "-I", "-c", ATTEMPTS, *arguments], capture_output=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr.decode()
    report: dict[str, object] = json.loads(ended.stdout)
    return report


@pytest.mark.skipif(platform.machine() not in AUDIT_ARCH, reason="no filter for this machine")
def test_everything_forbidden_is_refused(tmp_path: Path, canary: int) -> None:
    report = attempted(tmp_path, canary, locked=True)
    if "kernel refused" in str(report["reason"]):
        pytest.skip(f"reduced isolation on this machine: {report['reason']}")
    assert report["done"] == []
    assert (report["level"], report["reason"]) == ("full", "")
    assert not (tmp_path / "written").exists()
    assert (tmp_path / "victim").exists()


def test_without_the_lock_the_attempts_succeed(tmp_path: Path, canary: int) -> None:
    """The control: it is the lock that refuses, not something else."""
    report = attempted(tmp_path, canary, locked=False)
    done = report["done"]
    assert isinstance(done, list)
    assert len(done) == report["tried"], f"only {done}"
    assert report["level"] == "reduced"
    assert "switched off" in str(report["reason"])


def test_processor_time_is_limited() -> None:
    ended = subprocess.run([sys.executable, "-I", "-c", HARMLESS, str(ROOT)], timeout=60)
    assert ended.returncode < 0, "killed by a signal"


def test_a_process_whose_parent_is_gone_does_not_start() -> None:
    program = HARMLESS.replace("os.getppid()", "1 << 30")
    ended = subprocess.run([sys.executable, "-I", "-c", program, str(ROOT)], timeout=60)
    assert ended.returncode == 1


@pytest.mark.parametrize("machine", sorted(AUDIT_ARCH))
def test_the_filter_is_well_formed(machine: str) -> None:
    """Whole instructions, and no jump leaves the program."""
    program = filter_program(machine)
    count = len(program) // 8
    assert len(program) == 8 * count < 8 * 4096
    for number in range(count):
        code = int.from_bytes(program[8 * number : 8 * number + 2], sys.byteorder)
        if code & 7 == 5:
            furthest = number + 1 + max(program[8 * number + 2], program[8 * number + 3])
            assert furthest < count


def test_the_reader_tells_how_well_it_is_locked_in(plain: Path) -> None:
    with VideoReader(plain) as reader:
        assert reader.isolation.level in {"full", "reduced"}
        assert (reader.isolation.level == "full") == (reader.isolation.reason == "")
    with VideoReader(plain, guards_off=["filter"]) as reader:
        assert reader.isolation.level == "reduced"


def test_the_process_loads_nothing_but_what_it_needs() -> None:
    """Every further package would cost time at each start, and be one more thing to attack."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import model.video.decoder; "
        "print(' '.join({name.partition('.')[0] for name in sys.modules}))"
    )
    ended = subprocess.run(
        [sys.executable, "-I", "-c", program, str(ROOT)], capture_output=True, text=True, check=True
    )
    loaded = set(ended.stdout.split()) - sys.stdlib_module_names
    theirs = {name for name in loaded if not name.startswith(("_", "cython"))}
    assert theirs <= {"av", "numpy", "model"}
