"""How long do lists, answers and saves take with 100,000 videos and 1,000,000 events? p50 and p95.

Prints milliseconds on the clock and of processor time; a machine with other work shows the second
better. `--store FOLDER` keeps what was built for the next time.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from storage.engine.database import Database
from storage.exchange import bundle, manifest
from storage.records import browsing, current, decisions, deletions, labels, predictions, versions
from storage.records.browsing import ORDERS, STATES, Filter
from storage.records.decision import Decision
from storage.records.decisions import LabelEventRecord
from storage.records.predictions import ScoreRecord
from storage.records.versions import NewVersion
from storage.records.videos import NewVideo
from storage.tables import LabelEvent, Prediction, Table, Video, utc_now
from storage.text import search_key

PEOPLE = ("Ann", "Bob", "Cy", "Di", "Eve", "")
WORDS = ("dancing", "playing", "throwing", "eating", "juggling", "climbing", "painting", "riding")
BATCH = 10_000

Step = Callable[[Session], object]


def main() -> None:
    """Builds the store if it is not there, then prints one line an action."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--videos", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=10, help="for each video")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--store", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = (asked.store or Path(folder)) / "second-look.sqlite3"
        database = Database.in_file(path)
        if database.revision() is None:
            _once("build", lambda: build(database, asked.videos, asked.events))
        database.upgrade()  # of what an earlier version kept
        print(f"{path.stat().st_size >> 20} MB; {asked.videos} videos")
        print(f"{'':40}{'p50 ms':>9}{'p95 ms':>9}{'p50 cpu':>9}{'p95 cpu':>9}")
        for name, step in looks(asked.videos).items():
            _measure(name, partial(_read, database, step), asked.rounds)
        for name, step in saves(asked.videos).items():
            _measure(name, partial(_write, database, step), asked.rounds)
        _long(database, Path(folder))


def build(database: Database, number: int, events: int) -> None:
    """`number` videos, each with an answer and `events` events by several people."""
    database.upgrade()
    chance = random.Random(7)
    with database.write() as session:
        labels.seed(session, names=[_label(n) for n in range(400)])
        version = versions.register(session, version=NewVersion("csn", "file://csn", "0" * 64)).id
        _insert(session, Video, map(_video, range(number)))
        _insert(session, Prediction, (_answer(n, version, chance) for n in range(1, number + 1)))
        _insert(session, LabelEvent, _events(number, events, chance))
        current.rebuild(session)


