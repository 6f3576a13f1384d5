"""The decoding process dies when it must, and nothing else dies with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from model.errors import Cancelled
from model.video import errors
from model.video.budget import Budget, processor_clock
from model.video.channel import PROGRAM, DecoderProcess
from model.video.facts import VideoLimits
from model.video.findings import hear, hear_done, hear_isolation
from model.video.reader import VideoReader
from tests.model.video.making import number_of, write_video

ROOT = Path(__file__).resolve().parents[3]
HOLDER = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from model.video.reader import VideoReader
reader = VideoReader(Path(sys.argv[2]))
print(reader.decoder_pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_crash_is_one_sentence_and_the_next_video_works(
    number: signal.Signals, plain: Path
) -> None:
    with VideoReader(plain) as reader:
        assert reader.decoder_pid is not None
        os.kill(reader.decoder_pid, number)
        with pytest.raises(errors.DecoderCrashed):
            list(reader.frames(range(12)))
        # a new process takes over for the same video
        assert len(list(reader.frames(range(12)))) == 12
    with VideoReader(plain) as reader:
        assert len(list(reader.frames(range(12)))) == 12


def test_a_crash_between_two_frames_is_noticed(tmp_path: Path) -> None:
    path = write_video(tmp_path / "video.mp4", frames=60, size=(640, 480))
    with VideoReader(path) as reader:
        frames = reader.frames(range(60))
        next(frames)
        assert reader.decoder_pid is not None
        os.kill(reader.decoder_pid, signal.SIGKILL)
        with pytest.raises(errors.DecoderCrashed):
            list(frames)


def test_a_process_that_hangs_is_stopped(plain: Path) -> None:
    with VideoReader(plain, VideoLimits(stall_s=0.3)) as reader:
        pid = reader.decoder_pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(errors.Stuck, match="stood still"):
            list(reader.frames(range(12)))
        assert not is_alive(pid)


SLEEPS = "import time\nwhile True: time.sleep(60)"
WAKES = "import time\nwhile True: time.sleep(0.02)"  # as threads that wait for each other do
WORKS = "while True: pass"


@pytest.mark.parametrize(
    ("program", "error"),
    [(SLEEPS, errors.Stuck), (WAKES, errors.Stuck), (WORKS, errors.TimedOut)],
)
def test_sleeping_and_working_for_ever_are_told_apart(
    program: str, error: type[Exception], plain: Path
) -> None:
    with plain.open("rb") as video:
        process = DecoderProcess(video.fileno(), {}, program=program)
        try:
            with pytest.raises(error):
                hear(process, "mp4", VideoLimits(inspect_s=1, stall_s=5))
        finally:
            process.close()


def test_the_first_look_has_a_budget(plain: Path) -> None:
    with pytest.raises(errors.TimedOut, match="computing"):
        VideoReader(plain, VideoLimits(inspect_s=1e-4))


def test_reading_has_a_budget(plain: Path) -> None:
    with VideoReader(plain, VideoLimits(decode_s=1e-6)) as reader:
        with pytest.raises(errors.TimedOut, match="computing"):
            list(reader.frames(range(12)))
        assert reader.decoder_pid is None


def test_waiting_costs_nothing_while_the_process_works() -> None:
    """A busy machine gives it little time, and a slow network reads late: neither is refused."""
    budget = Budget(1.0, stall_s=0.5)
    for look in range(100):
        budget.look(look / 101, 0.2)
    with pytest.raises(errors.TimedOut):
        budget.look(1.0, 0.4)


def test_what_was_spent_before_does_not_count() -> None:
    budget = Budget(1.0, used_s=5.0, stall_s=0.5)
    budget.look(5.9, 0.4)
    budget.look(5.9, 0.4)
    with pytest.raises(errors.Stuck):
        budget.look(5.9, 0.4)
    with pytest.raises(errors.TimedOut):
        budget.look(6.0, 0.0)


def test_the_clock_counts_work_and_not_sleep() -> None:
    sleeper = subprocess.Popen([sys.executable, "-I", "-c", SLEEPS])
    worker = subprocess.Popen([sys.executable, "-I", "-c", WORKS])
    asleep, at_work = processor_clock(sleeper.pid), processor_clock(worker.pid)
    while at_work() < 0.5:
        time.sleep(0.05)
    assert asleep() < at_work()
    for process in (sleeper, worker):
        process.kill()
        process.wait()
    assert at_work() >= 0.5  # what a dead process had spent is remembered


def test_the_process_dies_with_its_parent(plain: Path) -> None:
    """Even stopped, when it could not notice by itself."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(ROOT), str(plain)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    with holder.stdout:
        pid = int(holder.stdout.readline())
        os.kill(pid, signal.SIGSTOP)
        assert is_alive(pid)
        holder.kill()
        holder.wait()
    for _ in range(100):
        if not is_alive(pid):
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the decoding process outlived its parent")


