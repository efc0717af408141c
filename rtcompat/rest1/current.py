"""Whether a ticket is still as it was read, over REST 1.0."""
from __future__ import annotations

from rtcompat import limits
from rtcompat.exchange import Operation
from rtcompat.model import NOT_LOADED, Ticket
from rtcompat.rest1.tickets import Tickets

__all__ = ["Current"]


class Current(Tickets):
    """The operation on a ticket as it was read."""

    def is_current(self, ticket: Ticket) -> Operation[bool]:
        """See `Tracker.is_current`: RT 1.0 tells when a ticket was last changed, not by whom.

        Requests: 1.
        """
        read = limits.dated_ticket(ticket)
        page = yield from self._slice([read.id], ("LastUpdated",), frozenset(("last_updated",)))
        now = next((one for one in page if one.id == read.id), None)
        return now is not None and now.last_updated is not NOT_LOADED \
            and now.last_updated == read.last_updated
