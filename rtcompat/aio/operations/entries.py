"""`rtcompat.tracker.entries`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from typing import Iterable, Optional, Union

from rtcompat.aio.listing import AsyncListing
from rtcompat.aio.source import AsyncSource
from rtcompat.conditions import Condition
from rtcompat.model import Attachment, Transaction
from rtcompat.ticketsql import Query

__all__ = ["AsyncEntryOperations"]


class AsyncEntryOperations(AsyncSource):
    """Transactions and attachments of all tickets, by search: over REST2 only."""

    def search_transactions(self, conditions: Iterable[Condition] = (), *,
                            query: Union[str, Query, None] = None,
                            order: Optional[str] = None) -> AsyncListing[Transaction]:
        """See `Tracker.search_transactions`."""
        return self._listed("search_transactions", locals())

    def search_attachments(self, conditions: Iterable[Condition] = (), *,
                           order: Optional[str] = None) -> AsyncListing[Attachment]:
        """See `Tracker.search_attachments`."""
        return self._listed("search_attachments", locals())
