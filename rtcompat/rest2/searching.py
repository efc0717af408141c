"""Searching records other than tickets over REST2, by JSON conditions.

RT joins the conditions of one column by OR unless each says AND (1.09 to 6.0), passes over a
column that it does not know, and counts what it does not list when it does not know the column to
order by. Which columns it knows differs by kind: of users it knows no ``id``.
"""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from rtcompat.conditions import Checked, Condition, checked
from rtcompat.errors import InvalidQuery, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.fields import FieldRow, choices
from rtcompat.model import NOT_LOADED, Page
from rtcompat.rest2.paging import (PER_PAGE, Ask, Item, following, one_page, read_answer)
from rtcompat.rest2.recordkinds import RecordKind
from rtcompat.rest2.values import read_number, read_text

__all__ = ["search", "ordering", "conditions_sent"]

#: Pages without a row after which an ordered search is over where RT hides its end.
_EMPTY_PAGES = 2


def search(kind: RecordKind, conditions: Iterable[Condition], order: Optional[str],
           include_disabled: bool, cursor: Any) -> Operation[Page[Any]]:
    """One page of the records that all conditions hold for.

    Args:
        order: one of our names of a searchable field, ``-`` before it for descending.
    Raises: UsageError for a field that RT would pass over; InvalidQuery.
    Requests: 1 per 100; 1 where RT hides the end; with include_disabled 1 more per 100 where an
        item does not tell whether it is disabled.
    """
    if cursor is None:
        sent = [*conditions_sent(checked(kind.rows, conditions, what=kind.plural)), *kind.always]
    else:
        sent = list(cursor["conditions"])  # an iterator was used up by the first page
    ask = _asking(kind, sent, ordering(kind, order), include_disabled)
    walk = None if cursor is None else cursor["walk"]
    page = yield from (one_page(ask, walk) if order is None else _ordered_page(ask, walk))
    records = [_listed(kind, raw) for raw in page.items]
    if not kind.tells_disabled and "disabled" in {row.name for row in kind.rows}:
        disabled = (yield from _disabled(kind, page.items)) if include_disabled else frozenset()
        records = [replace(one, disabled=one.id in disabled) for one in records]
    state = None if page.cursor is None else {"walk": page.cursor, "conditions": sent}
    return Page(tuple(records), state, page.total)


def conditions_sent(conditions: Tuple[Checked, ...]) -> List[Mapping[str, Any]]:
    """The conditions as RT's JSON, all of which must hold."""
    return [_condition(row, operator, values) for row, operator, values in conditions]


def _condition(row: FieldRow, operator: str, values: Tuple[str, ...]) -> Dict[str, Any]:
    value: Any = values[0] if values else "NULL"
    if operator in ("IN", "NOT IN"):
        value = list(values)
    elif not values:
        operator = operator.rpartition(" ")[0]  # RT's words are IS and IS NOT
    return {"field": row.rt, "operator": operator, "value": value, "entry_aggregator": "AND"}


def ordering(kind: RecordKind, order: Optional[str]) -> Tuple[Tuple[str, str], ...]:
    """The parameters for an order; the id decides between equals."""
    if order is None:
        return ()
    descending = isinstance(order, str) and order.startswith("-")
    name = order[1:] if descending else order
    columns = {row.name: row.rt for row in kind.rows if row.search or row.name == "id"}
    if name not in columns:
        raise UsageError(f"{kind.plural} have no order by {order!r}", argument="order",
                         advice=choices(name, columns))
    pairs = (("orderby", columns[name]), ("order", "DESC" if descending else "ASC"))
    return pairs if name == "id" else (*pairs, ("orderby", "id"), ("order", "ASC"))


def _asking(kind: RecordKind, sent: List[Mapping[str, Any]], order: Tuple[Tuple[str, str], ...],
            include_disabled: bool) -> Ask:
    names = ",".join(row.rest2 for row in kind.listed_rows() if row.rest2)
    disabled = (("find_disabled_rows", "1"),) if include_disabled else ()
    nested = kind.nested
    if "CustomFields" in names.split(","):
        nested = (*nested, ("fields[CustomFields]", "Type"))

    def ask(page: int, from_behind: bool) -> Request:
        by_id = (("orderby", "id"), ("order", "DESC" if from_behind else "ASC"))
        what = (("fields", "id"),) if from_behind else (("fields", names), *nested)
        return Request("POST", kind.plural, json=sent or list(kind.everything),
                       query=(("per_page", str(PER_PAGE)), ("page", str(page)),
                              *(order or by_id), *what, *disabled),
                       about=f"search {kind.plural}")
    return ask


def _listed(kind: RecordKind, raw: Item) -> Any:
    """The record of an item; what a collection does not carry is NOT_LOADED."""
    listed = {row.name for row in kind.listed_rows()}
    lacking = {row.name: NOT_LOADED for row in kind.rows if row.name not in listed}
    return replace(kind.read(raw), **lacking)


def _disabled(kind: RecordKind, items: Tuple[Item, ...]) -> Operation[Any]:
    """Which of the items are not found among the enabled ones. Requests: 1, none for no items."""
    if not items:
        return frozenset()
    column = "Name" if kind.named else "id"
    wanted = [read_text(one.get(column)) for one in items]
    answer = read_answer((yield Request(
        "POST", kind.plural, json=[{"field": column, "operator": "IN", "value": wanted},
                                   *kind.always],
        query=(("per_page", str(PER_PAGE)), ("fields", "id")),
        about=f"see which {kind.plural} are disabled")))
    enabled = {read_number(one.get("id")) for one in answer.items}
    return frozenset(read_number(one.get("id")) for one in items) - enabled


def _ordered_page(ask: Ask, cursor: Optional[Mapping[str, Any]]) -> Operation[Page[Item]]:
    """A page in the order asked for; a record that moved and comes again is dropped.

    Raises: InvalidQuery where RT counts records and lists none.
    """
    state: Dict[str, Any] = dict(cursor or {"page": 1})
    asked, seen = int(state["page"]), set(state.get("seen", ()))
    response = yield ask(asked, False)
    answer = read_answer(response)
    if not answer.items and asked == 1 and answer.total:
        raise InvalidQuery("RT counts records and lists none: it does not order by this field",
                           code=response.status, server=response.server or None,
                           request=response.request.line)
    items: List[Item] = []
    for one in answer.items if answer.page == asked else ():
        if read_number(one.get("id")) not in seen:
            seen.add(read_number(one.get("id")))
            items.append(one)
    more, empty = following(answer, asked), 0
    if more is None:
        empty = 0 if answer.items else int(state.get("empty", 0)) + 1
        more = asked + 1 if empty < _EMPTY_PAGES else 0
    total = state.get("total", answer.total)
    after = {"page": more, "seen": sorted(seen), "empty": empty, "total": total}
    return Page(tuple(items), after if more else None, total)
