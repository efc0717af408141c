"""Many replies or comments over REST2: ``POST /tickets/bulk/correspond``, a hundred at a time.

RT's row for an item is a sentence in the user's language and names no transaction, so the tickets'
transactions since the slice began are read: they tell what was recorded, and its number, whether
RT answered or not.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from rtcompat import batches
from rtcompat.batches import Item
from rtcompat.errors import (InvalidValue, NotFound, PermissionDenied, RTError, Unsupported)
from rtcompat.exchange import Operation, Request, Response
from rtcompat.model import KEEP, Outcome, Receipt
from rtcompat.rest2 import read
from rtcompat.rest2.bulk import (IN_BULK, Lost, by_numbers, open_items, rows_of, sentences,
                                 unknown)
from rtcompat.rest2.context import Context
from rtcompat.rest2.messages import PATHS, TYPES, planned, send, with_status
from rtcompat.rest2.outcomes import says_denied
from rtcompat.rest2.paging import all_items, collection, read_answer
from rtcompat.rest2.tickets import Found, record_of
from rtcompat.rest2.values import read_login, read_number

__all__ = ["send_all"]

_FIELDS = (("fields", "ObjectId,Creator"),)
#: RT's clock shows whole seconds.
_SECOND = timedelta(seconds=1)


@dataclass
class _Message:
    """An item's plan: the wanted status, and the body."""

    wanted: Mapping[str, Any]
    body: Mapping[str, Any]


_Items = Sequence[Item[_Message]]
#: By an item's place the transaction that it made; None where several came, and which is not told.
_Recorded = Dict[int, Optional[int]]


@dataclass
class _Before:
    """What was there before a slice.

    Attributes:
        tickets: by number, with status and time of the last change. at: RT's clock then.
        newest: number of the newest visible transaction of these tickets; None where RT hides it.
    """

    tickets: Mapping[int, Found]
    at: Optional[datetime]
    newest: Optional[int]


def send_all(context: Context, operation: str,
             messages: Sequence[Any]) -> Operation[Tuple[Outcome[Receipt], ...]]:
    """See `Tracker.reply_to_tickets`.

    Args:
        operation: ``reply`` or ``comment``.
    """
    items = batches.checked(messages, "messages", lambda given: _planned(context, operation, given))

    def alone(item: Item[_Message]) -> Operation[Receipt]:
        given = item.given
        return send(context, operation, item.id or 0, given["content"], given["content_type"],
                    given["time_worked"], given["status"], given["attachments"],
                    given["transaction_custom_fields"])

    def together(some: _Items) -> Operation[_Items]:
        return _sent(context, operation, some)

    if not context.before(*IN_BULK):
        yield from batches.in_slices([
            item for item in items if not item.given["attachments"]
            and item.given["transaction_custom_fields"] is KEEP], together, alone, items)
    yield from batches.one_by_one(open_items(items), alone, items)
    return batches.outcomes(items)


def _planned(context: Context, operation: str, given: Mapping[str, Any]) -> _Message:
    for argument in ("cc", "bcc"):
        if given[argument] != ():
            raise Unsupported("REST2 has no one-time recipients", operation=operation,
                              argument=argument, protocol="rest2",
                              advice="REST 1.0 could carry it")
    return _Message(*planned(context, operation, given["content"], given["content_type"],
                             given["time_worked"], given["status"], given["attachments"]))


