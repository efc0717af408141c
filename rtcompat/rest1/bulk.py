"""Many tickets at once: ``show`` and ``edit`` with several objects; the rest one by one."""
from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Sequence, Tuple

from rtcompat import batches, fields, limits
from rtcompat.batches import Item, Merging
from rtcompat.exchange import Operation
from rtcompat.limits import positive_id
from rtcompat.model import (NewMessage, NewTicket, Outcome, Page, Receipt, Ticket, TicketChange,
                            Transaction)
from rtcompat.rest1 import read
from rtcompat.rest1.attachments import Attachments
from rtcompat.rest1.linking import Linking
from rtcompat.rest1.merging import TicketForms, TicketHistories

__all__ = ["Bulk"]

#: Histories an answer, which holds all their texts.
_HISTORIES = 25


def _page(ticket_ids: Sequence[int], cursor: Any, size: int) -> Tuple[List[int], Any]:
    """The ids of a page, each once, and the cursor of the next.

    Raises: UsageError for what is no id, before the first page.
    """
    for number in ticket_ids if cursor is None else ():
        positive_id(number, "ticket_ids")
    start = 0 if cursor is None else int(cursor["from"])
    more = start + size < len(ticket_ids)
    return list(ticket_ids[start:start + size]), {"from": start + size} if more else None


class Bulk(Linking, Attachments):
    """Operations on many tickets."""

    def get_tickets(self, ticket_ids: Iterable[int], *,
                    cursor: Any = None) -> Operation[Page[Outcome[Ticket]]]:
        """See `Tracker.get_tickets`. Requests: 1 per 100."""
        every = tuple(ticket_ids)
        some, following = _page(every, cursor, batches.SLICE)
        items = [Item(place, {}, None, number)
                 for place, number in enumerate(dict.fromkeys(some))]
        yield from batches.side_by_side(items, lambda item: self.get_ticket(item.id or 0),
                                        TicketForms(), "ticket_ids")
        return Page(_in_order(items, some), following, len(every))

    def get_histories(self, ticket_ids: Iterable[int], *, content: bool = True, cursor: Any = None
                      ) -> Operation[Page[Outcome[Tuple[Transaction, ...]]]]:
        """See `Tracker.get_histories`. One history of which we may see nothing makes RT fail over
        all of them (3.4 to 6.0), so what we see is asked first.

        Requests: 2 per 25, and 1 for each with HTML.
        """
        every = tuple(ticket_ids)
        some, following = _page(every, cursor, _HISTORIES)
        items = [Item(place, {}, None, number)
                 for place, number in enumerate(dict.fromkeys(some))]
        merging = TicketHistories()

        def start(item: Item[None]) -> Operation[Tuple[Transaction, ...]]:
            return self._history(item.id or 0, content, merging)
        yield from batches.side_by_side(items, start, merging, "ticket_ids")
        return Page(_in_order(items, some), following, len(every))

    def _history(self, number: int, content: bool,
                 merging: TicketHistories) -> Operation[Tuple[Transaction, ...]]:
        answer = yield from self._get(f"ticket/{number}/show", (("fields", "Status"),),
                                      about=f"look whether ticket {number} is there")
        if read.ticket_id(answer.form()) != number:
            merging.apart.add(number)
        return (yield from self.get_history(number, content=content)).items

    # -- writing ------------------------------------------------------------------------------

    def edit_tickets(self, changes: Iterable[TicketChange], *,
                     read_back: bool = True) -> Operation[Tuple[Outcome[Receipt], ...]]:
        """See `Tracker.edit_tickets`. Requests: 1 per 100, and 2 per 100 to decide the receipts."""
        items = batches.checked(tuple(changes), "changes", self._checked_change)
        batches.distinct(items, "changes")

        def start(item: Item[None]) -> Operation[Receipt]:
            return self.edit_ticket(**item.given, read_back=read_back)
        merging: Merging = TicketForms()
        yield from batches.side_by_side(items, start, merging, "changes")
        return batches.outcomes(items)

    def _checked_change(self, given: Mapping[str, Any]) -> None:
        wanted = limits.checked(fields.TICKET, given)
        self._only_whole_lists(given, wanted, given["complete_watchers"])
        self._nothing_given(wanted, "edit_ticket")
        self._lacking("edit_ticket", fields.TICKET, wanted)

    def create_tickets(self, tickets: Iterable[NewTicket], *,
                       read_back: bool = True) -> Operation[Tuple[Outcome[Receipt], ...]]:
        """See `Tracker.create_tickets`. One by one."""
        items = batches.checked(tuple(tickets), "tickets", self._checked_ticket)

        def act(item: Item[None]) -> Operation[Receipt]:
            done = yield from self.create_ticket(**item.given, read_back=read_back)
            item.id = done.id
            return done
        yield from batches.one_by_one(items, act, items)
        return batches.outcomes(items)

    def _checked_ticket(self, given: Mapping[str, Any]) -> None:
        wanted = limits.checked(fields.TICKET, given)
        limits.checked_message(given["content"], given["content_type"], given["attachments"])
        self._lacking("create_ticket", fields.TICKET, wanted)
        self._message(given["content"], given["content_type"], given["attachments"])

    def reply_to_tickets(self, messages: Iterable[NewMessage]
                         ) -> Operation[Tuple[Outcome[Receipt], ...]]:
        """See `Tracker.reply_to_tickets`. One by one."""
        return (yield from self._say_all("reply", "correspond", messages))

    def comment_on_tickets(self, messages: Iterable[NewMessage]
                           ) -> Operation[Tuple[Outcome[Receipt], ...]]:
        """See `Tracker.comment_on_tickets`. One by one."""
        return (yield from self._say_all("comment", "comment", messages))

    def _say_all(self, operation: str, action: str, messages: Iterable[NewMessage]
                 ) -> Operation[Tuple[Outcome[Receipt], ...]]:
        def check(given: Mapping[str, Any]) -> None:
            self._said(operation, action, given["content"], given["content_type"], given["cc"],
                       given["bcc"], given["time_worked"], given["attachments"])
        items = batches.checked(tuple(messages), "messages", check)

        def act(item: Item[None]) -> Operation[Receipt]:
            say = self.reply if operation == "reply" else self.comment
            return say(**item.given)
        yield from batches.one_by_one(items, act, items)
        return batches.outcomes(items)


def _in_order(items: Sequence[Item[None]], numbers: Sequence[int]) -> Tuple[Outcome[Any], ...]:
    """The outcomes by the numbers asked for, which may repeat."""
    found: Dict[int, Outcome[Any]] = {item.id or 0: one
                                      for item, one in zip(items, batches.outcomes(items))}
    return tuple(found[number] for number in numbers)
