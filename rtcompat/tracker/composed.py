"""What is composed of operations, the same over every source: no protocol defines any of it."""
from __future__ import annotations

from typing import Any, Callable, Mapping, Optional

from rtcompat.errors import Conflict, UsageError
from rtcompat.model import Receipt, Ticket
from rtcompat.tracker.tickets import TicketOperations

__all__ = ["Composed"]


class Composed(TicketOperations):
    """Calls that make several operations of one."""

    def update_ticket(self, ticket_id: int,
                      function: Callable[[Ticket], Optional[Mapping[str, Any]]], *,
                      attempts: int = 5) -> Receipt:
        """Read a ticket, let a function say what to change, and write that if nobody came between.

        Args:
            function: is given the ticket and returns arguments of `edit_ticket` by name, or None
                or nothing where nothing is to be done. It is called again with the new ticket
                whenever somebody else was faster, so it should do nothing else.
            attempts: how often at most.
        Returns: the edit's receipt; one with only the id where nothing was to be done.
        Raises: Conflict: ``applied`` False after the last attempt; True, at once, when our change
            was written and collided with another one's: which of both stands then, the history
            tells, and its ``transactions``. What `edit_ticket` raises.
        Requests: 6/6; each further attempt 3 to 6 more.
        """
        if isinstance(attempts, bool) or not isinstance(attempts, int) or attempts < 1:
            raise UsageError("attempts is a number from 1 on", argument="attempts")
        left = attempts
        while True:
            ticket = self.get_ticket(ticket_id)
            changes = function(ticket)
            if not changes:
                return Receipt(id=ticket.id)
            if "if_unchanged" in changes:
                raise UsageError("if_unchanged is the ticket that the function was given",
                                 argument="function")
            left -= 1
            try:
                return self.edit_ticket(ticket.id, if_unchanged=ticket, **changes)
            except Conflict as conflict:
                if conflict.applied or not left:
                    raise
