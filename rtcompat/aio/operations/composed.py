"""`rtcompat.tracker.composed`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from typing import Any, Callable, Mapping, Optional

from rtcompat.aio.operations.bulk import AsyncBulkOperations
from rtcompat.aio.operations.server import AsyncServerOperations
from rtcompat.aio.operations.tickets import AsyncTicketOperations
from rtcompat.errors import Conflict, UsageError
from rtcompat.model import Receipt, Ticket
from rtcompat.tracker.updating import changes_of, check_function

__all__ = ["AsyncComposed"]


class AsyncComposed(AsyncServerOperations, AsyncTicketOperations, AsyncBulkOperations):
    """Calls that make several operations of one."""

    async def update_ticket(self, ticket_id: int,
                            function: Callable[[Ticket], Optional[Mapping[str, Any]]], *,
                            attempts: int = 5) -> Receipt:
        """See `Tracker.update_ticket`."""
        if isinstance(attempts, bool) or not isinstance(attempts, int) or attempts < 1:
            raise UsageError("attempts is a number from 1 on", argument="attempts")
        check_function(function)
        left = attempts
        while True:
            ticket = await self.get_ticket(ticket_id)
            changes = changes_of(function(ticket))
            if not changes:
                return Receipt(id=ticket.id)
            left -= 1
            try:
                return await self.edit_ticket(ticket.id, if_unchanged=ticket, **changes)
            except Conflict as conflict:
                if conflict.applied or not left:
                    raise
