"""What operations on many tickets share over REST2: tickets by number, and the slices' answers."""
from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, NoReturn, Optional, Sequence, Tuple

from rtcompat.batches import SLICE, Item, as_outcome, sliced
from rtcompat.errors import InvalidValue, OutcomeUnknown, PermissionDenied
from rtcompat.exchange import Operation, Request, Response
from rtcompat.limits import positive_id
from rtcompat.model import NewAttachment, Outcome, Page, Ticket, Watcher
from rtcompat.rest2 import read, write
from rtcompat.rest2.answers import is_rt, read_json
from rtcompat.rest2.context import Context
from rtcompat.rest2.logins import looked_up
from rtcompat.rest2.paging import read_answer
from rtcompat.rest2.tickets import Found, find_ticket, role_names
from rtcompat.rest2.values import read_number

__all__ = ["IN_BULK", "Lost", "by_numbers", "get", "has_files", "number_of", "open_items",
           "rows_of", "sentences", "settled_people", "unknown"]

#: RT has ``/tickets/bulk`` before that; but there an exception, which ends a whole slice, leaves
#: the database in the middle of something, and what is written afterwards is lost (5.0.0 to
#: 5.0.2).
IN_BULK = (5, 0, 3)
#: Since then a collection carries people and custom roles.
_WITH_PEOPLE = (5, 0, 2)


def by_numbers(context: Context, numbers: Sequence[int], names: Optional[Iterable[str]],
               about: str) -> Operation[Dict[int, Found]]:
    """The tickets of these numbers that a search finds: not those that are merged or deleted,
    nor reminders, nor what we may not see.

    Args:
        names: attributes; None for all.
    Requests: 1 per 100.
    """
    wanted = None if names is None else tuple(dict.fromkeys(names))
    found: Dict[int, Found] = {}
    for some in sliced(tuple(dict.fromkeys(numbers))):
        answer = read_answer((yield Request(
            "POST", "tickets", about=about, form=(
                ("query", " OR ".join(f"id = {number}" for number in some)),
                ("per_page", str(SLICE)), ("page", "1"), *read.ticket_fields(wanted),
                ("orderby", "id"), ("order", "ASC")))))
        roles: Mapping[int, str] = {}
        if any(read.role_numbers(raw) for raw in answer.items):
            roles = yield from role_names(context, "read the names of custom roles")
        for raw in answer.items:
            kinds = read.field_kinds(raw.get("CustomFields"))
            ticket = read.ticket(raw, wanted=wanted, roles=roles, kinds=kinds)
            found[ticket.id] = Found(ticket, raw, kinds)
    return found


def get(context: Context, ticket_ids: Sequence[int],
        cursor: Any) -> Operation[Page[Outcome[Ticket]]]:
    """See `Tracker.get_tickets`. Requests: 1 per 100, and those of `find_ticket` for each that
    the search does not find."""
    for number in ticket_ids if cursor is None else ():
        positive_id(number, "ticket_ids")
    start = 0 if cursor is None else int(cursor["from"])
    some = tuple(ticket_ids[start:start + SLICE])
    found: Dict[int, Found] = {}
    if some and not context.before(*_WITH_PEOPLE):
        found = yield from by_numbers(context, some, None, f"read {len(some)} tickets")
    outcomes: Dict[int, Outcome[Ticket]] = {}
    for number in some:
        if number in found:
            outcomes[number] = Outcome(number, found[number].ticket)
        elif number not in outcomes:
            outcomes[number] = yield from as_outcome(number, _one(context, number))
    more = start + SLICE < len(ticket_ids)
    return Page(tuple(outcomes[number] for number in some),
                {"from": start + SLICE} if more else None, len(ticket_ids))


def _one(context: Context, number: int) -> Operation[Ticket]:
    return (yield from find_ticket(context, number)).ticket


# -- people ---------------------------------------------------------------------------------------

def settled_people(context: Context, wanted: Sequence[Dict[str, Any]],
                   roles: Iterable[str]) -> Operation[None]:
    """Replace bare logins in all of these by the users they name, in place: one look-up for all.

    Where one is unknown all are left as they are: each item is looked up by itself then, and has
    its own error. Requests: 1 where a bare login is among them.
    """
    everyone: List[Watcher] = []
    for one in wanted:
        everyone += [who for role in roles for who in one.get(role) or ()]
        everyone += [who for people in (one.get("custom_roles") or {}).values() for who in people]
    try:
        known = yield from looked_up(context, everyone)
    except (InvalidValue, PermissionDenied):
        return
    for one in wanted if known else ():
        for role in roles:
            if one.get(role):
                one[role] = write.settled(one[role], known)
        if one.get("custom_roles"):
            one["custom_roles"] = {name: write.settled(people, known)
                                   for name, people in one["custom_roles"].items()}


def has_files(given: Mapping[str, Any]) -> bool:
    """Whether files are among the arguments, of which a slice would be too large."""
    values = given.get("custom_fields")
    several = [one for each in (values.values() if isinstance(values, Mapping) else ())
               for one in (each if isinstance(each, (list, tuple)) else (each,))]
    return bool(given.get("attachments")) or any(isinstance(one, NewAttachment)
                                                 for one in several)


# -- the answer to a slice ------------------------------------------------------------------------

class Lost(Exception):
    """A slice has no answer that tells of its items.

    Attributes:
        error: why. ended: RT itself failed, and so is done with it; else it may never have seen
            it, or be at it still.
    """

    def __init__(self, error: OutcomeUnknown, ended: bool) -> None:
        super().__init__(error)
        self.error = error
        self.ended = ended


def rows_of(request: Request, count: int) -> Operation[List[Any]]:
    """Send a slice and give RT's row for each item, in order.

    Raises: Lost; what a refusal of the whole raises: then nothing was done.
    """
    try:
        response = yield request
    except OutcomeUnknown as error:
        raise Lost(error, False) from error
    try:
        rows: List[Any] = read_json(response, list)
    except OutcomeUnknown as error:
        raise Lost(error, is_rt(response)) from error
    if len(rows) != count:
        _other(response)
    return rows


def _other(response: Response) -> NoReturn:
    raise Lost(OutcomeUnknown("RT's answer does not tell of each item",
                              server=response.server or None, request=response.request.line),
               True)


def unknown(lost: OutcomeUnknown, *, resolved: bool = False, receipt: Any = None,
            query: Optional[str] = None) -> OutcomeUnknown:
    """A lost slice's error, as that of one item."""
    return OutcomeUnknown(lost.what, sent=lost.sent, resolved=resolved, receipt=receipt,
                          query=query, server=lost.server, request=lost.request,
                          messages=lost.messages)


def sentences(row: Any) -> Tuple[str, ...]:
    """What RT says of an item: its row without the number."""
    return tuple(one for one in (row[1:] if isinstance(row, list) else ())
                 if isinstance(one, str) and one)


def number_of(row: Any) -> int:
    """The number that stands in a row, 0 for none."""
    if isinstance(row, list):
        return read_number(row[0]) if row else 0
    return read_number(row.get("id")) if isinstance(row, Mapping) else 0


def open_items(items: Iterable[Item[Any]]) -> List[Item[Any]]:
    """Those of which nothing is known yet."""
    return [item for item in items if item.outcome is None]
