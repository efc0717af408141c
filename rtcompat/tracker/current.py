"""Whether a record is still current. The contract of the operation."""
from __future__ import annotations

from rtcompat.model import Ticket
from rtcompat.tracker.source import Source

__all__ = ["CurrentOperations"]


class CurrentOperations(Source):
    """Whether a record is still current."""

    def is_current(self, ticket: Ticket) -> bool:
        """Whether nothing happened to a ticket since it was read, as far as RT tells.

        Args:
            ticket: as it was read, with ``last_updated`` or ``etag``.
        Returns:
            False for a change, and for a ticket that was merged, deleted or hidden from us
            meanwhile. By ``last_updated`` a second change within the second in which the ticket
            was read is not seen; by ``etag`` it is.
        Raises: UsageError for a ticket that holds neither.
        Requests: 1/1.
        Source: REST 1.0 ``show``; REST2 ``HEAD /ticket/N`` with If-None-Match, else
            ``POST /tickets``.
        """
        result: bool = self._carried("is_current", locals())
        return result
