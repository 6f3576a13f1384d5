"""A separated network fitted to its teacher layer by layer, in closed form: no gradients.

Every 3x3x3 convolution is cut with the covariances of what it really sees (`separation.separate`);
then its 1x1x1 part is fitted by ridge regression to what the teacher's layer gives for the same
views, from the student's own inputs, so that what the layers before got wrong is made good as far
as it can be (Zhang et al., "Accelerating very deep convolutional networks for classification and
detection", PAMI 2016, section 3.3, asymmetric reconstruction). Batch norms take up the mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model.errors import Cancelled
from model.learning.augment import generator
from model.learning.distil.patches import Moments, Places, at, draw_places, under
from model.learning.start import Stop
from model.network.i3d import InceptionBlock
from model.network.layers import ConvUnit
from model.network.separated import CUBE, SeparatedUnit, SplitStem
from model.network.staged import StagedNetwork
from model.weights.separation import separate, split_stem

PLACES = 1500  # of a view in a layer: neighbours tell much the same
RIDGE = 1e-2  # of the inputs' mean variance, towards what the covariances alone gave


@dataclass(frozen=True, slots=True)
class Fitted:
    """Which share of a layer's output is lost, after the cut and after the regression.

    Of its variance, from the student's own inputs, on the views that it was fitted on.
    """

    name: str
    cut: float
    left: float


@dataclass(frozen=True, slots=True)
class Views:
    """`count` clips to fit on, float32 [3, T, H, W] and normalised; made anew when asked for."""

    clip: Callable[[int], Tensor]
    count: int
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Maps:
    """What the student and its teacher made of each view so far, float16 [C, T, H, W]."""

    own: list[Tensor]
    dense: list[Tensor]


OnLayer = Callable[[Fitted], None]


def fit(
    student: StagedNetwork,
    teacher: StagedNetwork,
    views: Views,
    *,
    on_layer: OnLayer | None = None,
    stop: Stop | None = None,
) -> None:
    """Fits every `SplitStem` and `SeparatedUnit` of `student` to the dense layer in its place.

    Both are I3Ds. Runs on the processor and keeps the maps of all views, about 25 MB for a view of
    224 pixels. Raises `Cancelled` between two layers once `stop` says so.
    """
    tell = on_layer or (lambda _: None)
    with torch.no_grad():
        own, dense = (_layers(network) for network in (student, teacher))
        fitted = [name for name in own if isinstance(own[name], SeparatedUnit | InceptionBlock)]
        names = list(own)
        before = names[: names.index(fitted[0])]
        _fit_stem(own, dense, views, tell)
        maps = Maps([], [])
        for number in range(views.count):
            clip = views.clip(number).half()
            maps.own.append(_through([own[name] for name in before], clip))
            maps.dense.append(_through([dense[name] for name in before], clip))
        for name in names[len(before) :]:
            if stop is not None and stop():
                raise Cancelled("Stopped while the layers were fitted.")
            _fit_layer(name, own[name], dense[name], maps, views.seed, tell)


def _layers(network: StagedNetwork) -> dict[str, nn.Module]:
    """The layers of the network in their order, as fast as a processor computes them."""
    network.cpu().eval().to(memory_format=torch.channels_last_3d)
    return {**dict(network.trunk.named_children()), **dict(network.last_stage.named_children())}


def _fit_stem(
    own: dict[str, nn.Module], dense: dict[str, nn.Module], views: Views, on_layer: OnLayer
) -> None:
    """From the covariance of all that the 7x7x7 sees; nothing before it can be wrong."""
    unit, wanted = own["stem"], cast(ConvUnit, dense["stem"])
    if not isinstance(unit, SplitStem):
        return
    seen = Moments()
    for number in range(views.count):
        padded = own["stem_pad"](views.clip(number)[None])[0]
        size = tuple((length - 7) // 2 + 1 for length in padded.shape[1:])
        draw = generator(views.seed, number, "places of the stem")
        places = draw_places((size[0], size[1], size[2]), PLACES, draw)
        seen.add(under(padded, places, (7, 7, 7), stride=2).flatten(1))
    covariance, _ = seen.covariances
    weight = wanted.conv.weight
    space, time = split_stem(weight, len(unit.space.weight), covariance)
    unit.space.weight.copy_(space)
    unit.time.weight.copy_(time)
    merged = torch.einsum("oft,fcyx->octyx", time[..., 0, 0], space[:, :, 0])
    off = (weight - merged).double().flatten(1)
    _running_mean(unit.bn).sub_((off @ seen.means[0]).float())
    lost = ((off @ covariance) * off).sum()
    whole = weight.double().flatten(1)
    share = float(lost / ((whole @ covariance) * whole).sum())
    on_layer(Fitted("stem", share, share))


def _fit_layer(
    name: str, own: nn.Module, dense: nn.Module, maps: Maps, seed: int, on_layer: OnLayer
) -> None:
    """Fits what can be fitted in that layer, and takes the maps through it."""
    if isinstance(own, SeparatedUnit):
        _fit_unit(name, own, cast(ConvUnit, dense), (), (), maps, seed, on_layer)
    elif isinstance(own, InceptionBlock):
        wanted = cast(InceptionBlock, dense)
        for branch in ("first", "second"):
            unit, target = getattr(own, branch), getattr(wanted, branch)
            narrow = (getattr(own, f"narrow_{branch}"),), (getattr(wanted, f"narrow_{branch}"),)
            if isinstance(unit, SeparatedUnit):
                _fit_unit(f"{name}.{branch}", unit, target, *narrow, maps, seed, on_layer)
    for kept, layer in ((maps.own, own), (maps.dense, dense)):
        for number, each in enumerate(kept):
            kept[number] = _through([layer], each)


def _fit_unit(
    name: str,
    unit: SeparatedUnit,
    wanted: ConvUnit,
    own_before: Sequence[nn.Module],
    dense_before: Sequence[nn.Module],
    maps: Maps,
    seed: int,
    on_layer: OnLayer,
) -> None:
    places = _places(name, maps, seed)
    seen = Moments()
    for each, chosen in zip(maps.own, places, strict=True):
        seen.add(_under(own_before, each, chosen))
    channels = unit.depthwise.groups
    filters = len(unit.depthwise.weight) // channels
    depthwise, pointwise = separate(wanted.conv.weight, filters, seen.covariances[0])
    unit.depthwise.weight.copy_(depthwise)
    kernels = depthwise.reshape(channels, filters, -1)
    both, variance = Moments(), Moments()
    for each, target, chosen in zip(maps.own, maps.dense, places, strict=True):
        filtered = torch.einsum("sck,cfk->scf", _under(own_before, each, chosen), kernels)
        made = at(wanted.conv(_through(dense_before, target).float()[None])[0], chosen)
        both.add(filtered.flatten(1), made)
        variance.add(made[:, :, None])
    whole = variance.covariances[0].sum()
    start = pointwise.flatten(1).double().T
    own, shared = both.covariances
    given = own @ start
    weights = start + _ridge(own, shared - given)
    unit.pointwise.weight.copy_(weights.T[:, :, None, None, None])
    inputs, outputs = both.means
    _running_mean(unit.bn).copy_(_running_mean(wanted.bn) - (outputs - inputs @ weights))
    on_layer(
        Fitted(
            name, _lost(start, shared, given, whole), _lost(weights, shared, own @ weights, whole)
        )
    )


def _running_mean(norm: nn.BatchNorm3d) -> Tensor:
    return cast(Tensor, norm.running_mean)


def _ridge(own: Tensor, missing: Tensor) -> Tensor:
    """Weights [in, out] that give the `missing` covariance with x, drawn to zero.

    `own` [in, in] is the covariance of x.
    """
    held = own.clone()
    held.diagonal().add_(RIDGE * own.diagonal().mean())
    change: Tensor = torch.linalg.solve(held, missing)
    return change


def _lost(weights: Tensor, shared: Tensor, given: Tensor, whole: Tensor) -> float:
    """The share of the variance of y that these weights do not give.

    `shared` is the covariance of x with y, `given` that of x with what the weights make of it.
    """
    return float((1 - (weights * (2 * shared - given)).sum() / whole).clamp_min(0))


def _places(name: str, maps: Maps, seed: int) -> list[Places]:
    size = tuple(maps.own[0].shape[1:])
    return [
        draw_places(
            (size[0], size[1], size[2]), PLACES, generator(seed, number, f"places of {name}")
        )
        for number in range(len(maps.own))
    ]


def _under(before: Sequence[nn.Module], each: Tensor, places: Places) -> Tensor:
    """What the 3x3x3 of a unit sees at those places, float32 [S, C, 27]."""
    x = F.pad(_through(before, each).float(), (1,) * 6)
    return under(x, places, CUBE, stride=1)


def _through(layers: Sequence[nn.Module], x: Tensor) -> Tensor:
    """A map float16 [C, T, H, W] through those layers, in 32 bit."""
    x = x.float()[None].to(memory_format=torch.channels_last_3d)
    for layer in layers:
        x = layer(x)
    return x[0].half()
