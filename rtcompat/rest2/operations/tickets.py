"""Tickets over REST2."""
from __future__ import annotations

from typing import Any, Iterable, Mapping, Optional, Sequence, Tuple, Union

from rtcompat.exchange import Operation
from rtcompat.model import KEEP, Links, NewAttachment, Page, Receipt, Ticket
from rtcompat.rest2 import creating, editing, guarding, linking, tickets
from rtcompat.rest2.operations.bound import Bound
from rtcompat.ticketsql import Query
from rtcompat.tracker import CustomValues, Date, LinkChanges, People

__all__ = ["Tickets"]


class Tickets(Bound):
    """Tickets over REST2: see `Tracker`."""

    SINCE: Mapping[str, Tuple[int, ...]] = {
        "merge_ticket": (5, 0, 1), "edit_links": (5, 0, 1), "take_ticket": (5, 0, 1),
        "untake_ticket": (5, 0, 1), "steal_ticket": (5, 0, 1),
        "create_ticket(attachments)": (5, 0, 1), "create_ticket(custom_roles)": (5, 0, 2),
        "edit_ticket(custom_roles)": (5, 0, 3)}

    def get_ticket(self, ticket_id: int) -> Operation[Ticket]:
        found = yield from tickets.find_ticket(self._context, ticket_id)
        return found.ticket

    def search_tickets(self, query: Union[str, Query], *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None,
                       snapshot: bool = False,
                       cursor: Any = None) -> Operation[Page[Ticket]]:
        return tickets.search(self._context, query, order, fields, snapshot, cursor)

    def create_ticket(self, queue: Union[str, int], *, subject: str = "", content: str = "",
                      content_type: str = "text/plain",
                      requestors: People = KEEP, cc: People = KEEP, admin_cc: People = KEEP,
                      owner: str = KEEP, status: str = KEEP, priority: int = KEEP,
                      initial_priority: int = KEEP, final_priority: int = KEEP,
                      starts: Date = KEEP, started: Date = KEEP, due: Date = KEEP,
                      resolved: Date = KEEP, time_estimated: int = KEEP, time_worked: int = KEEP,
                      time_left: int = KEEP, sla: str = KEEP,
                      custom_fields: CustomValues = KEEP,
                      custom_roles: Mapping[str, People] = KEEP,
                      attachments: Sequence[NewAttachment] = (),
                      read_back: bool = True) -> Operation[Receipt]:
        return creating.create(self._context, queue, locals(), content, content_type,
                               attachments, read_back)

    def edit_ticket(self, ticket_id: int, *, queue: Union[str, int] = KEEP, owner: str = KEEP,
                    subject: str = KEEP, status: str = KEEP, priority: int = KEEP,
                    initial_priority: int = KEEP, final_priority: int = KEEP,
                    requestors: People = KEEP, cc: People = KEEP, admin_cc: People = KEEP,
                    add_requestors: People = (), remove_requestors: People = (),
                    add_cc: People = (), remove_cc: People = (),
                    add_admin_cc: People = (), remove_admin_cc: People = (),
                    complete_watchers: bool = False,
                    starts: Date = KEEP, started: Date = KEEP, due: Date = KEEP,
                    resolved: Date = KEEP, told: Date = KEEP, time_estimated: int = KEEP,
                    time_worked: int = KEEP, time_left: int = KEEP, sla: str = KEEP,
                    custom_fields: CustomValues = KEEP,
                    custom_roles: Mapping[str, People] = KEEP,
                    if_unchanged: Optional[Ticket] = None,
                    read_back: bool = True) -> Operation[Receipt]:
        given = dict(locals())
        if if_unchanged is not None:
            return guarding.edit(self._context, ticket_id, given, read_back, if_unchanged)
        return editing.edit(self._context, ticket_id, given, read_back)

    def delete_ticket(self, ticket_id: int) -> Operation[Receipt]:
        return editing.delete(self._context, ticket_id)

    def merge_ticket(self, ticket_id: int, into_id: int) -> Operation[Receipt]:
        return linking.merge(self._context, ticket_id, into_id)

    def take_ticket(self, ticket_id: int) -> Operation[Receipt]:
        return linking.own(self._context, "take", ticket_id)

    def untake_ticket(self, ticket_id: int) -> Operation[Receipt]:
        return linking.own(self._context, "untake", ticket_id)

    def steal_ticket(self, ticket_id: int) -> Operation[Receipt]:
        return linking.own(self._context, "steal", ticket_id)

    def get_links(self, ticket_id: int) -> Operation[Links]:
        return linking.get(ticket_id)

    def edit_links(self, ticket_id: int, *, add: LinkChanges = KEEP, remove: LinkChanges = KEEP,
                   replace: LinkChanges = KEEP, read_back: bool = True) -> Operation[Receipt]:
        return linking.edit(self._context, ticket_id, add, remove, replace, read_back)
