"""What saving came to."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional, Tuple

from rtcompat.archive.answers import Problem
from rtcompat.archive.folder import Store
from rtcompat.errors import (ConnectFailed, NotAuthenticated, Refused, RTError, TLSFailed,
                             UsageError)

__all__ = ["ENDS", "Failure", "Failures", "Saved"]

#: Errors that keep everything else from being saved.
ENDS = (NotAuthenticated, ConnectFailed, TLSFailed)


@dataclass(frozen=True)
class Failure:
    """What could not be saved.

    Attributes:
        what: ``ticket/12``, ``user/alice``.
        error: why. What RT refused was kept as its answer, unless a better one is there.
    """

    what: str
    error: RTError


class Failures:
    """Those of a task. Each is told in the manifest at once, so that no break hides it; a refusal
    that was kept as RT's answer, or that left an older answer in place, speaks for itself. What is
    no failure of RT, as a client that was closed meanwhile, is raised instead.

    Attributes:
        ticket: the one that is being saved. found: those so far.
    """

    def __init__(self, store: Store, ticket: Optional[int] = None) -> None:
        self._store = store
        self.ticket = ticket
        self.found: List[Failure] = []

    def add(self, failure: Failure) -> None:
        """Raises: UsageError for what is no failure of RT."""
        error = failure.error
        if isinstance(error, UsageError) and error.argument is None:
            raise error  # one about an argument is about a name that RT gave: two queues' name
        if isinstance(error, Refused) and self._store.get(f"{failure.what}/show"):
            self._store.had(failure.what)
        else:
            with_ticket = failure.what.startswith(("attachment/", "show/"))
            self._store.fail(failure.what, f"{type(error).__name__}: {error.what}",
                             self.ticket if with_ticket else None)
        self.found.append(failure)


@dataclass(frozen=True)
class Saved:
    """What `save` did.

    Attributes:
        found: tickets that the query finds.
        tickets: how many were asked for now: the others had not changed since they were saved.
        files, bytes: written now.
        composed: over REST2.
        failures: what could not be saved, now or before; the next `save` tries again, except where
            RT's refusal was kept.
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