def looks(number: int) -> dict[str, Step]:
    """What a page reads."""
    found: dict[str, Step] = {f"list, {order}": _list(order=order) for order in ORDERS}
    found |= {f"list, {order}, deep": _list(order=order, offset=number // 2) for order in ORDERS}
    found |= {f"filter, {s}": _list(where=Filter(state=s), order="name") for s in STATES}
    texts = {"one name": f"holiday {number - 1:06d}", "a label": "juggling", "all names": "holiday"}
    texts |= {"two letters": "ng", "nothing": "no such text", "one label": "playing playing 9"}
    found |= {f"text, {k}": _list(where=Filter(text=t), order="label") for k, t in texts.items()}
    found["text, all names, deep"] = _list(where=Filter(text="holiday"), offset=number // 2)
    found["person"] = _list(where=Filter(annotator="Ann"), order="least_sure")
    found["person, text, state"] = _list(
        where=Filter(text="juggling", annotator="Ann", state="labelled"), order="decided"
    )
    found["counts"] = browsing.states
    found["people"] = decisions.annotators
    found["the answer page"] = lambda session: _answer_page(session, random.randint(1, number))
    return found


def _label(number: int) -> str:
    return f"{WORDS[number % 8]} {WORDS[number // 8 % 8]} {number}"


def saves(number: int) -> dict[str, Step]:
    """What a person changes."""
    ids = iter(random.sample(range(1, number + 1), min(number, 5000)))

    def decide(session: Session) -> object:
        label = _label(random.randrange(400))
        decision = Decision(uuid.uuid4().hex, next(ids), "corrected", label, annotator="Ann")
        return decisions.record_decision(session, decision)

    def undo(session: Session) -> object:
        event = next(one[-1] for one in map(current_of(session), ids) if one)
        return decisions.undo(session, op_id=uuid.uuid4().hex, event_id=event.id, annotator="Ann")

    def answer(session: Session) -> object:
        scores = (ScoreRecord(3, "painting", random.random(), 1.0),)
        return predictions.add(
            session, video_id=next(ids), model_version_id=1, protocol="auto", scores=scores,
            seconds=1.0,
        )  # fmt: skip

    def delete(session: Session) -> object:
        return deletions.delete_rows(session, video_id=next(ids), deleted_by="Ann")

    return {"save": decide, "take back": undo, "keep an answer": answer, "delete": delete}


def current_of(session: Session) -> Callable[[int], tuple[LabelEventRecord, ...]]:
    """What stands for a video."""
    return lambda video_id: decisions.current(session, video_id=video_id)


def _list(**how: Any) -> Step:
    return lambda session: browsing.browse(session, **how)


def _answer_page(session: Session, video_id: int) -> None:
    predictions.latest(session, video_id=video_id)
    decisions.current(session, video_id=video_id)
    decisions.history(session, video_id=video_id)
    labels.all_labels(session)
    manifest.newest(session, limit=1)


def _long(database: Database, folder: Path) -> None:
    """Work of seconds, once, with the largest memory that the program had until then."""
    with database.read() as session:
        _once("frozen set", lambda: manifest.freeze(session))
        _once("videos named last, 2000", lambda: manifest.newest(session, limit=2000))
        _once("export as CSV", lambda: bundle.export(session, folder / "x", names=["labels.csv"]))
        _once("export of everything", lambda: bundle.export(session, folder / "all.zip"))
    _once("verify", lambda: print(f"wrong: {len(database.verify())}"))


def _once(name: str, work: Callable[[], object]) -> None:
    start, used = time.perf_counter(), time.process_time()
    work()
    clock, cpu = time.perf_counter() - start, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{name:40}{clock:8.1f} s{cpu:8.1f} s of processor time; at most {memory} MB", flush=True)


def _measure(name: str, work: Callable[[], object], rounds: int) -> None:
    work()
    clock, cpu = [], []
    for _ in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        work()
        clock.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.process_time() - used))
    numbers = [f(values) for values in (clock, cpu) for f in (statistics.median, _p95)]
    print(f"{name:40}" + "".join(f"{number:9.1f}" for number in numbers), flush=True)


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def _read(database: Database, step: Step) -> None:
    with database.read() as session:
        step(session)


def _write(database: Database, step: Step) -> None:
    with database.write() as session:
        step(session)


def _insert(session: Session, table: type[Table], rows: Iterator[Mapping[str, Any]]) -> None:
    while batch := list(islice(rows, BATCH)):
        session.execute(insert(table), batch)


def _video(number: int) -> dict[str, Any]:
    digest = f"{(number * 2654435761) % 2**32:08x}{number:056x}"
    name = f"Holiday {number:06d} {WORDS[number % 7]}.mp4"
    video = NewVideo(digest, f"{digest[:2]}/{digest}", 10**6, name, number % 600 / 10, 25, 640, 360)
    return asdict(video) | {"name_key": search_key(name)}


def _answer(video_id: int, version: int, chance: random.Random) -> dict[str, Any]:
    top = chance.randrange(400)
    label = f"{WORDS[top % 8]} {WORDS[top // 8 % 8]} {top}"
    return {
        "video_id": video_id, "model_version_id": version, "protocol": "auto", "top_index": top,
        "top_label": label, "top_key": label, "top_probability": chance.random(), "seconds": 1.0,
        "scores": [asdict(ScoreRecord(top, label, 0.5, 1.0))] * 5, "details": {"notes": []},
    }  # fmt: skip


def _events(number: int, each: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Most say the same about a video; a tenth is taken back, a quarter has fewer events."""
    now, event_id = utc_now(), 0
    same = {"note": "", "created_at": now, "browser": "", "settles": False}
    none = dict.fromkeys(("label_id", "undo_of", "decision_id"))
    for video_id in range(1, number + 1):
        truth, last = chance.randint(1, 400), 0
        for _ in range(0 if chance.random() < 0.1 else each + (each + 8) // 9):
            event_id += 1
            event = same | none | {"op_id": f"{event_id}", "video_id": video_id, "verdict": None}
            event["annotator"] = chance.choice(PEOPLE)
            if last and chance.random() < 0.1:
                yield event | {"undo_of": last, "decision_id": last}
                last = 0
                continue
            unsure = chance.random() < 0.05
            label = chance.randint(1, 400) if chance.random() < 0.02 else truth
            named = {"verdict": "corrected", "label_id": label}
            yield event | ({"verdict": "unsure"} if unsure else named)
            last = event_id


if __name__ == "__main__":
    main()
