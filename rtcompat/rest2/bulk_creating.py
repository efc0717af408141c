"""Many tickets created over REST2: ``POST /tickets/bulk``, a hundred at a time, each once.

RT goes through a slice in order, and a failure in the middle is a 500 for all of it. What was
created is then found among our own tickets that are newer than those before; that something was
*not* created is believed only where we would see it, and while each of these tickets is known to
be an item's: a scrip may have given one another subject or queue than it was sent, or deleted,
merged or hidden it; so every number given out since is accounted for.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

from rtcompat import batches
from rtcompat import receipt as receipts
from rtcompat.batches import Item
from rtcompat.errors import NotFound, PermissionDenied, RTError, Unsupported, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.model import Outcome, Receipt
from rtcompat.rest2.bulk import (IN_BULK, Lost, by_numbers, has_files, number_of, open_items,
                                 rows_of, settled_people, unknown)
from rtcompat.rest2.context import Context
from rtcompat.rest2.creating import composed, create, planned, read_new, would_find
from rtcompat.rest2.editing import ROLES, by_name, held_attributes
from rtcompat.rest2.paging import read_answer
from rtcompat.rest2.people import get_queue
from rtcompat.rest2.tickets import record_of, search
from rtcompat.rest2.values import read_number

__all__ = ["create_all"]

_OURS = "Creator = '__CurrentUser__'"
#: How many numbers are looked at one by one.
_PROBES = 50


@dataclass
class _New:
    """An item's way: planned, then composed."""

    wanted: Dict[str, Any]
    flat: Dict[str, Any] = field(default_factory=dict)
    custom: Dict[str, Any] = field(default_factory=dict)
    body: Dict[str, Any] = field(default_factory=dict)


_Items = Sequence[Item[_New]]


class _Batch:
    """What is known of the batch on the way.

    Attributes:
        items: all of it.
        newest: number of the newest ticket before the first slice, as far as we can tell.
    """

    def __init__(self, context: Context, read_back: bool, items: _Items) -> None:
        self.context = context
        self.read_back = read_back
        self.items = items
        self.newest = 0


def create_all(context: Context, tickets: Sequence[Any],
               read_back: bool) -> Operation[Tuple[Outcome[Receipt], ...]]:
    """See `Tracker.create_tickets`."""
    items = batches.checked(tickets, "tickets", lambda given: _New(planned(
        context, given["queue"], given, given["content"], given["content_type"],
        given["attachments"])))
    batch = _Batch(context, read_back, items)

    def alone(item: Item[_New]) -> Operation[Receipt]:
        given = item.given
        done = yield from create(context, given["queue"], given, given["content"],
                                 given["content_type"], given["attachments"], read_back)
        item.id = done.id
        return done

    def send(some: _Items) -> Operation[_Items]:
        return _sent(batch, some)

    if not context.before(*IN_BULK):
        together = yield from _prepared(context, items)
        if together:
            batch.newest = yield from _newest()
        yield from batches.in_slices(together, send, alone, items)
    yield from batches.one_by_one(open_items(items), alone, items)
    return batches.outcomes(items)


def _prepared(context: Context, items: _Items) -> Operation[List[Item[_New]]]:
    """Those that go together, with their bodies; not those with files.

    Raises: UsageError, Unsupported naming the item; nothing was created.
    """
    together = [item for item in items if not has_files(item.given)]
    yield from settled_people(context, [item.plan.wanted for item in together], ROLES)
    for item in together:
        try:
            wanted, item.plan.custom, item.plan.body = yield from composed(
                context, item.plan.wanted, item.given["content"], item.given["content_type"],
                f"create {len(together)} tickets")
            item.plan.flat = by_name(wanted)
        except (UsageError, Unsupported) as error:
            raise batches.named(error, "tickets", item.place) from error
        except RTError as error:
            item.fail(error)
    return open_items(together)


