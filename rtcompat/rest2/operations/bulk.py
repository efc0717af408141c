"""Many tickets at once over REST2."""
from __future__ import annotations

from typing import Any, Iterable, Mapping, Tuple

from rtcompat.exchange import Operation
from rtcompat.model import (NewMessage, NewTicket, Outcome, Page, Receipt, Ticket, TicketChange,
                            Transaction)
from rtcompat.rest2 import (bulk, bulk_creating, bulk_editing, bulk_histories, bulk_messages)
from rtcompat.rest2.operations.bound import Bound

__all__ = ["Bulk"]


class Bulk(Bound):
    """Many tickets at once over REST2: see `Tracker`."""

    LACKS: Mapping[str, str] = {}

    def get_tickets(self, ticket_ids: Iterable[int], *,
                    cursor: Any = None) -> Operation[Page[Outcome[Ticket]]]:
        return bulk.get(self._context, tuple(ticket_ids), cursor)

    def get_histories(self, ticket_ids: Iterable[int], *, content: bool = True, cursor: Any = None
                      ) -> Operation[Page[Outcome[Tuple[Transaction, ...]]]]:
        return bulk_histories.histories(self._context, tuple(ticket_ids), content, cursor)

    def create_tickets(self, tickets: Iterable[NewTicket], *,
                       read_back: bool = True) -> Operation[Tuple[Outcome[Receipt], ...]]:
        return bulk_creating.create_all(self._context, tuple(tickets), read_back)

    def edit_tickets(self, changes: Iterable[TicketChange], *,
                     read_back: bool = True) -> Operation[Tuple[Outcome[Receipt], ...]]:
        return bulk_editing.edit_all(self._context, tuple(changes), read_back)

    def reply_to_tickets(self, messages: Iterable[NewMessage]
                         ) -> Operation[Tuple[Outcome[Receipt], ...]]:
        return bulk_messages.send_all(self._context, "reply", tuple(messages))

    def comment_on_tickets(self, messages: Iterable[NewMessage]
                           ) -> Operation[Tuple[Outcome[Receipt], ...]]:
        return bulk_messages.send_all(self._context, "comment", tuple(messages))
