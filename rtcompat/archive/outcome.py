"""What saving came to."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Tuple

from rtcompat.archive.answers import Problem
from rtcompat.errors import RTError

__all__ = ["Failure", "Saved"]


@dataclass(frozen=True)
class Failure:
    """What could not be saved.

    Attributes:
        what: ``ticket/12``, ``user/alice``.
        error: why. What RT refused was kept as its answer, unless a better one is there.
    """

    what: str
    error: RTError


@dataclass(frozen=True)
class Saved:
    """What `save` did.

    Attributes:
        found: tickets that the query finds.
        tickets: how many were asked for now: the others had not changed since they were saved.
        files, bytes: written now.
        composed: over REST2.
        failures: what could not be saved; the next `save` tries again where RT did not refuse it.
        problems: what was odd about the manifest that was there.
    """

    folder: Path
    found: int
    tickets: int
    files: int
    bytes: int
    composed: bool
    failures: Tuple[Failure, ...] = ()
    problems: Tuple[Problem, ...] = ()
