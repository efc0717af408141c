"""What can go wrong with the bench itself."""

from __future__ import annotations


class BenchError(Exception):
    """The bench could not do its work; the sentence says what failed, the log's end included."""


class Unavailable(BenchError):
    """A version outside the installed release that could not be had: ``name`` and ``reason``."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name = name
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"
