"""The decoding process is locked in, and the lock is what stops the attempts."""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from model.video.reader import VideoReader
from model.video.sandbox import AUDIT_ARCH, _verified, filter_program
from tests.model.video.locked import Ended, run_locked

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


LOCKS = """
import ctypes, json, platform, struct
from model.video.sandbox import ProcessLimits, enter
libc = ctypes.CDLL(None, use_errno=True)
{before}
isolation = enter(ProcessLimits(1 << 30, 20), {parent}, filtered={filtered})
os.write(1, json.dumps([isolation.level, isolation.reason]).encode())
os._exit(0)
"""

# Refuses a kind of prctl, as the kernel of another machine may: arguments of PR_SET_SECCOMP.
REFUSE = """
def instruction(*fields):
    return struct.pack("=HBBI", *fields)
program = b"".join([
    instruction(0x20, 0, 0, 0), instruction(0x15, 0, 3, PRCTL),  # another call is allowed
    instruction(0x20, 0, 0, 16), instruction(0x15, 0, 1, {option}),
    instruction(0x06, 0, 0, 0x00050001),  # EPERM
    instruction(0x06, 0, 0, 0x7fff0000),
])
kept = ctypes.create_string_buffer(program, len(program))
filter = struct.pack("@HP", len(program) // 8, ctypes.addressof(kept))
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, filter, 0, 0) == 0
""".replace("PRCTL", "157 if platform.machine() == 'x86_64' else 167")
# PER_LINUX32: x86-64 calls itself i686; what Python has heard before is forgotten.
OTHER_MACHINE = "assert libc.personality(8) >= 0; platform._uname_cache = None"


def locked(before: str = "", *, parent: str = "os.getppid()", filtered: bool = True) -> Ended:
    return run_locked(LOCKS.format(before=before, parent=parent, filtered=filtered))


@pytest.mark.skipif(platform.machine() not in AUDIT_ARCH, reason="no filter for this machine")
def test_how_well_it_is_locked_is_said() -> None:
    assert json.loads(locked().said) == ["full", ""]
    assert json.loads(locked(filtered=False).said) == [
        "reduced",
        "the system-call filter was switched off",
    ]
    assert locked(parent="1 << 30") == Ended(1, b"")


@pytest.mark.skipif(platform.machine() not in AUDIT_ARCH, reason="no filter for this machine")
@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (REFUSE.format(option=38), "the kernel refused no_new_privs"),
        (REFUSE.format(option=22), "the kernel refused the system-call filter (Operation not perm"),
        (OTHER_MACHINE, "system calls cannot be filtered on "),
    ],
    ids=["no_new_privs", "filter", "machine"],
)
def test_a_lock_that_the_kernel_refuses_is_said(before: str, reason: str) -> None:
    level, said = json.loads(locked(before).said)
    assert level == "reduced"
    assert said.startswith(reason)


def test_a_lock_that_does_not_hold_is_noticed() -> None:
    """Here, where nothing is locked."""
    found = _verified()
    assert found.level == "reduced"
    assert found.reason == "opening a file was not refused"


MAIN = """
import json
sys.argv = ["", sys.argv[1], sys.argv[3]]
from model.video import decoder
decoder.main()
"""


def test_the_decoder_serves_its_reader_and_ends(plain: Path) -> None:
    settings = {"memory": 1 << 30, "cpu_s": 20, "parent": os.getpid(), "off": []}
    settings |= {"max_pixels": 1 << 20, "max_frames": 100, "demuxer": "mov"}
    for hangs_up in (False, True):
        reader, theirs = socket.socketpair()
        with reader, theirs, plain.open("rb") as video:
            if hangs_up:
                reader.close()
            else:
                reader.shutdown(socket.SHUT_WR)  # nothing will be asked
            ended = run_locked(MAIN, json.dumps(settings), stdin=video, stdout=theirs)
            theirs.close()
            said = b"" if hangs_up else reader.recv(1 << 16, socket.MSG_WAITALL)
        assert ended.code == 0
        assert (b'"level"' in said) != hangs_up
        assert (b'"h264"' in said) != hangs_up
