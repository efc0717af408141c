"""`rtcompat.tracker.bulk`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from typing import Iterable, Tuple

from rtcompat.aio.listing import AsyncListing
from rtcompat.aio.source import AsyncSource
from rtcompat.model import (NewMessage, NewTicket, Outcome, Receipt, Ticket, TicketChange,
                            Transaction)

__all__ = ["AsyncBulkOperations"]


class AsyncBulkOperations(AsyncSource):
    """Many tickets at once, in far fewer requests than one by one."""

    def get_tickets(self, ticket_ids: Iterable[int]) -> AsyncListing[Outcome[Ticket]]:
        """See `Tracker.get_tickets`."""
        return self._listed("get_tickets", locals())

    def get_histories(self, ticket_ids: Iterable[int], *,
                      content: bool = True) -> AsyncListing[Outcome[Tuple[Transaction, ...]]]:
        """See `Tracker.get_histories`."""
        return self._listed("get_histories", locals())

    async def create_tickets(self, tickets: Iterable[NewTicket], *,
                             read_back: bool = True) -> Tuple[Outcome[Receipt], ...]:
        """Create tickets, each once; see `create_ticket`. See `Tracker.create_tickets`."""
        result: Tuple[Outcome[Receipt], ...] = await self._carried("create_tickets", locals())
        return result

    async def edit_tickets(self, changes: Iterable[TicketChange], *,
                           read_back: bool = True) -> Tuple[Outcome[Receipt], ...]:
        """Change many tickets; see `edit_ticket`. See `Tracker.edit_tickets`."""
        result: Tuple[Outcome[Receipt], ...] = await self._carried("edit_tickets", locals())
        return result

    async def reply_to_tickets(self,
                               messages: Iterable[NewMessage]) -> Tuple[Outcome[Receipt], ...]:
        """Reply to many tickets, each once; see `reply`. See `Tracker.reply_to_tickets`."""
        result: Tuple[Outcome[Receipt], ...] = await self._carried("reply_to_tickets", locals())
        return result

    async def comment_on_tickets(self,
                                 messages: Iterable[NewMessage]) -> Tuple[Outcome[Receipt], ...]:
        """Comment on many tickets, each once. See `Tracker.comment_on_tickets`."""
        result: Tuple[Outcome[Receipt], ...] = await self._carried("comment_on_tickets", locals())
        return result
