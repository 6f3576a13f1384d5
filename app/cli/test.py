"""`test`: what a checkpoint answers to a list of videos, and what its answers are worth."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperCommand

from app.cli.context import DataDir, settings_of
from app.cli.interrupt import stop_on_signals
from app.cli.train import Config, Data, First, LookFirst, Metric, Prefix, print_metrics
from app.wiring import limits_of
from app.workflow.programmers.training import Sources, Trial, prepare_test
from model.errors import Cancelled
from model.inference.prediction import ProtocolName
from model.inference.timeline import Averaging
from model.learning.processes import joined_processes
from model.learning.scoring import OnShare, evaluate, write_evaluation
from model.learning.start import Stop

EVAL = "--eval"
app = typer.Typer(add_completion=False, rich_markup_mode=None)


class ListedMetrics(TyperCommand):
    """Takes `--eval a b` as well as `--eval a --eval b`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Puts the option before each of its values."""
        spread: list[str] = []
        listing = False
        for position, word in enumerate(args):
            listing = word == EVAL or (listing and not word.startswith("-"))
            if listing and word != EVAL and args[position - 1] != EVAL:
                spread.append(EVAL)
            spread.append(word)
        return super().parse_args(ctx, spread)


@app.command(cls=ListedMetrics)
def run_test(
    context: typer.Context,
    config: Config,
    checkpoint: Annotated[
        str, typer.Argument(help="A model of this machine, or a weight file.", show_default=False)
    ],
    data: Data,
    metrics: Annotated[
        list[Metric] | None, typer.Option(EVAL, help="What to print; the file holds all.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="JSON file for scores and metrics.")] = None,
    average_clips: Annotated[
        Averaging, typer.Option(help="Average softmax values (prob) or logits (score).")
    ] = "prob",
    protocol: Annotated[
        ProtocolName, typer.Option(help="test: ten clips, three crops. val: one clip, one crop.")
    ] = "test",
    data_prefix: Prefix = None,
    first: First = None,
    engine: Annotated[
        Literal["auto", "torch", "openvino"] | None, typer.Option(help="What computes.")
    ] = None,
    check_videos: LookFirst = True,
    data_dir: DataDir = None,
) -> None:
    """Test a checkpoint on a list of videos; under torchrun, in several processes."""
    settings = settings_of(context, data_dir, engine=engine)
    stop = stop_on_signals()
    sources, limits = Sources(data, data_prefix, check_videos, first), limits_of(settings)
    ask = Trial(config, checkpoint, sources, out, limits)
    test = prepare_test(ask, settings.models_dir, stop)
    with joined_processes() as team:
        if team.first:
            print(test.note, file=sys.stderr)
        found = evaluate(
            test.loaded,
            test.examples,
            cache_dir=settings.cache_dir,
            protocol=protocol,
            average=average_clips,
            engine="torch" if team.several else settings.engine,
            limits=limits,
            on_share=_teller(stop, tell=team.first),
            team=team,
        )
        if not team.first:
            return
    if out is not None:
        write_evaluation(out, found)
    print_metrics(found.metrics, metrics or tuple(Metric))


def _teller(stop: Stop, *, tell: bool) -> OnShare:
    def on_share(share: float) -> None:
        if stop():
            raise Cancelled("Stopped as asked; nothing was written.")
        if tell:
            print(f"{share:4.0%}  tested", file=sys.stderr, flush=True)

    return on_share