def _sent(context: Context, operation: str, some: _Items) -> Operation[_Items]:
    """Send a slice and tell what became of each; those that were surely not recorded are
    returned. Those that no search finds (merged, deleted, hidden) are left open: what is said on a
    merged ticket stands with another, and only the answer to a single one tells where."""
    before = yield from _before(context, some)
    some = [item for item in some if item.id in before.tickets]
    if not some:
        return ()
    request = Request("POST", f"tickets/bulk/{PATHS[operation]}", effect="write-once",
                      json=[{"id": item.id, **item.plan.body} for item in some],
                      about=f"{operation} to {len(some)} tickets")
    lost: Optional[Lost] = None
    rows: List[Any] = []
    try:
        rows = yield from rows_of(request, len(some))
    except Lost as error:
        lost = error
    recorded: Optional[_Recorded] = None
    statuses: Mapping[int, Found] = {}
    try:
        recorded = yield from _recorded(context, operation, some, before.newest)
        if lost is None:
            statuses = yield from _statuses(context, some)
    except RTError as error:
        if lost is not None:
            _leave_open(some, lost, f"it could not be looked for either: {error.what}")
            return ()
    if lost is not None:
        return (yield from _after_loss(context, operation, some, recorded or {}, before, lost))
    for item, row in zip(some, rows):
        yield from _told(item, _judged(context, operation, item, sentences(row), recorded, before,
                                       statuses))
    return ()


def _told(item: Item[_Message], judging: Operation[Receipt]) -> Operation[None]:
    try:
        item.succeed((yield from judging))
    except RTError as error:
        item.fail(error)


# -- before and after -----------------------------------------------------------------------------

def _numbers(some: _Items) -> List[int]:
    return list(dict.fromkeys(item.id or 0 for item in some))


def _before(context: Context, some: _Items) -> Operation[_Before]:
    """Requests: 2."""
    request = _transactions(_numbers(some), (), from_behind=True)
    response = yield request
    answer = read_answer(response)
    newest: Optional[int] = max((read_number(one.get("id")) for one in answer.items), default=0)
    if not answer.items and answer.total != 0:
        newest = None
    tickets = yield from by_numbers(context, _numbers(some), ("status", "last_updated"),
                                    f"read {len(some)} tickets")
    return _Before(tickets, _clock(response), newest)


def _clock(response: Response) -> Optional[datetime]:
    """The server's, by which it dates what it does; None where it does not tell."""
    try:
        at = parsedate_to_datetime(response.headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=timezone.utc)


def _transactions(numbers: Sequence[int], more: Tuple[Tuple[str, str, Any], ...],
                  from_behind: bool) -> Request:
    conditions = (("ObjectType", "=", "RT::Ticket"),
                  ("ObjectId", "IN", [str(number) for number in numbers]), *more)
    return collection("transactions", conditions, _FIELDS, "look for messages")(1, from_behind)


def _recorded(context: Context, operation: str, some: _Items,
              newest: Optional[int]) -> Operation[Optional[_Recorded]]:
    """What the tickets tell of the messages; None where it cannot be known. Requests: 1 per 100,
    and 1 where RT hides the end."""
    if newest is None:
        return None
    conditions = (("ObjectType", "=", "RT::Ticket"),
                  ("ObjectId", "IN", [str(number) for number in _numbers(some)]),
                  ("Type", "=", TYPES[operation]), ("id", ">", str(newest)))
    rows = yield from all_items(collection("transactions", conditions, _FIELDS,
                                           "look for the messages"))
    by_ticket: Dict[int, List[int]] = {}
    for raw in rows:
        by = read_login(raw.get("Creator")).casefold()
        if context.user is None or by == context.user.casefold():
            by_ticket.setdefault(read_number(raw.get("ObjectId")), []).append(
                read_number(raw.get("id")))
    found: _Recorded = {}
    for number in _numbers(some):
        said = [item for item in some if item.id == number]
        made = by_ticket.get(number, [])
        if len(made) == len(said) or len(made) < len(said) and _alike(said):
            found.update({item.place: one for item, one in zip(said, made)})
        elif made:
            found.update({item.place: None for item in said})
    return found


def _alike(some: _Items) -> bool:
    return all(item.plan.body == some[0].plan.body for item in some)


def _statuses(context: Context, some: _Items) -> Operation[Mapping[int, Found]]:
    """The tickets whose status was to change. Requests: 1 where there are any."""
    changed = [item.id or 0 for item in some if item.plan.wanted]
    if not changed:
        return {}
    return (yield from by_numbers(context, changed, ("status",),
                                  f"read back {len(changed)} tickets"))


