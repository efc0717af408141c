"""Searching transactions and attachments of all tickets over REST2.

``fields=Parent`` crashes RT for a part without a parent, so it is never asked for here.
"""
from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple, Union

from rtcompat import fields
from rtcompat.conditions import Checked, Condition, checked, custom_field_of, listed
from rtcompat.errors import NotFound, Unsupported, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.model import Attachment, Page, Transaction
from rtcompat.rest2 import read
from rtcompat.rest2.context import Context
from rtcompat.rest2.paging import PER_PAGE, Item, all_items, collection, one_page
from rtcompat.rest2.recordkinds import EVERYTHING, RecordKind
from rtcompat.rest2.searching import conditions_sent, ordering
from rtcompat.rest2.tickets import found_page
from rtcompat.rest2.values import read_number, read_text
from rtcompat.rest2.zones import query_text
from rtcompat.ticketsql import Query, enclosed

__all__ = ["search_transactions", "search_attachments"]

#: ``CustomField.{Name}`` came with it; older versions pass over it.
_SINCE = (5, 0, 2)
_OF_TICKETS = ({"field": "ObjectType", "operator": "=", "value": "RT::Ticket",
                "entry_aggregator": "AND"},)
_LOOKUP_TYPE = "RT::Queue-RT::Ticket-RT::Transaction"
_HEAD = ("transaction_id", "filename", "content_type", "size", "subject", "message_id", "headers",
         "creator", "created")
_ROWS = fields.by_name(fields.ATTACHMENT)
_HEAD_FIELDS = ",".join(str(_ROWS[name].rest2) for name in _HEAD)


def _part(raw: Mapping[str, Any]) -> Attachment:
    return read.attachment(raw, _HEAD)


TRANSACTION = RecordKind("transaction", "transactions", fields.TRANSACTION, read.transaction,
                         everything=_OF_TICKETS, always=_OF_TICKETS)
ATTACHMENT = RecordKind("attachment", "attachments", fields.ATTACHMENT, _part)


class _Walk(NamedTuple):
    """What is asked page by page."""

    kind: RecordKind
    sent: List[Mapping[str, Any]]
    fields: str

    def request(self, page: int, parameters: Tuple[Tuple[str, str], ...]) -> Request:
        return Request("POST", self.kind.plural, json=self.sent,
                       query=(("per_page", str(PER_PAGE)), ("page", str(page)), *parameters),
                       about=f"search {self.kind.plural}")

    def by_id(self, page: int, from_behind: bool) -> Request:
        what = (("fields", "id" if from_behind else self.fields),)
        return self.request(page, (*what, ("orderby", "id"),
                                   ("order", "DESC" if from_behind else "ASC")))

    def ordered(self, _: str, parameters: Tuple[Tuple[str, str], ...], page: int) -> Request:
        return self.request(page, parameters)


def search_transactions(context: Context, conditions: Iterable[Condition],
                        query: Union[str, Query, None], order: Optional[str],
                        cursor: Any) -> Operation[Page[Transaction]]:
    """See `Tracker.search_transactions`."""
    if query is None:
        page = yield from _by_conditions(context, TRANSACTION, read.TRANSACTION_FIELDS,
                                         conditions, order, cursor)
    else:
        if cursor is None and listed(conditions):
            raise UsageError("give conditions or a query", argument="query")
        page = yield from _by_query(context, query, order, cursor)
    return Page(tuple(read.transaction(raw) for raw in page.items), page.cursor, page.total)


def search_attachments(context: Context, conditions: Iterable[Condition], order: Optional[str],
                       cursor: Any) -> Operation[Page[Attachment]]:
    """See `Tracker.search_attachments`."""
    page = yield from _by_conditions(context, ATTACHMENT, _HEAD_FIELDS, conditions, order, cursor)
    return Page(tuple(_part(raw) for raw in page.items), page.cursor, page.total)


def _by_query(context: Context, query: Union[str, Query], order: Optional[str],
              cursor: Any) -> Operation[Page[Item]]:
    """A page of what TransactionSQL finds among tickets' transactions, walked as TicketSQL is."""
    text = yield from query_text(context, query)

    def ask(where: str, parameters: Tuple[Tuple[str, str], ...], page: int) -> Request:
        return Request("POST", "transactions",
                       form=(("query", where), ("per_page", str(PER_PAGE)), ("page", str(page)),
                             *parameters), about="search transactions")

    return (yield from found_page(f"{enclosed(text)} AND ObjectType = 'RT::Ticket'",
                                  ordering(TRANSACTION, order),
                                  (("fields", read.TRANSACTION_FIELDS),),
                                  cursor or {"page": 1}, ask))


