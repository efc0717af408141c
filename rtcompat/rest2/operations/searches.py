"""Saved searches and simple search over REST2."""
from __future__ import annotations

from typing import Any, Iterable, Mapping, Optional, Tuple, Union

from rtcompat.exchange import Operation
from rtcompat.model import Page, SavedSearch, Ticket
from rtcompat.rest2 import searches
from rtcompat.rest2.operations.bound import Bound

__all__ = ["Searches"]


class Searches(Bound):
    """Saved searches and simple search over REST2: see `Tracker`."""

    SINCE: Mapping[str, Tuple[int, ...]] = {
        "get_saved_searches": (5, 0, 2), "get_saved_search": (5, 0, 2),
        "run_saved_search": (5, 0, 2)}

    def get_saved_searches(self, *, cursor: Any = None) -> Operation[Page[SavedSearch]]:
        return searches.saved(cursor)

    def get_saved_search(self, search: Union[int, str]) -> Operation[SavedSearch]:
        return searches.get_saved(search)

    def run_saved_search(self, search: Union[int, str], *, order: Optional[str] = None,
                         fields: Optional[Iterable[str]] = None, snapshot: bool = False,
                         cursor: Any = None) -> Operation[Page[Ticket]]:
        return searches.run_saved(self._context, search, order, fields, snapshot, cursor)

    def search_simple(self, text: str, *, fields: Optional[Iterable[str]] = None,
                      cursor: Any = None) -> Operation[Page[Ticket]]:
        return searches.simple(self._context, text, fields, cursor)