# -- the outcome ----------------------------------------------------------------------------------

def _judged(context: Context, operation: str, item: Item[_Message], messages: Tuple[str, ...],
            recorded: Optional[_Recorded], before: _Before,
            statuses: Mapping[int, Found]) -> Operation[Receipt]:
    """The receipt of an item.

    Args:
        recorded: None where it could not be looked for.

    Raises: NotFound, PermissionDenied, InvalidValue. Requests: 1 where no transaction of it is
        seen.
    """
    number = item.id or 0
    if item.place not in (recorded or {}):
        yield from _why_unseen(context, operation, number, messages, recorded is not None)
    done = Receipt(messages=messages, via="rest2", id=number,
                   transaction_id=(recorded or {}).get(item.place))
    if not item.plan.wanted:
        return done
    was: Any = KEEP
    if number in before.tickets:
        was = before.tickets[number].ticket.status
    now = statuses[number].ticket.status if number in statuses else None
    single = Request("POST", f"ticket/{number}/{PATHS[operation]}", effect="write-once")
    return (yield from with_status(context, single, done, was, item.plan.wanted["status"], now))


def _why_unseen(context: Context, operation: str, number: int, messages: Tuple[str, ...],
                looked: bool) -> Operation[None]:
    """Nothing of a message is seen: it was refused, or it is hidden from us (comments may be, and
    what is said on a ticket that was merged stands with another).

    Args:
        looked: whether it was looked for.
    Raises: NotFound, PermissionDenied, InvalidValue where it was refused.
    """
    line = f"POST REST/2.0/tickets/bulk/{PATHS[operation]}"
    try:
        raw = yield from record_of(number, "see whether the message was allowed")
    except PermissionDenied as error:
        if not messages or (yield from says_denied(context, messages)):
            error.messages = messages
            raise
        return
    except NotFound as error:
        error.messages = messages
        raise
    if not read.can(raw, PATHS[operation]):
        raise PermissionDenied(f"RT does not allow to {PATHS[operation]} on ticket {number}",
                               code=201, request=line, messages=messages)
    if looked and operation == "reply" and read_number(raw.get("id")) == number:
        raise InvalidValue(f"RT did not record the message on ticket {number}", code=201,
                           request=line, messages=messages)


# -- a slice without an answer --------------------------------------------------------------------

def _after_loss(context: Context, operation: str, some: _Items, recorded: _Recorded,
                before: _Before, lost: Lost) -> Operation[_Items]:
    """What was recorded has its receipt. Gives what surely was not, where RT is done with the
    request: on tickets that did not change at all meanwhile."""
    now: Mapping[int, Found] = {}
    try:
        now = yield from by_numbers(context, _numbers(some), ("status", "last_updated"),
                                    f"read back {len(some)} tickets")
    except RTError as error:
        _leave_open([item for item in some if recorded.get(item.place) is None], lost,
                    f"it could not be looked for either: {error.what}")
    left = []
    for item in some:
        number = item.id or 0
        if recorded.get(item.place) is not None:
            # RT set the status after it, or not any more: the ticket tells.
            yield from _told(item, _judged(context, operation, item, (), recorded, before, now))
        elif item.outcome is None and lost.ended and _unchanged(number, before, now):
            left.append(item)
        elif item.outcome is None:
            _leave_open([item], lost, "")
    return left


def _unchanged(number: int, before: _Before, now: Mapping[int, Found]) -> bool:
    """Whether nothing was said on a ticket: RT notes the time of each message, in seconds."""
    if number not in before.tickets or number not in now or before.at is None:
        return False
    was = before.tickets[number].ticket.last_updated
    return was is not None and was <= before.at - _SECOND \
        and was == now[number].ticket.last_updated


def _leave_open(items: _Items, lost: Lost, advice: str) -> None:
    for item in items:
        problem = unknown(lost.error,
                          query=f"id = {item.id} AND LastUpdatedBy = '__CurrentUser__'")
        problem.advice = advice or None
        item.fail(problem)
