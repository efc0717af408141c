"""`AsyncListing`: page after page, awaited."""
from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Awaitable, Callable, Deque, Generator, Generic, Optional, TypeVar

from rtcompat.model import NOT_LOADED, Page

__all__ = ["AsyncListing"]

T = TypeVar("T")


class AsyncListing(Generic[T]):
    """An asynchronous iterator over a listing that asks for page after page.

    ``async for ticket in client.search_tickets(query)`` needs no ``await``: the first page is
    asked for, and a refusal raised, when the first item is. ``listing = await
    client.search_tickets(query)`` asks for it at once, and gives the listing.

    A page that fails, or is cancelled, is asked for again by the next item wanted, so that nothing
    is passed over. Several tasks may take items from one listing: each item goes to one of them.

    Args:
        ask: gives the page of a cursor.
    """

    def __init__(self, ask: Callable[[Any], Awaitable[Page[T]]]) -> None:
        self._ask = ask
        self._items: Deque[T] = deque()
        self._cursor: Any = None
        self._begun = False
        self._total: Optional[int] = NOT_LOADED
        self._turn: Optional[asyncio.Lock] = None

    def __await__(self) -> Generator[Any, None, AsyncListing[T]]:
        return self._started().__await__()

    def __aiter__(self) -> AsyncListing[T]:
        return self

    async def __anext__(self) -> T:
        async with self._one_at_a_time():
            while not self._items:
                if self._begun and self._cursor is None:
                    raise StopAsyncIteration
                await self._page()
            return self._items.popleft()

    @property
    def total(self) -> Optional[int]:
        """How many items RT says there are, or None where it hides that; `NOT_LOADED` until the
        first page is there."""
        return self._total

    async def _started(self) -> AsyncListing[T]:
        async with self._one_at_a_time():
            if not self._begun:
                await self._page()
        return self

    async def _page(self) -> None:
        page = await self._ask(self._cursor)
        if not self._begun:
            self._begun, self._total = True, page.total
        self._items.extend(page.items)
        self._cursor = page.cursor

    def _one_at_a_time(self) -> asyncio.Lock:
        # Made in a running loop: before Python 3.10 a lock belongs to the loop it was made in.
        if self._turn is None:
            self._turn = asyncio.Lock()
        return self._turn
