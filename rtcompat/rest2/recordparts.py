"""Transactions of records that have no path for them, and the parts of transactions of any."""
from __future__ import annotations

from typing import Any, Tuple

from rtcompat.exchange import Operation
from rtcompat.model import Attachment, Page, Transaction
from rtcompat.rest2 import read, records
from rtcompat.rest2.history import PART, parts_of
from rtcompat.rest2.paging import all_items, collection, one_page
from rtcompat.rest2.recordkinds import RecordKind
from rtcompat.rest2.records import Name
from rtcompat.rest2.values import read_number

__all__ = ["recorded", "parts"]


def recorded(object_type: str, kind: RecordKind, who: Name,
             cursor: Any) -> Operation[Page[Transaction]]:
    """One page of the transactions of a record that has no path for them.

    Requests: 1 per 100; by name 1 more; 1 where RT hides the end, and 1 where nothing is shown,
        to tell why.
    """
    number = (yield from records.number_of(kind, who)) if cursor is None else cursor["number"]

    def visible() -> Operation[None]:
        yield from records.raw_of(kind, number)

    ask = collection(
        "transactions", (("ObjectType", "=", object_type), ("ObjectId", "=", str(number))),
        (("fields", read.TRANSACTION_FIELDS),), f"read the history of {kind.name} {who}")
    page = yield from one_page(ask, None if cursor is None else cursor["walk"], visible)
    items = tuple(records.of_kind(kind, read.transaction(raw)) for raw in page.items)
    state = None if page.cursor is None else {"walk": page.cursor, "number": number}
    return Page(items, state, page.total)


def parts(kind: RecordKind, number: int) -> Operation[Tuple[Attachment, ...]]:
    """The parts of a record's transactions, by id.

    Requests: 1 per 100 transactions, and 1 per 100 of them for their parts; 1 where RT hides the
        end, and 1 where nothing is shown, to tell why.
    """
    about = f"list the attachments of {kind.name} {number}"
    path = yield from records.path_of(kind, number)

    def visible() -> Operation[None]:
        yield from records.raw_of(kind, number)

    listed = yield from all_items(collection(f"{path}/history", (), (), about), visible)
    found = yield from parts_of([read_number(one.get("id")) for one in listed], about)
    return tuple(read.attachment(raw, PART) for raw in found)
