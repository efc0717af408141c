"""Tickets: read, search, create, edit, merge, take. The contract of each operation."""
from __future__ import annotations

from typing import Iterable, Mapping, Optional, Sequence, Union

from rtcompat.model import KEEP, NewAttachment, Receipt, Ticket
from rtcompat.ticketsql import Query
from rtcompat.tracker.source import CustomValues, Date, Listing, People, Source

__all__ = ["TicketOperations"]


class TicketOperations(Source):
    """Tickets: read, search, create, edit, merge, take."""

    def get_ticket(self, ticket_id: int) -> Ticket:
        """One ticket, every field. A merged id gives the survivor, with ``asked_id`` ours.

        Raises: NotFound, PermissionDenied.
        Requests: 1/1; merged 1/3; deleted 1/2; deleted, with people and moments in fields 1/4.
        Source: REST 1.0 ``ticket/N/show``; REST2 ``GET /tickets?query=id=N``, and
            ``GET /ticket/N`` for merged and deleted ones.
        """
        result: Ticket = self._carried("get_ticket", locals())
        return result

    def search_tickets(self, query: Union[str, Query], *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None,
                       snapshot: bool = False) -> Listing[Ticket]:
        """The tickets that TicketSQL finds: never merged-away or deleted ones.

        Args:
            query: TicketSQL as RT's Advanced box takes it, whose dates both protocols read in the
                user's time zone; or what `ticketsql` made, whose moments are put into that zone.
            order: a field of TicketSQL, ``-`` before it for descending (``-Created``); None walks
                by id, which is exact while others write. With an order, a ticket that moves
                between two pages may be missed (never listed twice).
            fields: names of `Ticket` attributes wanted; the others hold NOT_LOADED. ``()`` gives
                ids alone. None asks for all.
            snapshot: collect all ids first, then read them: nothing that was there is missed.
        Returns:
            Listing; total is None where RT hides it.
        Raises: InvalidQuery with RT's sentence; UsageError for a field that is unknown;
            Unsupported for a moment in a query where the zone is in doubt.
        Requests: 100 tickets 2/1; 101 tickets 3/2; 250 tickets 4/3; 250 in an order 4/3; the ids of
            250 1/3; a snapshot of 100 2/1; a snapshot of 250 4/5; none 1/1; none in an order 2/1.
            REST 1.0 asks for the ids and then 1 per 100, REST2 1 per 100.
        Source: REST 1.0 ``search/ticket``, ``show``; REST2 ``POST /tickets``.
        """
        return self._listed("search_tickets", locals())

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
                      read_back: bool = True) -> Receipt:
        """Create a ticket, once.

        Args:
            queue: name or number. content: the description; with content_type ``text/html`` it is
                stored as HTML. The field arguments: see `Ticket`; KEEP leaves RT's default.
        Returns:
            Receipt with the number in ``id``. What RT silently dropped (an unknown owner, a value
            outside a select field's list) stands in ``refused`` or ``altered``.
        Raises: InvalidValue when RT refuses to create it; PermissionDenied; NotFound for the queue
            (over REST2 PermissionDenied to who may not see all); OutcomeUnknown with a query that
            would find it. When it was created without a wanted field, or a value of a custom
            field's list: InvalidValue with the receipt, whose ``id`` is the ticket. Unsupported
            for a text file in another charset than UTF-8 over REST2, and before 4.4.5, where RT
            forgets the charset.
        Requests: 2/2; read_back=False 1/1; with files 2/2; with dates and custom fields 2/2; with
            watchers given by login 3/3; with custom roles -/2.
            REST 1.0 takes 1 more for each watcher that RT does not show: disabled ones, and
            addresses that it refused.
        Source: REST 1.0 ``ticket/new`` (attachments since 4.0.14); REST2 ``POST /ticket``
            (attachments since 5.0.1).
        """
        result: Receipt = self._carried("create_ticket", locals())
        return result

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
                    read_back: bool = True) -> Receipt:
        """Change fields of a ticket; every field not named is left alone.

        Args:
            requestors, cc, admin_cc: the complete new list of persons; groups that are watchers
                stay. Over REST 1.0, which does not show groups nor people without an address and
                removes what is not named, a list is accepted only with ``complete_watchers=True``,
                groups given by id (``Watcher(None, id=…, kind="group")`` or the number as text).
            add_…, remove_…: single watchers (REST2 only).
            owner: a login; None gives the ticket to nobody.
            starts, started, due, resolved, told: datetimes with a time zone; None unsets them.
            time_estimated, time_worked, time_left: whole minutes, the new total.
            custom_fields: by name, a text or a list of texts; None or () clears. Those named are
                replaced, the others left alone.
            custom_roles: by name, the complete list of people.
            KEEP, the default of each field, leaves it as it is.
            if_unchanged: the ticket as it was read: nothing is written when a field that it holds
                is another one now (``last_updated`` among them, so that a message counts, too, but
                for one of the very second in which the ticket was changed before).
        Returns:
            Receipt; each field changed, unchanged, altered or unverified.
        Raises: UsageError when no field is named; InvalidValue or PermissionDenied when any field
            was refused, or a value of a custom field's list, with the receipt: the other fields
            and values are written all the same. With
            if_unchanged: Conflict when the ticket was changed in between, ``applied`` True when it
            was found too late. RT tests and writes in two steps, so the history since is read:
            whatever changed one of our fields between our reading and our writing, or undid it
            without knowing of it, is reported, over REST2 as over REST 1.0. REST 1.0 tests nothing
            by itself, so there a conflict is found late more often; and where clients of one and
            the same login set several fields at once, one of them to the same value, it does not
            tell them apart. Custom roles are guarded by RT's test alone.
            Where nothing is, or can be, read back, PermissionDenied is all that is told of a
            refusal over REST2; RT's other sentences stand in the receipt's messages.
        Requests: 3/3; read_back=False 1/1; dates and custom fields 3/3; custom fields,
            read_back=False 2/2; watchers replaced 3/3; watchers given by login 4/4; watchers added
            -/3; custom roles -/3; to another queue 3/3; if unchanged 5/5; if unchanged,
            read_back=False 4/4.
        Source: REST 1.0 ``ticket/N/edit``; REST2 ``PUT /ticket/N`` with If-Match.
        """
        result: Receipt = self._carried("edit_ticket", locals())
        return result

    def delete_ticket(self, ticket_id: int) -> Receipt:
        """Set the ticket's status to deleted.

        Returns: Receipt; ``status`` unchanged when it was deleted already.
        Raises: PermissionDenied, NotFound; InvalidValue when RT refuses (open dependencies).
        Requests: 3/3.
        Source: REST 1.0 ``ticket/N/edit`` with ``Status: deleted``; REST2 ``PUT /ticket/N`` with
            the status, as a refused DELETE is a 500 that does not say why.
        """
        result: Receipt = self._carried("delete_ticket", locals())
        return result

    def merge_ticket(self, ticket_id: int, into_id: int) -> Receipt:
        """Merge a ticket into another; afterwards the first id answers with the second ticket.

        Returns: Receipt with ``id`` the survivor; ``merge`` in changed or unchanged.
        Raises: NotFound, PermissionDenied; InvalidValue (into itself).
        Requests: 3/3.
        Source: REST 1.0 ``ticket/N/merge/M`` (3.6 and later); REST2 ``MergeInto`` (5.0.1).
        """
        result: Receipt = self._carried("merge_ticket", locals())
        return result

    def take_ticket(self, ticket_id: int) -> Receipt:
        """Become the owner of a ticket that nobody owns.

        Returns: Receipt; ``owner`` changed, or unchanged when it was ours.
        Raises: InvalidValue when somebody owns it; PermissionDenied.
        Requests: 3/3.
        Source: REST 1.0 ``ticket/N/take``; REST2 ``PUT /ticket/N/take`` (5.0.1).
        """
        result: Receipt = self._carried("take_ticket", locals())
        return result

    def untake_ticket(self, ticket_id: int) -> Receipt:
        """Give our ticket back to nobody. As `take_ticket`.

        Source: REST 1.0 ``ticket/N/take``; REST2 ``PUT /ticket/N/untake`` (5.0.1).
        """
        result: Receipt = self._carried("untake_ticket", locals())
        return result

    def steal_ticket(self, ticket_id: int) -> Receipt:
        """Become the owner of somebody else's ticket. As `take_ticket`.

        Source: REST 1.0 ``ticket/N/take``; REST2 ``PUT /ticket/N/steal`` (5.0.1).
        """
        result: Receipt = self._carried("steal_ticket", locals())
        return result
