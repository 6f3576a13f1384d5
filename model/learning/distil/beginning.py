"""The weights that a student learns from: as it came, or fitted to its teacher layer by layer."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path

from torch import Tensor

from model.errors import Cancelled
from model.learning.distil.fitting import OnLayer, Views, fit
from model.learning.distil.material import Film
from model.learning.distil.task import Feeding
from model.learning.distil.views import Wildness, draw_view, render
from model.learning.errors import LearningError
from model.learning.processes import Processes
from model.learning.runfiles import space_watched
from model.learning.start import Start, Stop
from model.network.staged import StagedNetwork
from model.weights import checkpoint
from model.weights.checkpoint import LoadedCheckpoint

FIRST = 1 << 40  # number of a view: no step of training comes so far


def begin(
    start: Start,
    teacher: LoadedCheckpoint,
    films: Sequence[Film],
    fed: Feeding,
    path: Path,
    *,
    views: int,
    seed: int,
    how: Wildness,
    team: Processes,
    on_layer: OnLayer | None = None,
    stop: Stop | None = None,
) -> StagedNetwork:
    """The student fitted on that many views; for none as it came.

    What was fitted is kept at `path`, so that a resumed run has it at once. Raises
    `LearningError` if the student was not cut out of such a teacher, `Cancelled` once `stop` says
    so.
    """
    if not views:
        return start.network
    if start.sha256 or start.spec.arch != "separated-i3d" or teacher.spec.arch != "i3d":
        raise LearningError(
            "Only a student that is cut out of its teacher now, like separated-i3d-b8-s16, can "
            "be fitted to it layer by layer: ask for no views to fit it on."
        )
    if team.first and not path.is_file():

        def clip(number: int) -> Tensor:
            drawn = draw_view(films, fed.steps, seed, FIRST + number, how)
            return fed.of(render(drawn, films, fed.size)[None].cpu(), fed.student)[0]

        network = _fitted(start, teacher, Views(clip, views, seed), on_layer, stop)
        with space_watched(path):
            checkpoint.save(path, start.spec, network.state_dict())
    team.wait()
    return checkpoint.load(path).network


def _fitted(
    start: Start,
    teacher: LoadedCheckpoint,
    views: Views,
    on_layer: OnLayer | None,
    stop: Stop | None,
) -> StagedNetwork:
    network = copy.deepcopy(start.network)
    try:
        fit(network, copy.deepcopy(teacher.network), views, on_layer=on_layer, stop=stop)
    except Cancelled as stopped:
        raise Cancelled(f"{stopped} Nothing of it is kept: a resumed run fits them anew.") from None
    return network