def _newest() -> Operation[int]:
    """Number of the newest ticket, 0 for none.

    The newest that a search finds, and those after it that are deleted, merged or not shown to us.
    Requests: 2, and 1 for each of these.
    """
    answer = read_answer((yield Request(
        "POST", "tickets", about="look for the newest ticket", form=(
            ("query", "id > 0"), ("per_page", "1"), ("page", "1"), ("orderby", "id"),
            ("order", "DESC")))))
    newest = max((read_number(one.get("id")) for one in answer.items), default=0)
    for _ in range(_PROBES):
        if (yield from _creator(newest + 1)) is None:
            break
        newest += 1
    return newest


def _creator(number: int) -> Operation[Optional[str]]:
    """Who made a ticket, however it is now; "" where that is not told, None where there is none.
    """
    try:
        record = yield from record_of(number, f"look for ticket {number}")
    except NotFound:
        return None
    except PermissionDenied:
        return ""
    if read_number(record.get("id")) != number:
        return ""
    creator = record.get("Creator")
    return str(creator.get("id") or "") if isinstance(creator, dict) else ""


def _sent(batch: _Batch, some: _Items) -> Operation[_Items]:
    """Send a slice and tell what became of each; those that were surely not created are
    returned."""
    request = Request("POST", "tickets/bulk", effect="write-once",
                      json=[item.plan.body for item in some], about=f"create {len(some)} tickets")
    try:
        rows = yield from rows_of(request, len(some))
    except Lost as lost:
        return (yield from _after_loss(batch, some, lost))
    # A refused one is asked again by itself: RT says here neither a code nor why.
    made = [(item, number_of(row)) for item, row in zip(some, rows) if number_of(row)]
    yield from _told(batch, made)
    return open_items(some)


def _told(batch: _Batch, made: Sequence[Tuple[Item[_New], int]]) -> Operation[None]:
    """The receipts of those that were created. Requests: 1 to read them back."""
    for item, number in made:
        item.id = number
    if not batch.read_back:
        for item, number in made:
            item.succeed(receipts.unverified(item.plan.flat, via="rest2", id=number))
        return
    if not made:
        return
    names = [name for item, _ in made for name in held_attributes(item.plan.flat)]
    try:
        found = yield from by_numbers(batch.context, [number for _, number in made], names,
                                      f"read back {len(made)} tickets")
    except RTError:
        # They are there all the same.
        for item, number in made:
            item.succeed(receipts.unverified(item.plan.flat, via="rest2", id=number))
        return
    for item, number in made:
        single = Request("POST", "ticket", json=item.plan.body, effect="write-once",
                         about=f"create ticket {number}")
        try:
            item.succeed((yield from read_new(batch.context, number, item.plan.flat,
                                              item.plan.custom, single, found.get(number))))
        except RTError as error:
            item.fail(error)


# -- a slice without an answer --------------------------------------------------------------------

def _key(queue: Any, subject: Any) -> Tuple[str, str]:
    return str(queue).casefold(), str(subject).strip()


def _after_loss(batch: _Batch, some: _Items, lost: Lost) -> Operation[_Items]:
    """Find what was created; gives those that surely were not, where RT is done with the request.
    Where that cannot be told, the item holds OutcomeUnknown."""
    try:
        ours = yield from _made_since(batch)
        gone = yield from _unaccounted(batch)
    except RTError as error:
        _leave_open(some, lost, f"our tickets could not be listed either: {error.what}")
        return ()
    groups: Dict[Tuple[str, str], List[Item[_New]]] = {}
    for item in some:
        queue = yield from _queue_name(item.plan.wanted["queue"])
        groups.setdefault(_key(queue, item.plan.wanted.get("subject", "")), []).append(item)
    made: List[Tuple[Item[_New], int]] = []
    absent: List[Item[_New]] = []
    doubtful: List[Item[_New]] = []
    shown: Dict[str, bool] = {}
    for (queue, subject), group in groups.items():
        numbers = ours.get((queue, subject), [])
        if numbers:
            shown[queue] = True
        if len(numbers) == len(group) or numbers and len(numbers) < len(group) and _alike(group):
            made += list(zip(group, numbers))
            absent += group[len(numbers):]
        else:
            (doubtful if numbers else absent).extend(group)
    strange = sorted([number for key, numbers in ours.items()
                      for number in numbers[len(groups.get(key, ())):]] + gone)
    yield from _told(batch, made)
    _leave_open(doubtful, lost, "some tickets of this subject were created, and which is not told")
    if not lost.ended:
        _leave_open(absent, lost, "RT may be at it still")
        return ()
    if strange:
        names = ", ".join(map(str, strange[:5])) + (", …" if len(strange) > 5 else "")
        _leave_open(absent, lost, f"ticket {names} was created meanwhile, and which item it is, is "
                    "not told: a scrip may have changed, deleted or hidden it")
        return ()
    for (queue, _), group in groups.items():
        if queue not in shown:
            shown[queue] = yield from _shown(batch.context, queue)
        if not shown[queue]:
            _leave_open(open_items(group), lost, "we may not see what is created in this queue")
    return open_items(absent)


