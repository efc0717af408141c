"""Reading tickets: one, and those that TicketSQL finds."""
from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Optional, Tuple, Union

from rtcompat import fields as tables
from rtcompat.errors import (InvalidQuery, NotFound, PermissionDenied, ServerFailure, Unsupported,
                             UsageError)
from rtcompat.exchange import Operation, Request
from rtcompat.limits import checked_order, checked_query, positive_id
from rtcompat.model import CustomField, FrozenMap, Page, Ticket
from rtcompat.rest1 import read
from rtcompat.rest1.answers import listed_ids
from rtcompat.rest1.asking import Answer, show
from rtcompat.rest1.forms import Form, custom_field_name
from rtcompat.rest1.reaching import Reaching
from rtcompat.ticketsql import Query

__all__ = ["Tickets", "MISSING", "UNREADABLE", "wanted_fields"]

#: The custom fields of a queue that we may not see: whether it has any is not known.
UNREADABLE: Mapping[str, CustomField] = FrozenMap({})

#: The custom fields of a queue that does not exist.
MISSING: Mapping[str, CustomField] = FrozenMap({})

#: Tickets a slice: one answer holds them all.
_SLICE = 100


def wanted_fields(names: Optional[Iterable[str]]) -> Optional[FrozenSet[str]]:
    """Names of `Ticket` attributes, checked; None for all.

    Raises: UsageError for a name that `Ticket` lacks, or a single text.
    """
    if names is None:
        return None
    if isinstance(names, str):
        raise UsageError("fields is a list of names", argument="fields")
    wanted = frozenset(names)
    unknown = wanted - set(tables.by_name(tables.TICKET))
    if unknown:
        name = min(unknown)
        raise UsageError(f"{name!r} is no attribute of a ticket", argument="fields",
                         advice=tables.choices(name, tables.by_name(tables.TICKET)))
    return wanted


def _asked_keys(wanted: Optional[FrozenSet[str]]) -> Optional[Tuple[str, ...]]:
    """What to put into ``fields=``; None for everything, () for the id alone.

    Custom fields have no common name there, so whoever wants them gets the whole form.
    """
    if wanted is None or "custom_fields" in wanted:
        return None
    return tuple(key for name, key in read.TICKET_KEYS.items()
                 if name in wanted and name != "id")