def _by_conditions(context: Context, kind: RecordKind, names: str,
                   conditions: Iterable[Condition], order: Optional[str],
                   cursor: Any) -> Operation[Page[Item]]:
    if cursor is None:
        found = checked(kind.rows, conditions, what=kind.plural,
                        custom_fields=kind is TRANSACTION)
        yield from _known_fields(context, found)
        found = yield from _numbered(found)
        sent = [*_sent(found), *kind.always] or list(EVERYTHING)
    else:
        sent = list(cursor["conditions"])  # an iterator was used up by the first page
    walk = _Walk(kind, sent, names)
    by = ordering(kind, order)
    if by:
        page = yield from found_page("", by, (("fields", names),),
                                     cursor["walk"] if cursor else {"page": 1}, walk.ordered)
    else:
        page = yield from one_page(walk.by_id, cursor["walk"] if cursor else None)
    state = None if page.cursor is None else {"walk": page.cursor, "conditions": sent}
    return Page(page.items, state, page.total)


def _sent(conditions: Tuple[Checked, ...]) -> List[Mapping[str, Any]]:
    """As RT's JSON; what is None in a record is 0 or an empty text as well as NULL in RT."""
    found: List[Mapping[str, Any]] = []
    columns = [row.rt for row, _, _ in conditions]
    for row, operator, values in conditions:
        if values or row.kind not in ("optional", "parent"):
            found += conditions_sent(((row, operator, values),))
        elif row.kind == "parent":
            found += conditions_sent(((row, "=" if operator == "IS NULL" else "!=", ("0",)),))
        elif operator == "IS NOT NULL":
            found += conditions_sent(((row, "!=", ("",)),))
        else:
            if columns.count(row.rt) > 1:
                raise UsageError(f"{row.name} IS NULL stands beside no other condition on it",
                                 argument="conditions")
            null, empty = conditions_sent(((row, operator, ()), (row, "=", ("",))))
            found += [null, {**empty, "entry_aggregator": "OR"}]
    return found


def _numbered(conditions: Tuple[Checked, ...]) -> Operation[Tuple[Checked, ...]]:
    """Logins as the numbers that RT compares with. Raises: NotFound. Requests: 1 for logins."""
    names = sorted({value for row, operator, values in conditions if row.kind == "login"
                    for value in values if not value.isdigit()})
    if not names:
        return conditions
    users = yield from all_items(collection(
        "users", (("Name", "IN", names),),
        (("fields", "id,Name"), ("find_disabled_rows", "1")), "look up users"))
    numbers: Dict[str, str] = {read_text(one.get("Name")).lower(): str(read_number(one.get("id")))
                               for one in users}
    missing = [name for name in names if name.lower() not in numbers]
    if missing:
        raise NotFound(f"there is no user {', '.join(map(repr, missing))}")
    return tuple((row, operator, tuple(numbers.get(one.lower(), one) for one in values)
                  if row.kind == "login" else values) for row, operator, values in conditions)


def _known_fields(context: Context, conditions: Tuple[Checked, ...]) -> Operation[None]:
    """See that RT knows the custom fields: it passes over the others, and finds everything.

    Raises: NotFound; UsageError where several have the name; Unsupported before 5.0.2.
    Requests: 1 for custom fields.
    """
    names = [name for row, _, _ in conditions for name in [custom_field_of(row.name)] if name]
    if not names:
        return
    if context.before(*_SINCE):
        raise Unsupported("RT searches by custom fields over REST2 since 5.0.2",
                          argument="conditions", protocol="rest2")
    listed = yield from all_items(collection(
        "customfields", (("Name", "IN", names), ("LookupType", "=", _LOOKUP_TYPE)),
        (("fields", "Name"), ("find_disabled_rows", "1")), "look up custom fields"))
    known = [read_text(one.get("Name")) for one in listed]
    for name in names:
        if known.count(name) != 1:
            raise (NotFound if name not in known else UsageError)(
                f"RT has {known.count(name)} custom fields of transactions named {name!r}")
