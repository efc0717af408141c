"""Many tickets changed over REST2: read, ``PUT /tickets/bulk``, read again, a hundred at a time.

RT goes through a slice in order. An exception in one item ends the request with a 500 after the
items before it, and a part of its own, are done (a login that does not exist among people before
5.0.5): the reading that follows tells what is left.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from rtcompat import batches
from rtcompat import receipt as receipts
from rtcompat.batches import Item
from rtcompat.errors import OutcomeUnknown, RTError, Unsupported, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.model import Outcome, Receipt
from rtcompat.rest2.bulk import (IN_BULK, Lost, by_numbers, has_files, number_of, open_items,
                                 rows_of, sentences, settled_people, unknown)
from rtcompat.rest2.context import Context
from rtcompat.rest2.editing import (ROLES, Plan, composed, deletes, edit, held_attributes, planned,
                                    set_right, spelt_alike, unseen, values_of)
from rtcompat.rest2.outcomes import refusal, unreadable, untouched
from rtcompat.rest2.tickets import Found, find_ticket

__all__ = ["edit_all"]

_WHAT = "edit"


@dataclass
class _Edit:
    """An item's way: planned, then read, then composed.

    Attributes:
        flat: what is wanted, by receipt name. repeated: its slice was sent again as a whole.
    """

    plan: Plan
    before: Optional[Found] = None
    flat: Dict[str, Any] = field(default_factory=dict)
    body: Dict[str, Any] = field(default_factory=dict)
    repeated: bool = False


_Items = Sequence[Item[_Edit]]


def edit_all(context: Context, changes: Sequence[Any],
             read_back: bool) -> Operation[Tuple[Outcome[Receipt], ...]]:
    """See `Tracker.edit_tickets`."""
    items = batches.checked(changes, "changes", lambda given: _Edit(planned(context, given)))
    batches.distinct(items, "changes")

    def alone(item: Item[_Edit]) -> Operation[Receipt]:
        return edit(context, item.id or 0, item.given, read_back)

    def send(some: _Items) -> Operation[_Items]:
        return _sent(context, some, read_back)

    apart: List[Item[_Edit]] = list(items)
    if not context.before(*IN_BULK):
        together = yield from _prepared(context, items, read_back)
        yield from batches.in_slices(together, send, alone, items)
        apart = open_items(items)
    yield from batches.one_by_one(apart, alone, items)
    return batches.outcomes(items)


def _prepared(context: Context, items: _Items, read_back: bool) -> Operation[List[Item[_Edit]]]:
    """Those that go together: read as far as needed, with their bodies. The others have files, or
    an error: they are missing or hidden.

    Raises: UsageError, Unsupported naming the item; nothing was written. Requests: besides those of
        `by_numbers` 2 for a merged ticket, 1 for a deleted one.
    """
    items = [item for item in items if not has_files(item.given)]
    read = [item for item in items if read_back or item.plan.plan.needs_before]
    yield from settled_people(context, [item.plan.plan.wanted for item in read], ROLES)
    for some in batches.sliced(read):
        names = [name for item in some for name in item.plan.plan.names]
        found = yield from by_numbers(context, [item.id or 0 for item in some], names,
                                      f"{_WHAT} {len(some)} tickets")
        for item in some:
            item.plan.before = found.get(item.id or 0)
    for item in [one for one in read if one.plan.before is None]:
        sought = yield from batches.as_outcome(item.id or 0, find_ticket(
            context, item.id or 0, item.plan.plan.names, f"{_WHAT} ticket {item.id}", True))
        item.plan.before, item.outcome = sought.result, None if sought.ok else sought
    together = []
    for item in open_items(items):
        try:
            item.plan.flat, item.plan.body = yield from composed(context, item.plan.plan,
                                                                 item.plan.before)
            together.append(item)
        except (UsageError, Unsupported) as error:
            raise batches.named(error, "changes", item.place) from error
        except RTError as error:
            item.fail(error)
    return together


def _sent(context: Context, some: _Items, read_back: bool) -> Operation[_Items]:
    """Send a slice and tell what became of each; those that are left untouched are returned."""
    request = Request("PUT", "tickets/bulk", effect="write", about=f"{_WHAT} {len(some)} tickets",
                      json=[{"id": item.id, **item.plan.body} for item in some])
    try:
        rows = yield from rows_of(request, len(some))
    except Lost as lost:
        return (yield from _after_loss(context, some, lost, read_back))
    if not read_back:
        for item, row in zip(some, rows):
            if number_of(row) == item.id and not _missing(row):
                yield from _told(item, unseen(context, _as_single(item), item.plan.flat,
                                              item.id or 0, _WHAT, sentences(row)))
        return open_items(some)
    after = yield from _read_after(context, some)
    for item, row in zip(some, rows):
        yield from _told(item, _judged(context, item, after.get(item.id or 0), sentences(row)))
    return ()


def _missing(row: Sequence[Any]) -> bool:
    return list(row[1:]) == ["Resource does not exist"]


def _as_single(item: Item[_Edit]) -> Request:
    return Request("PUT", f"ticket/{item.id}", json=item.plan.body, effect="write",
                   about=f"{_WHAT} ticket {item.id}")


def _told(item: Item[_Edit], judging: Operation[Receipt]) -> Operation[None]:
    try:
        item.succeed((yield from judging))
    except RTError as error:
        item.fail(error)


def _read_after(context: Context, some: _Items) -> Operation[Dict[int, Found]]:
    """The tickets with the fields that were written, as far as a search finds them."""
    names = [name for item in some for name in held_attributes(item.plan.flat)]
    seen = [item.id or 0 for item in some if not deletes(item.plan.flat) and not _merged(item)]
    found: Dict[int, Found] = {}
    if seen:
        found = yield from by_numbers(context, seen, names, f"read back {len(seen)} tickets")
    return found


def _merged(item: Item[_Edit]) -> bool:
    return item.plan.before is not None and item.plan.before.ticket.id != item.id


def _judged(context: Context, item: Item[_Edit], after: Optional[Found],
            messages: Tuple[str, ...]) -> Operation[Receipt]:
    """The receipt of an item, as `editing` decides it. Requests: 1 where no search found it."""
    edited, number = item.plan, item.id or 0
    assert edited.before is not None
    was = values_of(edited.before.ticket, edited.flat)
    wanted = spelt_alike(edited.flat, edited.before)
    held: List[Found] = []

    def taken(found: Found) -> Mapping[str, Any]:
        held[:] = [found]
        wanted.update(spelt_alike(wanted, found))
        return values_of(found.ticket, edited.flat)

    def again() -> Operation[Mapping[str, Any]]:
        return taken((yield from find_ticket(
            context, number, held_attributes(edited.flat), f"read back ticket {number}",
            deletes(edited.flat))))

    now = taken(after) if after is not None else (yield from unreadable(again()))
    decided = receipts.decide(wanted, was, now, messages=messages, via="rest2", id=number)
    decided = yield from set_right(context, edited.body.get("CustomFields") or {}, decided, wanted,
                                   was, held, again, number, f"{_WHAT} ticket {number}")
    failed = receipts.failed(decided, wanted)
    if failed:
        raise (yield from refusal(context, _as_single(item), decided, failed, number, what=_WHAT))
    return decided


# -- a slice without an answer --------------------------------------------------------------------

def _after_loss(context: Context, some: _Items, lost: Lost, read_back: bool) -> Operation[_Items]:
    """Read what was done. Gives those of which nothing was, where it is sure that RT is not at it
    still, or harmless; the rest is told."""
    try:
        after = yield from _read_after(context, some)
        states: Dict[int, str] = {}
        for item in some:
            states[item.place] = yield from _state(context, item, after.get(item.id or 0))
    except RTError as error:
        for item in some:
            problem = unknown(lost.error)
            problem.advice = f"it could not be read either: {error.what}"
            item.fail(problem)
        return ()
    if not lost.ended and all(one == "untouched" for one in states.values()) \
            and not any(item.plan.repeated for item in some):
        # RT may never have seen it: the whole slice once more.
        for item in some:
            item.plan.repeated = True
        return (yield from _sent(context, some, read_back))
    last = max((place for place, one in states.items() if one == "done"), default=-1)
    for item in some:
        if states[item.place] == "untouched" and (lost.ended or not item.plan.repeated):
            item.plan.repeated = item.plan.repeated or not lost.ended
            continue
        yield from _told_after_loss(context, item, after.get(item.id or 0), lost,
                                    states[item.place], passed=item.place <= last)
    return open_items(some)


def _state(context: Context, item: Item[_Edit], found: Optional[Found]) -> Operation[str]:
    """``done``, ``untouched``, ``part`` or ``unseen``.

    Without a reading before it, an item that holds nothing of what is wanted counts as untouched:
    sending it again leaves the same ticket.
    """
    edited = item.plan
    if found is None:
        now: Mapping[str, Any] = yield from unreadable(_found_now(context, item))
    else:
        now = values_of(found.ticket, edited.flat)
    wanted = edited.flat if found is None else spelt_alike(edited.flat, found)
    if any(name not in now for name in wanted):
        return "unseen"
    if all(receipts.same(now[name], value) for name, value in wanted.items()):
        return "done"
    if edited.before is None:
        held = [name for name, value in wanted.items() if receipts.same(now[name], value)]
        return "part" if held else "untouched"
    return "untouched" if untouched(wanted, values_of(edited.before.ticket, edited.flat), now) \
        else "part"


def _found_now(context: Context, item: Item[_Edit]) -> Operation[Mapping[str, Any]]:
    found = yield from find_ticket(context, item.id or 0, held_attributes(item.plan.flat),
                                   f"read back ticket {item.id}", deletes(item.plan.flat))
    return values_of(found.ticket, item.plan.flat)


def _told_after_loss(context: Context, item: Item[_Edit], found: Optional[Found], lost: Lost,
                     state: str, passed: bool) -> Operation[None]:
    """Tell an item whose answer was lost and that is not sent again.

    Args:
        passed: a later one is done, so that RT had finished with this one.
    """
    certain = state == "done" or lost.ended and (passed or state == "part")
    if item.plan.before is None:
        decided = receipts.unverified(item.plan.flat, via="rest2", id=item.id)
        if certain:
            item.succeed(decided)
        else:
            item.fail(unknown(lost.error, resolved=state != "unseen", receipt=decided))
        return
    yield from _told(item, _judged(context, item, found, ()))
    outcome = item.outcome
    if certain or outcome is None:
        return
    held = outcome.result if outcome.ok else getattr(outcome.error, "receipt", None)
    if not isinstance(outcome.error, OutcomeUnknown):
        item.fail(unknown(lost.error, resolved=state != "unseen", receipt=held))
