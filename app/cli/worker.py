"""`worker`: does queued work, such as answers and teaching, beside or without a server."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.context import DataDir
from app.cli.services import services_of
from app.jobs.ending import end_on_signals, follow_input, make_way
from app.jobs.kinds import ALL_KINDS, KINDS, LaneName
from app.jobs.lanes import ring_the_server, tell
from app.jobs.lease import Pace
from app.jobs.standing_by import StandingBy
from app.jobs.worker import Worker

CALLED_POLL_S = 15.0  # whoever is called when there is work needs to look by itself seldom


def worker(
    context: typer.Context,
    lane: Annotated[
        LaneName | None, typer.Option(help="Only this kind of work. Default: all.")
    ] = None,
    until_input_closes: Annotated[
        bool, typer.Option(help="End when standard input closes, as `serve` asks for.")
    ] = False,
    until_idle: Annotated[
        float | None, typer.Option(min=1.0, help="End after so many seconds without work.")
    ] = None,
    lease: Annotated[
        float,
        typer.Option(min=5.0, help="Seconds without a heartbeat after which a job is taken over."),
    ] = Pace().lease_s,
    data_dir: DataDir = None,
) -> None:
    """Do queued work, such as answers and teaching, until stopped. `serve` starts its own."""
    services = services_of(context, data_dir)
    standing_by = StandingBy(services, tell if until_input_closes else lambda _: None)
    working = Worker(
        services,
        ALL_KINDS if lane is None else KINDS[lane],
        pace=Pace(poll_s=CALLED_POLL_S if until_input_closes else Pace().poll_s, lease_s=lease),
        on_rest=standing_by if lane == "answers" else lambda: None,
        logs=lane != "answers",
        idle_s=until_idle,
    )
    end_on_signals(working.end, lambda: working.holds_a_job)
    if until_input_closes:
        follow_input(working.end, working.hurry)
    if lane == "bring" and until_input_closes:
        services.lanes.answers.on_ring(ring_the_server)
    if lane != "answers":
        make_way()
    working.run()
