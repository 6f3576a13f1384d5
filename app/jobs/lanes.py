"""The worker processes beside a server: for answers, for bringing in and for long work.

Each runs when it is needed. The one that brings in rings for those who answer: it writes a line.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from app.jobs.kinds import KINDS, LaneName
from app.jobs.supervisor import Supervisor
from app.settings import Settings, whole_environment
from app.workflow.services import Services
from app.workflow.standby import Lane
from model.inference.seam import Status
from storage.errors import StorageError
from storage.records import queue

ROOT = Path(__file__).resolve().parents[2]
# A loaded model takes half a gigabyte: it is kept while people come, and given back after them.
IDLE_S: Mapping[LaneName, float] = {"answers": 15 * 60.0, "bring": 30.0, "long": 30.0}
RING = "ring"
WARMING_UP = Status("warming up", "The model is warming up; this takes a few seconds.")
RESTING = Status("resting", "The model rests; it wakes up when somebody comes.")
log = logging.getLogger(__name__)


@contextmanager
def workers(settings: Settings, services: Services) -> Iterator[dict[LaneName, Supervisor]]:
    """Runs all lanes' processes as they are needed, with the very settings of this server.

    The one for answers starts at once, so that the first visitor finds it warm.
    """
    lanes: dict[LaneName, Lane] = {
        "answers": services.lanes.answers,
        "bring": services.lanes.bring,
        "long": services.lanes.long,
    }
    services.lanes.answers.say(WARMING_UP)
    with ExitStack() as until_the_end:
        supervisors: dict[LaneName, Supervisor] = {}
        for name, lane in lanes.items():
            supervisor = Supervisor(
                _command(name),
                _environment(settings),
                is_needed=partial(_is_waiting, services, name),
                on_word=_listener(services, name),
            )
            supervisors[name] = until_the_end.enter_context(supervisor)
            lane.on_ring(supervisor.call)
        services.lanes.answers.ring()
        yield supervisors


def tell(status: Status) -> None:
    """Tells the server what `status` this process has; for a worker whose output it reads."""
    words = f"{status.state}|{' '.join(status.note.split())}"
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def ring_the_server() -> None:
    """Tells the server that there is something to answer; for a worker whose output it reads."""
    sys.stdout.write(f"{RING}\n")
    sys.stdout.flush()


def _listener(services: Services, name: LaneName) -> Callable[[str], None]:
    """What becomes of the lines that the process of a lane writes."""
    answers = services.lanes.answers
    if name == "answers":
        return partial(_heard, answers)
    return lambda words: answers.ring() if words == RING else None


def _heard(lane: Lane, words: str) -> None:
    state, _, note = words.partition("|")
    match state:
        case "ready" | "failed":
            lane.say(Status(state, note))
        case "warming up":
            lane.say(WARMING_UP)
        case "":
            lane.say(RESTING)
        case _:
            log.warning("the worker wrote something else: %s", words)


def _command(name: LaneName) -> list[str]:
    options = ["--lane", name, "--until-input-closes", "--until-idle", str(IDLE_S[name])]
    return [sys.executable, "-m", "app", "worker", *options]


def _environment(settings: Settings) -> dict[str, str]:
    environment = whole_environment(settings)
    paths = [str(ROOT), *filter(None, [environment.get("PYTHONPATH")])]
    return environment | {"PYTHONPATH": ":".join(paths)}


def _is_waiting(services: Services, name: LaneName) -> bool:
    try:
        with services.database.read() as session:
            return queue.is_waiting(session, kinds=tuple(KINDS[name]))
    except StorageError:
        log.warning("the jobs cannot be looked at; trying again", exc_info=True)
        return False
