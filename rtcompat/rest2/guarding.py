"""Edits of tickets that only count while nobody else changes the ticket, over REST2.

RT's ETag is the number of the newest transaction that we may see; it comes with a record and not
with a collection (all versions), so it is asked for just before the ticket is read again. RT tests
If-Match before it writes, not with it (on 5.0.3 eight writers kept 16 of 40 minutes, all answered
200): the history since then tells who came between. Conditions by date crash RT and are not sent.
"""
from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from rtcompat import conflicts, limits
from rtcompat import receipt as receipts
from rtcompat.errors import Conflict, NotFound, PermissionDenied
from rtcompat.exchange import Operation, Request
from rtcompat.model import Receipt, Ticket, Transaction
from rtcompat.rest2 import read
from rtcompat.rest2.answers import etag, read_json
from rtcompat.rest2.context import Context
from rtcompat.rest2.editing import (ROLES, by_name, composed, deletes, held_attributes, planned,
                                    set_right, spelt_alike, unseen, values_of)
from rtcompat.rest2.outcomes import carried_out, refusal, written
from rtcompat.rest2.paging import collection
from rtcompat.rest2.tickets import Found, find_ticket

__all__ = ["edit"]

_FIELDS = (("fields", read.TRANSACTION_FIELDS),)


class Guard(NamedTuple):
    """What an edit is compared with.

    Attributes:
        given: the ticket as the caller read it.
        mark: the newest transaction we saw before the ticket was read, None where RT tells none.
        found: the ticket as it was read then.
        about: what is done, in words.
    """

    given: Ticket
    mark: Optional[int]
    found: Found
    about: str

    @property
    def headers(self) -> Tuple[Tuple[str, str], ...]:
        """What makes RT refuse an edit of another state."""
        return () if self.mark is None else (("If-Match", f'"{self.mark}"'),)


def edit(context: Context, ticket_id: int, arguments: Mapping[str, Any], read_back: bool,
         if_unchanged: Any) -> Operation[Receipt]:
    """See `Tracker.edit_ticket`.

    Raises: Conflict.
    Requests: those of an edit and 2: the ETag, and what happened since; for a ticket that holds
        its ETag 1 less.
    """
    limits.positive_id(ticket_id, "ticket_id")
    given = conflicts.checked(if_unchanged, ticket_id)
    plan = planned(context, arguments)
    about = f"edit ticket {ticket_id}"
    guard = yield from _opened(context, ticket_id, given, plan.names, by_name(plan.wanted), about)
    flat, body = yield from composed(context, plan, guard.found)
    request = Request("PUT", f"ticket/{ticket_id}", json=body, effect="write", about=about,
                      headers=guard.headers)
    try:
        if read_back:
            return (yield from _decided(context, request, flat, guard))
        return (yield from _unseen(context, request, flat, guard))
    except Conflict as conflict:
        if conflict.code != 412:
            raise
    found = yield from find_ticket(context, ticket_id, conflicts.held(given), about)
    raise (yield from _refused(given, found.ticket, flat, about, code=412))


def _opened(context: Context, ticket_id: int, given: Ticket, names: Iterable[str],
            wanted: Mapping[str, Any], about: str) -> Operation[Guard]:
    """The ticket as it is now, which holds what was given.

    Args:
        names: further attributes to read.
    Raises: Conflict; what reading a ticket raises.
    """
    if given.etag:
        mark: Optional[int] = int(given.etag)
    else:
        response = yield Request("HEAD", f"ticket/{ticket_id}", about=about)
        mark = etag(response) if response.status == 200 else None
    wide = tuple(dict.fromkeys([*names, *conflicts.held(given)]))
    found = yield from find_ticket(context, ticket_id, wide, about)
    if conflicts.changed_before(given, found.ticket, (), wanted) is not None:
        raise (yield from _refused(given, found.ticket, wanted, about))
    return Guard(given, mark, found, about)


