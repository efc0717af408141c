"""`rtcompat.tracker.searches`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from typing import Iterable, Optional, Union

from rtcompat.aio.listing import AsyncListing
from rtcompat.aio.source import AsyncSource
from rtcompat.model import SavedSearch, Ticket

__all__ = ["AsyncSearchOperations"]


class AsyncSearchOperations(AsyncSource):
    """Saved searches and simple search: over REST2 only."""

    def get_saved_searches(self) -> AsyncListing[SavedSearch]:
        """See `Tracker.get_saved_searches`."""
        return self._listed("get_saved_searches", locals())

    async def get_saved_search(self, search: Union[int, str]) -> SavedSearch:
        """A saved search by number or name. See `Tracker.get_saved_search`."""
        result: SavedSearch = await self._carried("get_saved_search", locals())
        return result

    def run_saved_search(self, search: Union[int, str], *, order: Optional[str] = None,
                         fields: Optional[Iterable[str]] = None,
                         snapshot: bool = False) -> AsyncListing[Ticket]:
        """See `Tracker.run_saved_search`."""
        return self._listed("run_saved_search", locals())

    def search_simple(self, text: str, *,
                      fields: Optional[Iterable[str]] = None) -> AsyncListing[Ticket]:
        """See `Tracker.search_simple`."""
        return self._listed("search_simple", locals())
