"""Fixtures that more than one folder of tests uses. The bench's own come from its plugin."""
from __future__ import annotations

from typing import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.bench.bench import Bench
from tests.connections import Connections

# A busy machine is not a failure.
settings.register_profile("rtcompat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("rtcompat")


@pytest.fixture(scope="session")
def connections(bench: Bench) -> Iterator[Connections]:
    """Connected clients by server, user and protocol."""
    opened = Connections(bench)
    yield opened
    opened.close()
