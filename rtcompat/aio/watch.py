"""`AsyncWatch`: what changed, awaited."""
from __future__ import annotations

import asyncio
from typing import Any, AsyncIterator, Dict, Iterable, Optional, Protocol, Tuple, Union

from rtcompat.driving import run_async
from rtcompat.model import Outcome, Ticket, Transaction
from rtcompat.ticketsql import Query
from rtcompat.watching import Ask, Change, Histories, Search, Sweeps, Wait

__all__ = ["AsyncWatch", "AsyncWatched"]


class AsyncWatched(Protocol):
    """The operations that watching is made of."""

    def search_tickets(self, query: Union[str, Query], *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None,
                       snapshot: bool = False) -> AsyncIterator[Ticket]: ...

    def get_histories(self, ticket_ids: Iterable[int], *, content: bool = True
                      ) -> AsyncIterator[Outcome[Tuple[Transaction, ...]]]: ...


class AsyncWatch(AsyncIterator[Change]):
    """An asynchronous iterator over what changed. See `Tracker.watch`.

    An error ends nothing, and neither does a cancellation: the next ``__anext__`` goes on where
    this one was, and looks at once. Several tasks may take changes from one watch: each change
    goes to one of them.
    """

    def __init__(self, client: AsyncWatched, sweeps: Sweeps) -> None:
        self._client, self._sweeps = client, sweeps
        self._closed = False
        self._waiting: Optional[asyncio.Future[None]] = None
        self._turn: Optional[asyncio.Lock] = None

    def __aiter__(self) -> AsyncWatch:
        return self

    @property
    def cursor(self) -> Dict[str, Any]:
        """Where it is now: as `Watch`'s."""
        return self._sweeps.cursor

    def close(self) -> None:
        """End it, even while it waits (from another task)."""
        self._closed = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def aclose(self) -> None:
        """As `close`, for ``contextlib.aclosing``."""
        self.close()

    async def __anext__(self) -> Change:
        # Made in a running loop: before Python 3.10 a lock belongs to the loop it was made in.
        if self._turn is None:
            self._turn = asyncio.Lock()
        async with self._turn:
            if not self._closed:
                change = await run_async(self._sweeps.coming(), self._answer)
                if change is not None:
                    return change
                self._closed = True
            raise StopAsyncIteration

    async def _answer(self, ask: Ask) -> Any:
        if isinstance(ask, Search):
            return self._client.search_tickets(ask.query, order=ask.order or None,
                                               fields=ask.fields)
        if isinstance(ask, Histories):
            return self._client.get_histories(ask.ids, content=ask.content)
        if isinstance(ask, Wait):
            return await self._wait(ask.seconds)
        try:
            return await ask.listing.__anext__()
        except StopAsyncIteration:
            return None

    async def _wait(self, seconds: float) -> bool:
        """Whether nobody closed it meanwhile."""
        if not self._closed:
            self._waiting = asyncio.get_running_loop().create_future()
            try:
                await asyncio.wait((self._waiting,), timeout=seconds)
            finally:
                self._waiting = None
        return not self._closed
