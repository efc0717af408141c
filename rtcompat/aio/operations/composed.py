"""`rtcompat.tracker.composed`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from typing import Any, Callable, Mapping, Optional

from rtcompat.aio.operations.bulk import AsyncBulkOperations
from rtcompat.aio.operations.tickets import AsyncTicketOperations
from rtcompat.errors import Conflict, UsageError
from rtcompat.model import Receipt, Ticket

__all__ = ["AsyncComposed"]


class AsyncComposed(AsyncTicketOperations, AsyncBulkOperations):
    """Calls that make several operations of one."""

    async def update_ticket(self, ticket_id: int,
                            function: Callable[[Ticket], Optional[Mapping[str, Any]]], *,
                            attempts: int = 5) -> Receipt:
        """See `Tracker.update_ticket`."""
        if isinstance(attempts, bool) or not isinstance(attempts, int) or attempts < 1:
            raise UsageError("attempts is a number from 1 on", argument="attempts")
        left = attempts
        while True:
            ticket = await self.get_ticket(ticket_id)
            changes = function(ticket)
            if not changes:
                return Receipt(id=ticket.id)
            if "if_unchanged" in changes:
                raise UsageError("if_unchanged is the ticket that the function was given",
                                 argument="function")
            left -= 1
            try:
                return await self.edit_ticket(ticket.id, if_unchanged=ticket, **changes)
            except Conflict as conflict:
                if conflict.applied or not left:
                    raise
