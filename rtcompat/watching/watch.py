"""`Watch`: the blocking iterator over what changed."""
from __future__ import annotations

import threading
from typing import Any, Dict, Iterable, Iterator, Optional, Protocol, Tuple, Union

from rtcompat.driving import run
from rtcompat.model import Outcome, Ticket, Transaction
from rtcompat.ticketsql import Query
from rtcompat.watching.asking import Ask, Histories, Search, Wait
from rtcompat.watching.sweeps import Change, Sweeps

__all__ = ["Watch", "Watched"]


class Watched(Protocol):
    """The operations that watching is made of."""

    def search_tickets(self, query: Union[str, Query], *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None,
                       snapshot: bool = False) -> Iterator[Ticket]: ...

    def get_histories(self, ticket_ids: Iterable[int], *, content: bool = True
                      ) -> Iterator[Outcome[Tuple[Transaction, ...]]]: ...


class Watch(Iterator[Change]):
    """An iterator over what changed. See `Tracker.watch`.

    An error ends nothing: the next ``next`` goes on where this one failed.
    """

    def __init__(self, tracker: Watched, sweeps: Sweeps) -> None:
        self._tracker, self._sweeps = tracker, sweeps
        self._closed = threading.Event()

    def __iter__(self) -> Watch:
        return self

    @property
    def cursor(self) -> Dict[str, Any]:
        """Where it is now: plain values to go on with later. Between two changes it tells more
        than the last change's: also what was looked at and had nothing new."""
        return self._sweeps.cursor

    def close(self) -> None:
        """End it, even while it waits (from another thread)."""
        self._closed.set()

    def __next__(self) -> Change:
        if not self._closed.is_set():
            change = run(self._sweeps.coming(), self._answer)
            if change is not None:
                return change
            self._closed.set()
        raise StopIteration

    def _answer(self, ask: Ask) -> Any:
        if isinstance(ask, Search):
            return self._tracker.search_tickets(ask.query, order=ask.order or None,
                                                fields=ask.fields)
        if isinstance(ask, Histories):
            return self._tracker.get_histories(ask.ids, content=ask.content)
        if isinstance(ask, Wait):
            return not self._closed.wait(ask.seconds)
        return next(ask.listing, None)
