"""One process or several: what each one does, and how they agree. Plain `torch.distributed`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
import torch.distributed as dist
from torch import Tensor

from model.learning.errors import RunError


@dataclass(frozen=True, slots=True)
class Processes:
    """This process among all that train together."""

    rank: int = 0
    count: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @property
    def first(self) -> bool:
        """Whether this is the one that writes and reports."""
        return self.rank == 0

    @property
    def several(self) -> bool:
        return self.count > 1

    def wait(self) -> None:
        """Until all are here."""
        if self.several:
            dist.barrier()

    def any(self, here: bool) -> bool:
        """Whether it is so in one of the processes; the same answer in all of them."""
        return bool(self.added(torch.tensor(float(here)))) if self.several else here

    def share(self, total: int) -> range:
        """The rows of 0..total-1 that fall to this process."""
        return range(self.rank, total, self.count)

    def added(self, values: Tensor) -> Tensor:
        """The sum over all processes, on all of them."""
        if self.several:
            values = values.to(self.device)
            dist.all_reduce(values)
        return values.cpu()


def check_device(device: str | None) -> None:
    """Raises `RunError` if this machine does not have it; None may be any."""
    if device == "cuda" and not torch.cuda.is_available():
        raise RunError(
            "No graphics card can be used here: there is none, or its driver (CUDA) is missing. "
            "Leave --device out, or say --device cpu."
        )


@contextmanager
def joined_processes(device: str | None = None) -> Iterator[Processes]:
    """The processes that torchrun started, or this one alone; leaves the group at the end.

    Where this process has joined already, this is the same group, and whoever joined leaves it.

    `device` is `cpu` or `cuda`; by default CUDA where there is any. Under torchrun each process
    takes the GPU of its local rank. Raises `RunError` if there is none where one is asked for.
    """
    check_device(device)
    kind = device or ("cuda" if torch.cuda.is_available() else "cpu")
    if not dist.is_torchelastic_launched():
        yield Processes(device=torch.device(kind))
        return
    if dist.is_initialized():
        yield _this_one(kind)
        return
    dist.init_process_group("nccl" if kind == "cuda" else "gloo")
    try:
        yield _this_one(kind)
    finally:
        dist.destroy_process_group()


def _this_one(kind: str) -> Processes:
    place = torch.device(kind)
    if kind == "cuda":
        place = torch.device("cuda", dist.get_node_local_rank())
        torch.cuda.set_device(place)
    return Processes(dist.get_rank(), dist.get_world_size(), place)