def _refused(given: Ticket, now: Ticket, wanted: Mapping[str, Any], about: str, *,
             code: Optional[int] = None) -> Operation[Conflict]:
    """The conflict of a ticket that was changed before our edit, with what happened.

    Args:
        code: 412 where RT says so, even if nothing is seen.
    """
    happened = yield from _newest(now.id, about)
    conflict = conflicts.changed_before(given, now, happened, wanted)
    if conflict is None:
        conflict = Conflict(f"ticket {given.id} was changed since it was read", found={},
                            wanted=dict(wanted), transactions=conflicts.newer(given, happened))
    conflict.code = code
    return conflict


def _newest(ticket_id: int, about: str) -> Operation[Tuple[Transaction, ...]]:
    """The newest transactions of a ticket, a hundred at most. None for one we may not see."""
    ask = collection(f"ticket/{ticket_id}/history", (), (), about)(1, True)
    response = yield Request(
        ask.method, ask.path, json=ask.json, about=about,
        query=(*ask.query, ("fields", read.TRANSACTION_FIELDS)))
    return tuple(read.transaction(raw) for raw in read_json(response).get("items") or ())


# -- what became of it ----------------------------------------------------------------------------

def _unseen(context: Context, request: Request, flat: Dict[str, Any],
            guard: Guard) -> Operation[Receipt]:
    """The receipt of an edit whose fields nobody reads back. Raises: Conflict, PermissionDenied."""
    answer = yield from written(request)
    if answer.lost:
        raise answer.lost
    number = guard.found.ticket.asked_id
    receipt = yield from unseen(context, request, flat, number, "edit", answer.messages)
    yield from _judged(context, guard, spelt_alike(flat, guard.found), {}, receipt, True)
    return receipt


def _decided(context: Context, request: Request, flat: Dict[str, Any],
             guard: Guard) -> Operation[Receipt]:
    """The receipt of an edit. Raises: Conflict, and what an edit raises for refused fields."""
    number = guard.found.ticket.asked_id
    was = values_of(guard.found.ticket, flat)
    wanted = spelt_alike(flat, guard.found)
    held: List[Found] = []

    def again() -> Operation[Mapping[str, Any]]:
        found = yield from find_ticket(context, number, held_attributes(flat), request.about,
                                       deletes(flat))
        held[:] = [found]
        wanted.update(spelt_alike(wanted, found))
        return values_of(found.ticket, flat)

    decided, answer = yield from carried_out(request, wanted, was, again, number)
    decided = yield from set_right(context, request.json.get("CustomFields") or {}, decided,
                                   wanted, was, held, again, number, request.about)
    after = values_of(held[0].ticket, flat) if held else {}
    yield from _judged(context, guard, wanted, after, decided, answer.lost is None)
    failed = receipts.failed(decided, wanted)
    if failed:
        raise (yield from refusal(context, request, decided, failed, number, what="edit"))
    return decided


def _judged(context: Context, guard: Guard, wanted: Mapping[str, Any], after: Mapping[str, Any],
            receipt: Receipt, answered: bool) -> Operation[None]:
    """Look at what happened since the guard was made.

    Args:
        wanted, after: by receipt name. answered: RT's answer was not lost.
    Raises: Conflict. Requests: 1; 0 where RT shows us no transaction at all.
    """
    if guard.mark is None:
        return
    ticket = guard.found.ticket
    try:
        happened = yield from _newest(ticket.id, guard.about)
    except (PermissionDenied, NotFound):
        return  # moved to where we do not see it
    before = values_of(ticket, wanted)
    numbers = {f"custom_fields[{name}]": str(kind.id) for name, kind in guard.found.kinds.items()}
    # RT says one sentence for each plain field that it finds to be another one.
    plain = [name for name in wanted if "[" not in name and name not in ROLES
             and before.get(name) != wanted[name]]

    def spelled(name: str, one: Transaction) -> bool:
        return one.type == "CustomField" and one.field == numbers.get(name)

    conflict = conflicts.changed_meanwhile(
        conflicts.Attempt(wanted, before, after, context.user,
                          answered and len(receipt.messages) < max(1, len(plain)), spelled,
                          tuple(f"custom_fields[{name}]" for name, kind
                                in guard.found.kinds.items() if not kind.single)),
        [one for one in happened if one.id > guard.mark], receipt, ticket.id)
    if conflict is not None:
        raise conflict
