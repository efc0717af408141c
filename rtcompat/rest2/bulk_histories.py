"""Histories of many tickets over REST2: their transactions, parts and texts by collections.

``POST /transactions`` takes a list of tickets. It finds what was recorded on exactly these, and
the history of a ticket into which others were merged holds theirs as well: each merge is noted on
both, so such tickets are read by themselves.
"""
from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence, Tuple

from rtcompat.batches import SLICE, as_outcome
from rtcompat.exchange import Operation
from rtcompat.limits import positive_id
from rtcompat.model import Outcome, Page, Transaction
from rtcompat.rest2 import history, read
from rtcompat.rest2.answers import read_json
from rtcompat.rest2.context import Context
from rtcompat.rest2.paging import PER_PAGE, Item, all_items, collection
from rtcompat.rest2.values import read_number, read_text

__all__ = ["histories"]

_Histories = Dict[int, List[Transaction]]
#: Transactions in one condition on their parts, of which a page holds a hundred: most
#: transactions have none.
_AT_ONCE = 500
#: Since then transactions have a collection of their own that takes conditions (extension 1.06).
_SINCE = (5, 0, 0)


def histories(context: Context, ticket_ids: Sequence[int], content: bool,
              cursor: Any) -> Operation[Page[Outcome[Tuple[Transaction, ...]]]]:
    """See `Tracker.get_histories`."""
    for number in ticket_ids if cursor is None else ():
        positive_id(number, "ticket_ids")
    start = 0 if cursor is None else int(cursor["from"])
    some = tuple(ticket_ids[start:start + SLICE])
    found: _Histories = {}
    if some and not context.before(*_SINCE):
        found = yield from _found(some, content)
    outcomes: Dict[int, Outcome[Tuple[Transaction, ...]]] = {}
    for number in some:
        if number in found:
            outcomes[number] = Outcome(number, tuple(found[number]))
        elif number not in outcomes:
            outcomes[number] = yield from as_outcome(number, _one(number, content))
    more = start + SLICE < len(ticket_ids)
    return Page(tuple(outcomes[number] for number in some),
                {"from": start + SLICE} if more else None, len(ticket_ids))


def _one(number: int, content: bool) -> Operation[Tuple[Transaction, ...]]:
    items: Tuple[Transaction, ...] = ()
    cursor: Any = None
    while True:
        page = yield from history.history(number, content, None, cursor)
        items += page.items
        cursor = page.cursor
        if cursor is None:
            return items


def _found(some: Sequence[int], content: bool) -> Operation[_Histories]:
    """Histories by ticket; not those of merged tickets, nor of those of which nothing is seen.

    Requests: 1 per 100 transactions, 1 where RT hides the end; with contents 1 per 100 parts and 1
    per 100 texts.
    """
    about = f"read the histories of {len(some)} tickets"
    rows = yield from all_items(collection(
        "transactions", (("ObjectType", "=", "RT::Ticket"),
                         ("ObjectId", "IN", [str(one) for one in dict.fromkeys(some)])),
        (("fields", read.TRANSACTION_FIELDS),), about))
    merged = {read_number(raw.get("ObjectId")) for raw in rows if _of_a_merge(raw)}
    items = tuple(one for one in map(read.transaction, rows)
                  if one.ticket_id not in merged and one.ticket_id in some)
    if content and items:
        parts = yield from _parts_of([one.id for one in items], about)
        items = yield from history.joined(items, parts, about)
    found: _Histories = {}
    for one in items:
        found.setdefault(one.ticket_id, []).append(one)
    return found


def _of_a_merge(raw: Item) -> bool:
    return "MergedInto" in read_text(raw.get("Field"))


def _parts_of(transactions: List[int], about: str) -> Operation[List[Mapping[str, Any]]]:
    """The parts of visible transactions, which are visible as these are: a page that is not full
    is the last."""
    found: List[Mapping[str, Any]] = []
    for start in range(0, len(transactions), _AT_ONCE):
        some = [str(number) for number in transactions[start:start + _AT_ONCE]]
        last = 0
        while True:
            behind = (("id", ">", str(last)),) if last else ()
            ask = collection("attachments", (("TransactionId", "IN", some), *behind),
                             history.PART_FIELDS, about)
            items = read_json((yield ask(1, False))).get("items") or []
            fresh = [one for one in items if read_number(one.get("id")) > last]
            found += fresh
            if len(items) < PER_PAGE or not fresh:
                break
            last = max(read_number(one.get("id")) for one in fresh)
    return sorted(found, key=lambda raw: read_number(raw.get("id")))
