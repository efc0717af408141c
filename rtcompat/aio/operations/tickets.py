"""`rtcompat.tracker.tickets`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from typing import Iterable, Mapping, Optional, Sequence, Union

from rtcompat.aio.listing import AsyncListing
from rtcompat.aio.source import AsyncSource
from rtcompat.model import KEEP, NewAttachment, Receipt, Ticket
from rtcompat.ticketsql import Query
from rtcompat.tracker.source import CustomValues, Date, People

__all__ = ["AsyncTicketOperations"]


class AsyncTicketOperations(AsyncSource):
    """Tickets: read, search, create, edit, merge, take."""

    async def get_ticket(self, ticket_id: int) -> Ticket:
        """One ticket, every field. See `Tracker.get_ticket`."""
        result: Ticket = await self._carried("get_ticket", locals())
        return result

    def search_tickets(self, query: Union[str, Query], *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None,
                       snapshot: bool = False) -> AsyncListing[Ticket]:
        """See `Tracker.search_tickets`."""
        return self._listed("search_tickets", locals())

    async def create_ticket(self, queue: Union[str, int], *, subject: str = "", content: str = "",
                            content_type: str = "text/plain", requestors: People = KEEP,
                            cc: People = KEEP, admin_cc: People = KEEP, owner: str = KEEP,
                            status: str = KEEP, priority: int = KEEP, initial_priority: int = KEEP,
                            final_priority: int = KEEP, starts: Date = KEEP, started: Date = KEEP,
                            due: Date = KEEP, resolved: Date = KEEP, time_estimated: int = KEEP,
                            time_worked: int = KEEP, time_left: int = KEEP, sla: str = KEEP,
                            custom_fields: CustomValues = KEEP,
                            custom_roles: Mapping[str, People] = KEEP,
                            attachments: Sequence[NewAttachment] = (),
                            read_back: bool = True) -> Receipt:
        """Create a ticket, once. See `Tracker.create_ticket`."""
        result: Receipt = await self._carried("create_ticket", locals())
        return result

    async def edit_ticket(self, ticket_id: int, *, queue: Union[str, int] = KEEP,
                          owner: str = KEEP, subject: str = KEEP, status: str = KEEP,
                          priority: int = KEEP, initial_priority: int = KEEP,
                          final_priority: int = KEEP, requestors: People = KEEP, cc: People = KEEP,
                          admin_cc: People = KEEP, add_requestors: People = (),
                          remove_requestors: People = (), add_cc: People = (),
                          remove_cc: People = (), add_admin_cc: People = (),
                          remove_admin_cc: People = (), complete_watchers: bool = False,
                          starts: Date = KEEP, started: Date = KEEP, due: Date = KEEP,
                          resolved: Date = KEEP, told: Date = KEEP, time_estimated: int = KEEP,
                          time_worked: int = KEEP, time_left: int = KEEP, sla: str = KEEP,
                          custom_fields: CustomValues = KEEP,
                          custom_roles: Mapping[str, People] = KEEP,
                          if_unchanged: Optional[Ticket] = None,
                          read_back: bool = True) -> Receipt:
        """See `Tracker.edit_ticket`."""
        result: Receipt = await self._carried("edit_ticket", locals())
        return result

    async def delete_ticket(self, ticket_id: int) -> Receipt:
        """Set the ticket's status to deleted. See `Tracker.delete_ticket`."""
        result: Receipt = await self._carried("delete_ticket", locals())
        return result

    async def merge_ticket(self, ticket_id: int, into_id: int) -> Receipt:
        """See `Tracker.merge_ticket`."""
        result: Receipt = await self._carried("merge_ticket", locals())
        return result

    async def take_ticket(self, ticket_id: int) -> Receipt:
        """Become the owner of a ticket that nobody owns. See `Tracker.take_ticket`."""
        result: Receipt = await self._carried("take_ticket", locals())
        return result

    async def untake_ticket(self, ticket_id: int) -> Receipt:
        """Give our ticket back to nobody. See `Tracker.untake_ticket`."""
        result: Receipt = await self._carried("untake_ticket", locals())
        return result

    async def steal_ticket(self, ticket_id: int) -> Receipt:
        """Become the owner of somebody else's ticket. See `Tracker.steal_ticket`."""
        result: Receipt = await self._carried("steal_ticket", locals())
        return result