def _queue_name(queue: Any) -> Operation[str]:
    """The name that tickets show. Requests: 1 for a number."""
    if not str(queue).isdecimal():
        return str(queue)
    try:
        return (yield from get_queue(int(queue))).name
    except (NotFound, PermissionDenied):
        return str(queue)


def _alike(group: _Items) -> bool:
    """Whether it makes no difference which of these was created."""
    return all(item.plan.body == group[0].plan.body for item in group)


def _leave_open(items: _Items, lost: Lost, advice: str) -> None:
    for item in items:
        problem = unknown(lost.error, query=would_find(item.plan.wanted.get("subject", "")))
        problem.advice = advice
        item.fail(problem)


def _made_since(batch: _Batch) -> Operation[Dict[Tuple[str, str], List[int]]]:
    """Our tickets since the batch began that none of its items has, by queue and subject, oldest
    first."""
    query = f"{_OURS} AND id > {batch.newest}"
    known = {item.id for item in batch.items}
    cursor: Any = None
    found: Dict[Tuple[str, str], List[int]] = {}
    while True:
        page = yield from search(batch.context, query, None, ("queue", "subject"), False, cursor)
        for ticket in page.items:
            if ticket.id not in known:
                found.setdefault(_key(ticket.queue, ticket.subject), []).append(ticket.id)
        cursor = page.cursor
        if cursor is None:
            return found


def _unaccounted(batch: _Batch) -> Operation[List[int]]:
    """Tickets since the batch began that no search finds, and that may be ours.

    RT numbers them in order, so each number up to the one after the last that is found was given
    to a ticket, or to nothing that stayed. Requests: 1 per 100 tickets, 1 for each such number.
    """
    found: Set[int] = set()
    cursor: Any = None
    while True:
        page = yield from search(batch.context, f"id > {batch.newest}", None, (), False,
                                 cursor)
        found.update(ticket.id for ticket in page.items)
        cursor = page.cursor
        if cursor is None:
            break
    last = max(found, default=batch.newest)
    missing = [number for number in range(batch.newest + 1, last + 2) if number not in found]
    user = batch.context.user
    gone: List[int] = []
    for number in missing[:_PROBES]:
        creator = yield from _creator(number)
        if creator == "" or creator and (user is None or creator.casefold() == user.casefold()):
            gone.append(number)
    return gone + missing[_PROBES:]


def _shown(context: Context, queue: str) -> Operation[bool]:
    """Whether we see tickets of this queue in which we have no role, and so all. Requests: 1."""
    if context.user is None:
        return False
    name, user = (text.replace("\\", "\\\\").replace("'", "\\'") for text in (queue, context.user))
    answer = read_answer((yield Request(
        "POST", "tickets", about=f"see what we may see in {queue}", form=(
            ("query", f"Queue = '{name}' AND Watcher.Name != '{user}' AND Owner != '{user}'"),
            ("per_page", "1"), ("page", "1")))))
    return bool(answer.items)
