"""Real RT servers on loopback, seeded alike: `python -m tests.bench up`."""

from __future__ import annotations

from .bench import Bench
from .errors import BenchError, Unavailable
from .server import Server, User

__all__ = ["Bench", "BenchError", "Server", "Unavailable", "User"]
