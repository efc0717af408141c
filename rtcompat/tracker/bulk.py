"""Many tickets at once. The contract of each operation."""
from __future__ import annotations

from typing import Any, Iterable, Tuple, Type, TypeVar

from rtcompat.errors import UsageError
from rtcompat.model import (NewMessage, NewTicket, Outcome, Receipt, Ticket, TicketChange,
                            Transaction)
from rtcompat.tracker.source import Listing, Source

__all__ = ["BulkOperations"]

T = TypeVar("T")


def _items(given: Any, kind: Type[T], argument: str) -> Tuple[T, ...]:
    """The items of a batch, each of its kind. Raises: UsageError naming the first that is not."""
    if isinstance(given, (str, bytes)) or not hasattr(given, "__iter__"):
        raise UsageError(f"{argument} is a list", argument=argument)
    found = tuple(given)
    for place, one in enumerate(found):
        if not isinstance(one, kind) or isinstance(one, bool):
            raise UsageError(f"{argument}[{place}] is no {kind.__name__}, but {one!r}",
                             argument=f"{argument}[{place}]")
    return found


class BulkOperations(Source):
    """Many tickets at once, in far fewer requests than one by one.

    Each item has an `Outcome` of its own, in the order given: the result that the single operation
    would have returned, or the error that it would have raised, kept and not raised. Raised is
    only what keeps everything from being done: `UsageError` and `Unsupported`, which name the item
    and come before anything is written, and `TransportError` or `NotAuthenticated` before the
    first item was written; when these come later, the items that are left hold them.
    """

    def get_tickets(self, ticket_ids: Iterable[int]) -> Listing[Outcome[Ticket]]:
        """Tickets by number: each is what `get_ticket` gives, in the order given.

        Returns: one outcome an id, missing and forbidden tickets too, with their error.
        Requests: 100 tickets 1/1; 250 tickets 3/3; one that is missing 1/3; one that is merged
            1/4. Those that a search does not find are asked for one by one over REST2, by
            `get_ticket`.
        Source: REST 1.0 ``show``; REST2 ``POST /tickets``.
        """
        ticket_ids = _items(ticket_ids, int, "ticket_ids")
        return self._listed("get_tickets", locals())

    def get_histories(self, ticket_ids: Iterable[int], *, content: bool = True
                      ) -> Listing[Outcome[Tuple[Transaction, ...]]]:
        """Histories of many tickets: each is what `get_history` gives, in the order given.

        Args:
            content: as in `get_history`.
        Returns: one outcome an id; that of a missing or forbidden ticket holds the error.
        Requests: with text 2/3+; with HTML 3/3+; content=False 2/1+; 50 tickets 4/3+. REST 1.0: 2
            per 25 tickets, and 1 for each with HTML; REST2: 1 per 100 transactions, 1 per 100 of
            their parts, 1 per 100 texts, for 100 tickets at a time; merged tickets and those
            without a visible transaction one by one, by `get_history`.
        Source: REST 1.0 ``show`` of ``ticket/N,…/history`` and ``ticket/N,…/attachments``; REST2
            ``POST /transactions``, ``POST /attachments``.
        """
        ticket_ids = _items(ticket_ids, int, "ticket_ids")
        return self._listed("get_histories", locals())

    def create_tickets(self, tickets: Iterable[NewTicket], *,
                       read_back: bool = True) -> Tuple[Outcome[Receipt], ...]:
        """Create tickets, each once; see `create_ticket`.

        An answer that is lost, or a failure of RT in the middle, is followed by a search for what
        was created since: what is there has its receipt, what is surely not there is created
        after all (where RT has answered), and the rest holds OutcomeUnknown. Nothing is sure while
        a number given out meanwhile is a ticket of ours that is not as it was sent, or one that
        RT does not show.

        Requests: 3 tickets 6/4; 3 tickets, read_back=False 3/3. REST 1.0 creates one by one. REST2
            takes 2, and for each 100 tickets 1 and 1 to read back; those with files go one by one,
            and one that is refused takes 1 or 2 more.
        Source: REST 1.0 ``ticket/new``; REST2 ``POST /tickets/bulk`` (used from 5.0.3 on).
        """
        tickets = _items(tickets, NewTicket, "tickets")
        result: Tuple[Outcome[Receipt], ...] = self._carried("create_tickets", locals())
        return result

    def edit_tickets(self, changes: Iterable[TicketChange], *,
                     read_back: bool = True) -> Tuple[Outcome[Receipt], ...]:
        """Change many tickets; see `edit_ticket`. One change for many is
        ``TicketChange(0, status="resolved").for_each(ids)``.

        A failure of RT in the middle of a request, which ends it after part of it is done, is
        followed by a reading: what is done has its receipt, what is not is sent again.

        Of a merged ticket and the one that it was merged into the later change counts; the other
        one's receipt says ``altered``, where both are among the same 100.

        Raises: UsageError for a ticket that is named twice.
        Requests: 3 tickets 3/3; read_back=False 1/1; custom fields, read_back=False 2/2; deleted
            3/5. As many for each 100 tickets. Over REST2 those that are merged, deleted or hidden
            are read one by one, by up to 5 more, and those to be deleted are read back so.
        Source: REST 1.0 ``edit`` with several forms, ``show``; REST2 ``PUT /tickets/bulk`` (used
            from 5.0.3 on), ``POST /tickets``.
        """
        changes = _items(changes, TicketChange, "changes")
        result: Tuple[Outcome[Receipt], ...] = self._carried("edit_tickets", locals())
        return result

    def reply_to_tickets(self, messages: Iterable[NewMessage]) -> Tuple[Outcome[Receipt], ...]:
        """Reply to many tickets, each once; see `reply`. One text for many is
        ``NewMessage(0, "Done.").for_each(ids)``.

        Whether a message was recorded is read from the tickets' transactions, after a lost answer
        as well: what is surely not there is sent after all where RT has answered, and the rest
        holds OutcomeUnknown.

        Requests: 3 tickets 3/4+; with a status 9/5+. REST2: as many for each 100 tickets. One by
            one over REST 1.0, on RT before 5.0.3, where there are files, and on tickets that no
            search finds (merged, deleted, hidden).
        Source: REST 1.0 ``ticket/N/comment``; REST2 ``POST /tickets/bulk/correspond``,
            ``POST /transactions``.
        """
        messages = _items(messages, NewMessage, "messages")
        result: Tuple[Outcome[Receipt], ...] = self._carried("reply_to_tickets", locals())
        return result

    def comment_on_tickets(self, messages: Iterable[NewMessage]) -> Tuple[Outcome[Receipt], ...]:
        """Comment on many tickets, each once. Everything else as `reply_to_tickets`.

        Source: REST 1.0 ``ticket/N/comment``; REST2 ``POST /tickets/bulk/comment``.
        """
        messages = _items(messages, NewMessage, "messages")
        result: Tuple[Outcome[Receipt], ...] = self._carried("comment_on_tickets", locals())
        return result
