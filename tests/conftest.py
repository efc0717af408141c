"""Fixtures that more than one folder of tests uses. The bench's own come from its plugin."""
from __future__ import annotations

from typing import Iterator

import pytest

from tests.bench.bench import Bench
from tests.connections import Connections


@pytest.fixture(scope="session")
def connections(bench: Bench) -> Iterator[Connections]:
    """Connected clients by server, user and protocol."""
    opened = Connections(bench)
    yield opened
    opened.close()