def test_the_process_outlives_the_thread_that_opened_it(plain: Path) -> None:
    readers: list[VideoReader] = []
    thread = threading.Thread(target=lambda: readers.append(VideoReader(plain)))
    thread.start()
    thread.join()
    time.sleep(0.1)
    with readers[0] as reader:
        assert [f.index for f in reader.frames([3])] == [3]


def test_cancelling_ends_the_process(plain: Path) -> None:
    def stop(_: float) -> None:
        raise Cancelled

    with VideoReader(plain) as reader:
        with pytest.raises(Cancelled):
            list(reader.frames(range(12), on_progress=stop))
        assert reader.decoder_pid is None


def test_a_closed_reader_stays_closed(plain: Path) -> None:
    reader = VideoReader(plain)
    reader.close()
    reader.close()
    with pytest.raises(ValueError, match="closed"):
        reader.frames([0])


def test_every_video_gets_its_own_process(plain: Path) -> None:
    with VideoReader(plain) as first, VideoReader(plain) as second:
        assert first.decoder_pid != second.decoder_pid
        assert number_of(next(first.frames([1])).image) == 1
        assert number_of(next(second.frames([2])).image) == 2


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    """640x480 in RGB is 0.9 MB a frame: 600 kept frames would be 550 MB."""
    peaks = []
    for frames in (60, 600):
        path = write_video(
            tmp_path / f"{frames}.mp4", frames=frames, size=(640, 480), codec="mpeg4", gop=300
        )
        with VideoReader(path) as reader:
            assert sum(1 for _ in reader.frames(range(frames), short_side=64)) == frames
            assert reader.decoder_pid is not None
            peaks.append(peak_memory_kb(reader.decoder_pid))
    assert peaks[1] - peaks[0] < 16_000, peaks


LIES = {
    "nothing": "",
    "garbage": "os.write(1, bytes(range(256)) * 9)",
    "no hello": "send(2, b'{}')",
    "endless text": "os.write(1, HEADER.pack(1, 0, 1 << 31)); os.write(1, b'x' * 99999)",
    "no json": "send(1, b'{]')",
    "deep json": "send(1, b'[' * 60_000)",
    "no object": "send(1, b'[]')",
    "no facts": "send(1, b'{}'); send(4, b'')",
    "empty facts": "send(1, b'{}'); send(2, b'{}'); send(3, bytes(80))",
    "endless times": "send(1, b'{}'); send(2, b'{}'); os.write(1, HEADER.pack(3, 0, 1 << 31))",
    "odd times": "send(1, b'{}'); send(2, b'{}'); send(3, bytes(81))",
    "unknown error": "send(1, b'{}'); send(6, b'{\"code\": [1]}')",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_process_that_lies_is_not_believed(lie: str, plain: Path) -> None:
    program = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); from model.video.wire import HEADER\n"
        "def send(kind, data): os.write(1, HEADER.pack(kind, 0, len(data)) + data)\n" + LIES[lie]
    )
    with plain.open("rb") as video:
        process = DecoderProcess(video.fileno(), {}, program=program)
        try:
            with pytest.raises(errors.DecoderCrashed):
                hear(process, "mp4", VideoLimits(inspect_s=5))
        finally:
            process.close()


