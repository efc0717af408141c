"""Searches of transactions and attachments over REST2."""
from __future__ import annotations

from typing import Any, Iterable, Mapping, Optional, Tuple, Union

from rtcompat.conditions import Condition
from rtcompat.exchange import Operation
from rtcompat.model import Attachment, Page, Transaction
from rtcompat.rest2 import entries
from rtcompat.rest2.operations.bound import Bound
from rtcompat.ticketsql import Query

__all__ = ["Entries"]


class Entries(Bound):
    """Searches of transactions and attachments over REST2: see `Tracker`."""

    SINCE: Mapping[str, Tuple[int, ...]] = {"search_transactions(query)": (5, 0, 2)}

    def search_transactions(self, conditions: Iterable[Condition] = (), *,
                            query: Union[str, Query, None] = None, order: Optional[str] = None,
                            cursor: Any = None) -> Operation[Page[Transaction]]:
        return entries.search_transactions(self._context, conditions, query, order, cursor)

    def search_attachments(self, conditions: Iterable[Condition] = (), *,
                           order: Optional[str] = None,
                           cursor: Any = None) -> Operation[Page[Attachment]]:
        return entries.search_attachments(self._context, conditions, order, cursor)
