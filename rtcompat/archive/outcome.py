"""What saving came to."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import List, Tuple

from rtcompat.archive.answers import Problem
from rtcompat.archive.manifest import Store
from rtcompat.errors import Refused, RTError

__all__ = ["Failure", "Failures", "Saved"]


@dataclass(frozen=True)
class Failure:
    """What could not be saved.

    Attributes:
        what: ``ticket/12``, ``user/alice``.
        error: why. What RT refused was kept as its answer, unless a better one is there.
    """

    what: str
    error: RTError


class Failures(List[Failure]):
    """Those of a task. Each is told in the manifest at once, so that no break hides it; a refusal
    that was kept as RT's answer, or that left an older answer in place, speaks for itself."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    def append(self, failure: Failure) -> None:
        kept = isinstance(failure.error, Refused) and self._store.get(f"{failure.what}/show")
        if not kept:
            error = failure.error
            self._store.fail(failure.what, f"{type(error).__name__}: {error.what}")
        super().append(failure)


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