SAY = (
    "import os, sys; sys.path.insert(0, sys.argv[1]); from model.video.wire import HEADER\n"
    "def send(kind, data, index=0): os.write(1, HEADER.pack(kind, index, len(data)) + data)\n"
)
HEARS = "os.read(1, 1 << 16)\n"  # the request, which must not find the process gone


@pytest.mark.parametrize(
    ("last", "error"),
    [
        ('send(6, b\'{"code": "damaged"}\')', errors.Damaged),
        ('send(6, b\'{"code": "nonsense"}\')', errors.DecoderCrashed),
        ("send(1, b'{}')", errors.DecoderCrashed),
    ],
)
def test_a_request_that_does_not_end_well_raises(
    last: str, error: type[Exception], plain: Path
) -> None:
    with plain.open("rb") as video:
        process = DecoderProcess(video.fileno(), {}, program=SAY + last)
        try:
            budget = Budget(5)
            with pytest.raises(error):
                hear_done(process, process.receive(budget), VideoLimits(), budget)
        finally:
            process.close()


@pytest.mark.parametrize(
    "lie",
    ["send(4, bytes(64 * 48 * 3), 2)", "send(4, bytes(64 * 48 * 3), 0)", "send(4, bytes(5), 1)"],
    ids=["beyond", "before", "too short"],
)
def test_a_frame_that_nobody_asked_for_is_not_believed(lie: str, plain: Path) -> None:
    """The process lies after it was believed once."""
    first = "" if "0)" not in lie else "send(4, bytes(64 * 48 * 3), 1)\n"
    with VideoReader(plain) as reader, plain.open("rb") as video:
        assert reader._process is not None
        reader._process.close()
        reader._process = DecoderProcess(video.fileno(), {}, program=SAY + HEARS + first + lie)
        with pytest.raises(errors.DecoderCrashed):
            list(reader.frames([1]))
        assert [frame.index for frame in reader.frames([1])] == [1]  # a new one takes over


def test_nobody_can_be_asked_who_is_gone(plain: Path) -> None:
    with plain.open("rb") as video:
        process = DecoderProcess(video.fileno(), {}, program="")
        try:
            process._keeper.join()
            with pytest.raises(errors.DecoderCrashed):
                process.request({"indices": [0]})
        finally:
            process.close()


def test_where_there_is_no_clock_of_processes_time_stands_for_it() -> None:
    """As there is none of a process that is gone."""
    ended = subprocess.Popen([sys.executable, "-I", "-c", ""])
    ended.wait()
    passed = processor_clock(ended.pid)
    before = passed()
    time.sleep(0.01)
    assert passed() > before >= 0


def test_too_much_processor_time_is_named(plain: Path) -> None:
    program = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass"
    with plain.open("rb") as video:
        process = DecoderProcess(video.fileno(), {}, program=program)
        try:
            with pytest.raises(errors.TimedOut):
                hear(process, "mp4", VideoLimits(inspect_s=60))
        finally:
            process.close()


def test_a_program_that_cannot_start_is_a_crash(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(errors.DecoderCrashed):
        VideoReader(plain)


def test_the_real_program_greets(plain: Path) -> None:
    limits = {"max_pixels": 1, "max_frames": 1, "memory": 1 << 30, "cpu_s": 5}
    settings = {**limits, "demuxer": "", "off": []}
    with plain.open("rb") as video:
        process = DecoderProcess(video.fileno(), settings, program=PROGRAM)
        try:
            assert hear_isolation(process, Budget(5)).level in {"full", "reduced"}
        finally:
            process.close()


def test_images_are_independent_of_each_other(plain: Path) -> None:
    with VideoReader(plain) as reader:
        first, second = (frame.image for frame in reader.frames([0, 1]))
    assert not np.shares_memory(first, second)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def peak_memory_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])