class Tickets(Reaching):
    """Operations that read tickets."""

    def get_ticket(self, ticket_id: int) -> Operation[Ticket]:
        """See `Tracker.get_ticket`.

        Requests: 1; once a login those of `learn_zone`; once a queue 1 for the kinds of its
            custom fields, when a value leaves open what it is.
        """
        number = positive_id(ticket_id, "ticket_id")
        form = yield from self._ticket_form(number)
        tickets = yield from self._tickets([form], asked_id=number)
        return tickets[0]

    def _ticket_form(self, ticket_id: int) -> Operation[Form]:
        """The whole form of a ticket.

        Raises: NotFound, PermissionDenied.
        """
        answer = yield from self._get(f"ticket/{ticket_id}/show", about=f"read ticket {ticket_id}")
        form = answer.form()
        read.ticket_id(form)
        return form

    def _tickets(self, forms: Iterable[Form], *, asked_id: int = 0,
                 wanted: Optional[FrozenSet[str]] = None) -> Operation[List[Ticket]]:
        """Records from forms; asks what is needed to read them, once a login or queue."""
        forms = tuple(forms)
        printed = [text for form in forms for text in read.ticket_dates(form)]
        clock = yield from self._settled(printed)
        found = []
        for form in forms:
            known: Optional[Mapping[str, CustomField]] = None
            if read.needs_definitions(form):
                known = yield from self._definitions(form)
            found.append(read.ticket(form, clock, known=known, release=self._context.release,
                                     asked_id=asked_id, wanted=wanted))
        return found

    def _definitions(self, form: Form) -> Operation[Mapping[str, CustomField]]:
        """The custom fields of the queue that a ticket is in, asked once a queue and login."""
        names = [name for name in map(custom_field_name, form.keys()) if name]
        return (yield from self._queue_fields(form.get("Queue") or "", names))

    def _queue_fields(self, queue: str, names: Iterable[str] = ()
                      ) -> Operation[Mapping[str, CustomField]]:
        """The custom fields of a queue's tickets: none where RT shows none to us; `UNREADABLE`
        where it does not show us the queue, `MISSING` where it says that there is none.

        Args:
            names: those known from a ticket of the queue.
        """
        known = self._context.fields_of(queue)
        if known is not None:
            return known
        found: Dict[str, CustomField] = {}
        if queue and self._at_least(3, 8, 2):  # before, the address gives the queue itself
            try:
                place = yield from self._reachable("queue", queue)
                answer = yield from self._ask(Request(
                    "GET", f"queue/{place}/ticketcustomfields", query=(("format", "l"),),
                    about=f"ask for the custom fields of {queue}"))
            except (ServerFailure, Unsupported):
                # by name and without SeeQueue RT crashes (``queue/X``, 4.4 to 5.0)
                self._context.saw_fields(queue, UNREADABLE)
                return UNREADABLE
            except NotFound:
                return MISSING
            refused = answer.refusal()
            if isinstance(refused, NotFound):
                return MISSING  # and not kept: it may be made
            if refused is None:
                for each in answer.forms:
                    found.update(read.definitions(each, names))
        self._context.saw_fields(queue, found)
        return found

    # -- search -------------------------------------------------------------------------------

    def search_tickets(self, query: Union[str, Query], *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None, snapshot: bool = False,
                       cursor: Any = None) -> Operation[Page[Ticket]]:
        """See `Tracker.search_tickets`. Every search collects all ids first.

        Args:
            cursor: a page's, for the next one: what is left of the ids.
        Requests: 1 for the ids, and 1 per 100 tickets unless ``fields`` asks for ids alone.
        """
        wanted = wanted_fields(fields)
        if cursor is None:
            ids = yield from self._found_ids(query, order)
            total = len(ids)
        else:
            ids, total = list(cursor["ids"]), int(cursor["total"])
        keys = _asked_keys(wanted)
        if keys == ():
            return Page(tuple(Ticket(number, asked_id=number) for number in ids), None, total)
        part, left = ids[:_SLICE], ids[_SLICE:]
        items = yield from self._slice(part, keys, wanted)
        return Page(tuple(items), {"ids": left, "total": total} if left else None, total)

    def _query_text(self, query: Union[str, Query]) -> Operation[str]:
        """The TicketSQL of a query, its moments as RT reads them from us.

        Raises: Unsupported where the zone is not known well enough.
        Requests: 0; for a query with moments those of `learn_zone` once a login, and 1 more where
            doubts are left.
        """
        if not isinstance(query, (str, Query)):
            raise UsageError("query is TicketSQL: text, or what ticketsql made", argument="query")
        if isinstance(query, str):
            return checked_query(query)
        if not query.needs_zone:
            return query.text()
        clock = yield from self._writing_clock()
        try:
            return query.text(clock.zones)
        except Unsupported:
            clock = yield from self._clock_of_now()
        return query.text(clock.zones)

    def _found_ids(self, given: Union[str, Query], order: Optional[str]) -> Operation[List[int]]:
        query = yield from self._query_text(given)
        ids = yield from self._search_ids(query, order)
        if order is None:
            return sorted(ids)  # unordered answers are not by id for all users (RT 4.2 on)
        if not ids:
            # an unknown field to order by finds nothing and says nothing (3.4 to 6.0)
            unordered = yield from self._search_ids(query, None)
            if unordered:
                raise InvalidQuery(f"RT cannot order by {order!r}", code=400)
        return ids

    def _search_ids(self, query: str, order: Optional[str]) -> Operation[List[int]]:
        form = [("query", query), ("format", "i")]
        if order is not None:
            field, descending = checked_order(order)
            form.append(("orderby", f"{'-' if descending else '+'}{field}"))
        answer = yield from self._ask(Request("POST", "search/ticket", form=tuple(form),
                                              about="search tickets"))
        answer.checked()
        body = answer.envelopes[0].body if answer.envelopes else ""
        return list(dict.fromkeys(listed_ids(body, "ticket")))

    def _slice(self, ids: List[int], keys: Optional[Tuple[str, ...]],
               wanted: Optional[FrozenSet[str]]) -> Operation[List[Ticket]]:
        """The tickets of one slice, in the order of the ids; those not shown to us left out."""
        if not ids:
            return []
        answer = yield from self._ask(show([f"ticket/{','.join(map(str, ids))}"],
                                           fields=keys or (), about=f"read {len(ids)} tickets"))
        tickets = yield from self._tickets(self._seen(answer), wanted=wanted)
        by_id = {ticket.id: ticket for ticket in tickets}
        return [by_id[number] for number in ids if number in by_id]

    def _seen(self, answer: Answer) -> List[Form]:
        """The forms that are tickets: one that was found may not be shown, or be gone by now."""
        if answer.code >= 400:
            answer.checked()
        forms = []
        for form in answer.forms:
            error = answer.form_refusal(form)
            if error is not None:
                if not isinstance(error, (PermissionDenied, NotFound)):
                    raise error
            elif form.fields:
                forms.append(form)
        return forms
