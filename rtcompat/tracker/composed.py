"""What is composed of operations, the same over every source: no protocol defines any of it."""
from __future__ import annotations

from datetime import datetime
from typing import Any, Callable, Iterable, Mapping, Optional, Union

from rtcompat.errors import Conflict, Unsupported, UsageError
from rtcompat.model import Receipt, Ticket
from rtcompat.ticketsql import Query
from rtcompat.tracker.bulk import BulkOperations
from rtcompat.tracker.server import ServerOperations
from rtcompat.tracker.tickets import TicketOperations
from rtcompat.tracker.updating import changes_of, check_function
from rtcompat.watching import Sweeps, Watch

__all__ = ["Composed"]


class Composed(ServerOperations, TicketOperations, BulkOperations):
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
            tells, and its ``transactions``. UsageError for what the function may not return. What
            `edit_ticket` raises.
        Requests: 6/6. Each further attempt takes 3 to 6 more.
        """
        if isinstance(attempts, bool) or not isinstance(attempts, int) or attempts < 1:
            raise UsageError("attempts is a number from 1 on", argument="attempts")
        check_function(function)
        left = attempts
        while True:
            ticket = self.get_ticket(ticket_id)
            changes = changes_of(function(ticket))
            if not changes:
                return Receipt(id=ticket.id)
            left -= 1
            try:
                return self.edit_ticket(ticket.id, if_unchanged=ticket, **changes)
            except Conflict as conflict:
                if conflict.applied or not left:
                    raise

    def watch(self, query: Union[str, Query], since: Union[datetime, Mapping[str, Any]], *,
              interval: Optional[float] = None, fields: Optional[Iterable[str]] = None,
              content: bool = False, ignore: Iterable[str] = ()) -> Watch:
        """What changed since a moment or a saved cursor: tickets and their new transactions.

        Args:
            query: as for `search_tickets`; InvalidQuery where its parentheses or quotation marks
                do not pair.
            since: a datetime with a time zone, or the ``cursor`` of the change handled last. A
                cursor belongs to its query, whose moments may move, and to its server: with
                others it is a UsageError.
            interval: seconds to wait between two looks, for ever, until ``close()`` is called; None
                looks once and ends.
            fields: attributes of the tickets wanted, as in `search_tickets`.
            content: whether transactions come with bodies and attachments.
            ignore: logins whose transactions are left out: our own, so that what we do on a
                change is no change again.
        Returns:
            An iterator of `Change`: (ticket, transactions, cursor). Each transaction comes once,
            those of a ticket by number and together as far as they were made between two looks;
            the tickets of a look in the order in which their changes began, of more than 100 by
            number. Save the cursor when a change is handled: whenever the program ends, going on
            from there repeats and misses nothing. After a look that brought nothing, the
            iterator's own ``cursor`` may be saved, too, and makes the next look cheaper.

            What RT was storing while it was looked at comes with a later look, after 120 seconds
            at the latest; longer than that it must not take. A ticket of which RT shows us no
            transaction comes with none, once for each new LastUpdated. What others have done
            before a ticket begins to match the query comes only as far as it is that new. A
            ticket that was merged comes as its survivor, where that matches. Not told: a deleted
            ticket, one that no longer matches, and what leaves LastUpdated alone.
        Requests: nothing new 2/1. Each 100 tickets that changed take 2/1 more, and what
            `get_histories` takes for them, again in the 3 seconds after and once after 120.
        """
        try:
            server: Optional[str] = self.server().url
        except Unsupported:
            server = None
        return Watch(self, Sweeps(query, since, interval=interval, fields=fields,
                                  content=content, ignore=ignore, server=server))
