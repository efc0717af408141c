"""Real RT servers on loopback, seeded alike: `python -m tests.bench up`."""

from __future__ import annotations

from .bench import Bench, Server, User
from .errors import BenchError, Unavailable

__all__ = ["Bench", "BenchError", "Server", "Unavailable", "User"]
