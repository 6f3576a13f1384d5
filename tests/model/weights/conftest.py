"""What tests of the weights use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor

from model.weights import checkpoint
from tests.model.weights.tiny import TINY, lively_state


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """The networks in these tests are so small that a second thread only waits."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def tiny_state() -> dict[str, Tensor]:
    return lively_state(TINY)


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory: pytest.TempPathFactory, tiny_state: dict[str, Tensor]) -> Path:
    """A checkpoint that no test may change."""
    path = tmp_path_factory.mktemp("tiny") / "tiny.safetensors"
    checkpoint.save(path, TINY, tiny_state)
    return path
