"""What several tests of inference use."""

from __future__ import annotations

import pytest

from model.network.staged import StagedNetwork
from tests.model.inference.tiny import tiny_network


@pytest.fixture(scope="session")
def network() -> StagedNetwork:
    return tiny_network()
