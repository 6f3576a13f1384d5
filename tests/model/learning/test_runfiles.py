"""A run's folder: whole or untouched, and only for the run that it belongs to."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from model.learning.errors import NoSpaceError, RunError
from model.learning.runfiles import (
    LOG,
    STATE,
    Position,
    RunLog,
    State,
    check_folder,
    check_space,
    load_state,
    prepare_folder,
    read_log,
    save_state,
    space_for_run,
    write_whole,
)

RUN = {"seed": 1, "training_list": "ab"}


def state(value: float = 1.0, size: int = 3) -> State:
    weights = torch.full((size,), value)
    return State(RUN, Position(2, 3), {"w": weights}, {0: weights * 2})


def test_a_state_comes_back_as_it_was(tmp_path: Path) -> None:
    save_state(tmp_path, state())
    found = load_state(tmp_path, RUN)
    assert found.at == Position(2, 3)
    assert torch.equal(found.network["w"], torch.ones(3))
    assert torch.equal(found.momentum[0], torch.full((3,), 2.0))


def test_another_run_is_named(tmp_path: Path) -> None:
    save_state(tmp_path, state())
    with pytest.raises(RunError, match="another training list"):
        load_state(tmp_path, {**RUN, "training_list": "cd"})


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half", b"\x02" + bytes(7) + b"{}"])
def test_a_damaged_state_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / STATE).write_bytes(content)
    with pytest.raises(RunError, match="damaged"):
        load_state(tmp_path, RUN)


FULL_DISK = """
import resource, sys
from pathlib import Path
from model.learning.errors import NoSpaceError
from model.learning.runfiles import write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    write_whole(Path(sys.argv[1]), b"n" * 100_000)
except NoSpaceError:
    sys.exit(7)
"""


@pytest.mark.parametrize(("limit", "status", "left"), [(50_000, 7, b"old"), (200_000, 0, b"nnn")])
def test_without_space_the_old_file_stays(
    tmp_path: Path, limit: int, status: int, left: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(path), str(limit)], check=False)
    assert done.returncode == status
    assert path.read_bytes()[:3] == left
    assert list(tmp_path.iterdir()) == [path]


def test_no_space_is_one_plain_sentence_with_advice(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(NoSpaceError, match="Free some space"):
            save_state(tmp_path, state(size=10_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RunError, match="cannot be written"):
        write_whole(tmp_path / "file" / "x", b"")


def test_a_folder_with_a_run_is_not_taken_over_by_accident(tmp_path: Path) -> None:
    prepare_folder(tmp_path / "run", resume=False)
    save_state(tmp_path / "run", state())
    (tmp_path / "run" / ".draft-x").write_bytes(b"left by a kill")
    with pytest.raises(RunError, match="already holds a run"):
        prepare_folder(tmp_path / "run", resume=False)
    prepare_folder(tmp_path / "run", resume=True)
    assert [path.name for path in (tmp_path / "run").iterdir()] == [STATE]


def test_the_log_forgets_what_is_done_again(tmp_path: Path) -> None:
    log = RunLog(tmp_path, Position())
    for epoch, step in ((0, 1), (0, 2), (1, 1), (1, 2)):
        log.write({"epoch": epoch, "step": step})
    with (tmp_path / LOG).open("a") as file:
        file.write('{"epoch": 1, "st')  # cut off by a kill
    assert len(read_log(tmp_path)) == 4
    RunLog(tmp_path, Position(1, 1)).write({"epoch": 1, "step": 2, "again": True})
    assert [(e["epoch"], e["step"]) for e in read_log(tmp_path)] == [(0, 1), (0, 2), (1, 1), (1, 2)]
    assert read_log(tmp_path)[-1]["again"]


@pytest.mark.parametrize(("at", "kept"), [(Position(0, 2), 0), (Position(1), 1)])
def test_a_check_is_forgotten_unless_its_epoch_was_ended(
    tmp_path: Path, at: Position, kept: int
) -> None:
    log = RunLog(tmp_path, Position())
    log.write({"epoch": 0, "step": 2, "loss": 1.0})
    log.write({"epoch": 0, "step": 2, "check": {"top1": 0.5}})
    RunLog(tmp_path, at)
    lines = read_log(tmp_path)
    assert ["loss" in line for line in lines] == [True] + [False] * kept


def test_room_is_asked_for_where_the_folder_will_be(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet"
    check_space(folder, 0)
    with pytest.raises(NoSpaceError, match="make some room"):
        check_space(folder, 1 << 60)
    assert not (tmp_path / "not").exists()


def test_a_resumed_run_needs_less_room(tmp_path: Path) -> None:
    fresh = space_for_run(tmp_path, 1000)
    (tmp_path / STATE).write_bytes(bytes(2000))
    assert (fresh, space_for_run(tmp_path, 1000)) == (4000, 2000)


def test_a_file_is_no_folder_for_a_run(tmp_path: Path) -> None:
    (tmp_path / "run").write_bytes(b"")
    with pytest.raises(RunError, match="is a file"):
        check_folder(tmp_path / "run", resume=True)
