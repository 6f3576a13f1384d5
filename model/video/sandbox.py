"""What a decoding process gives up before it sees a single byte of a stranger's file.

Runs inside the child only, on the standard library alone. On Linux (x86-64, ARM64): resource
limits, death together with the parent, `no_new_privs` and a seccomp allow-list (system calls that
are not listed answer EPERM). Elsewhere, or where the kernel refuses: less, and it says so.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Level = Literal["full", "reduced"]

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2

# Allowed system calls: (name, number on x86-64, number on ARM64); None = does not exist there.
# Numbers from the kernel's arch/x86/entry/syscalls/syscall_64.tbl and
# include/uapi/asm-generic/unistd.h.
ALLOWED: tuple[tuple[str, int | None, int | None], ...] = (
    ("read", 0, 63),
    ("write", 1, 64),
    ("close", 3, 57),
    ("fstat", 5, 80),
    ("poll", 7, None),
    ("ppoll", 271, 73),
    ("lseek", 8, 62),
    ("munmap", 11, 215),
    ("brk", 12, 214),
    ("rt_sigaction", 13, 134),
    ("rt_sigprocmask", 14, 135),
    ("rt_sigreturn", 15, 139),
    ("readv", 19, 65),
    ("writev", 20, 66),
    ("sched_yield", 24, 124),
    ("mremap", 25, 216),
    ("madvise", 28, 233),
    ("nanosleep", 35, 101),
    ("getpid", 39, 172),
    ("sendto", 44, 206),
    ("recvfrom", 45, 207),
    ("exit", 60, 93),
    ("getrusage", 98, 165),
    ("sigaltstack", 131, 132),
    ("gettid", 186, 178),
    ("futex", 202, 98),
    ("restart_syscall", 219, 128),
    ("clock_gettime", 228, 113),
    ("clock_getres", 229, 114),
    ("clock_nanosleep", 230, 115),
    ("set_robust_list", 273, 99),  # with rseq what the C library asks for in a new thread
    ("rseq", 334, 293),
    ("exit_group", 231, 94),
    ("getrandom", 318, 278),
)
WITHOUT_EXEC = (("mmap", 9, 222), ("mprotect", 10, 226))  # allowed unless they ask for PROT_EXEC
CLONE3 = 435  # ENOSYS makes the C library fall back to clone
CLONE = (56, 220)  # on x86-64, ARM64: allowed for threads, which share all limits, not processes
CLONE_THREAD = 0x00010000
PROT_EXEC = 4

# Classic BPF, include/uapi/linux/bpf_common.h: load a word, jump if equal / bit set, return.
BPF_LOAD, BPF_JUMP_EQ, BPF_JUMP_GE, BPF_JUMP_SET, BPF_RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
RET_KILL, RET_ALLOW, RET_ERRNO = 0x80000000, 0x7FFF0000, 0x00050000
OFFSET_NUMBER, OFFSET_ARCH, OFFSET_ARGUMENT_0, OFFSET_ARGUMENT_2 = (
    0,
    4,
    16,
    32,
)  # of struct seccomp_data
X32_BIT = 0x40000000
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


@dataclass(frozen=True, slots=True)
class Isolation:
    """How well the process is locked in; `reason` says what is missing, empty if nothing."""

    level: Level
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """`memory` in bytes of address space, `cpu_s` in seconds of processor time."""

    memory: int
    cpu_s: int


def enter(limits: ProcessLimits, parent: int, *, filtered: bool = True) -> Isolation:
    """Locks the calling process in for good, and checks that it holds.

    `parent` is the process id that must still be alive. `filtered=False` leaves the system-call
    filter out: tests use it to see their attacks succeed.
    """
    os.chdir("/")
    _limit_resources(limits)
    if not sys.platform.startswith("linux"):  # pragma: no cover - another operating system
        return Isolation("reduced", "system calls can be filtered on Linux only")
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(1)
    if not filtered:
        return Isolation("reduced", "the system-call filter was switched off")
    reason = _install_filter(libc)
    return Isolation("reduced", reason) if reason else _verified()


def _limit_resources(limits: ProcessLimits) -> None:
    wanted = {
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_CPU: limits.cpu_s,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 32,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in wanted.items():
        # macOS refuses RLIMIT_AS; the deadline and the memory of the parent's checks remain
        with contextlib.suppress(ValueError, OSError):
            # one more second as hard limit: SIGXCPU, which names the reason, comes before SIGKILL
            hard = value + 1 if kind == resource.RLIMIT_CPU else value
            resource.setrlimit(kind, (value, hard))


def _install_filter(libc: ctypes.CDLL) -> str:
    """Installs the allow-list; answers why it could not, or nothing."""
    machine = platform.machine()
    if machine not in AUDIT_ARCH:
        return f"system calls cannot be filtered on {machine}"
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return "the kernel refused no_new_privs"
    program = filter_program(machine)
    instructions = ctypes.create_string_buffer(program, len(program))

    class SockFprog(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    fprog = SockFprog(len(program) // 8, ctypes.addressof(instructions))
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(fprog), 0, 0) != 0:
        return f"the kernel refused the system-call filter ({os.strerror(ctypes.get_errno())})"
    return ""


def filter_program(machine: str) -> bytes:
    """The allow-list as classic BPF, 8 bytes an instruction, for `x86_64` or `aarch64`."""
    column = 1 if machine == "x86_64" else 2
    refuse = _instruction(BPF_RETURN, RET_ERRNO | errno.EPERM)
    allow = _instruction(BPF_RETURN, RET_ALLOW)
    program = [
        _instruction(BPF_LOAD, OFFSET_ARCH),
        _instruction(BPF_JUMP_EQ, AUDIT_ARCH[machine], 1, 0),
        _instruction(BPF_RETURN, RET_KILL),
        _instruction(BPF_LOAD, OFFSET_NUMBER),
        _instruction(BPF_JUMP_GE, X32_BIT, 0, 1),
        refuse,
        _instruction(BPF_JUMP_EQ, CLONE3, 0, 1),
        _instruction(BPF_RETURN, RET_ERRNO | errno.ENOSYS),
    ]
    for entry in ALLOWED:
        number = entry[column]
        if isinstance(number, int):
            program += [_instruction(BPF_JUMP_EQ, number, 0, 1), allow]
    for entry in WITHOUT_EXEC:
        program += [
            _instruction(BPF_JUMP_EQ, int(entry[column]), 0, 4),
            _instruction(BPF_LOAD, OFFSET_ARGUMENT_2),
            _instruction(BPF_JUMP_SET, PROT_EXEC, 0, 1),
            refuse,
            allow,
        ]
    program += [
        _instruction(BPF_JUMP_EQ, CLONE[column - 1], 0, 3),
        _instruction(BPF_LOAD, OFFSET_ARGUMENT_0),
        _instruction(BPF_JUMP_SET, CLONE_THREAD, 0, 1),
        allow,
    ]
    return b"".join([*program, refuse])


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _verified() -> Isolation:
    """Tries what must be impossible by now."""
    attempts: dict[str, Callable[[], object]] = {
        "opening a file": lambda: os.close(os.open("/", os.O_RDONLY)),
        "opening a connection": socket.socket,
        "sending a signal": lambda: os.kill(os.getpid(), 0),
    }
    for name, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        return Isolation("reduced", f"{name} was not refused")
    return Isolation("full")
