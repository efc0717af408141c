"""Saved searches and simple search over REST2."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Iterable, Mapping, Optional, Tuple, Union

from rtcompat import fields as table
from rtcompat import limits
from rtcompat.errors import NotFound, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.model import Page, SavedSearch, Ticket
from rtcompat.rest2 import read, tickets
from rtcompat.rest2.answers import read_json
from rtcompat.rest2.context import Context
from rtcompat.rest2.fetching import values_of_rows
from rtcompat.rest2.paging import PER_PAGE, Item, all_items, one_page, overlapping_page
from rtcompat.rest2.values import read_number, read_text

__all__ = ["saved", "get_saved", "run_saved", "simple"]

#: What RT 5 calls a search that somebody saved, and what the names of its own begin with.
_SAVED, _SYSTEM = "SavedSearch", "Search - "
_ROWS = tuple(row for row in table.SAVED_SEARCH if row.rest2)
_FIELDS = ",".join([row.rest2 for row in _ROWS if row.rest2] + ["Content"])


# -- saved searches -------------------------------------------------------------------------------

def _search(raw: Mapping[str, Any]) -> SavedSearch:
    found = values_of_rows(_ROWS, raw)
    if found["name"] == _SAVED:
        found.update(name=found["description"], description="")
    elif found["name"].startswith(_SYSTEM):
        found["name"] = found["name"][len(_SYSTEM):]
    given = raw.get("Content")
    content: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    return SavedSearch(**found, type=read_text(content.get("SearchType")) or "Ticket",
                       query=read_text(content.get("Query")), order=_order(content),
                       format=read_text(content.get("Format")),
                       per_page=read_number(content.get("RowsPerPage")) or None)


def _order(content: Mapping[str, Any]) -> Tuple[str, ...]:
    """RT joins several fields by ``|``, with a direction each, and fills up with empty ones."""
    columns = read_text(content.get("OrderBy")).split("|")
    directions = read_text(content.get("Order")).upper().split("|")
    directions += ["ASC"] * (len(columns) - len(directions))
    return tuple(("-" if direction == "DESC" else "") + column
                 for column, direction in zip(columns, directions) if column)


def _asking(page: int, from_behind: bool) -> Request:
    what = () if from_behind else (("fields", _FIELDS),)
    return Request("GET", "searches", query=(
        ("per_page", str(PER_PAGE)), ("page", str(page)), ("orderby", "id"),
        ("order", "DESC" if from_behind else "ASC"), *what), about="list the saved searches")


def saved(cursor: Any) -> Operation[Page[SavedSearch]]:
    """See `Tracker.get_saved_searches`. Requests: 1 per 100; 1 more where RT hides the end."""
    page = yield from one_page(_asking, cursor)
    return Page(tuple(map(_search, page.items)), page.cursor, page.total)


def get_saved(search: Union[int, str]) -> Operation[SavedSearch]:
    """See `Tracker.get_saved_search`. A name is looked for in the list: RT takes any of several
    of one name, and digits for a number."""
    if not isinstance(search, str):
        number = limits.positive_id(search, "search")
        return _search(read_json((yield Request("GET", f"search/{number}",
                                                about=f"read saved search {number}"))))
    found = [one for one in map(_search, (yield from all_items(_asking))) if one.name == search]
    if not found:
        raise NotFound(f"there is no saved search {search!r} that we may load")
    if len(found) > 1:
        raise UsageError(f"several saved searches have the name {search!r}: "
                         + ", ".join(str(one.id) for one in found), argument="search",
                         advice="give the number")
    return found[0]


def run_saved(context: Context, search: Union[int, str], order: Optional[str],
              fields: Optional[Iterable[str]], snapshot: bool,
              cursor: Any) -> Operation[Page[Ticket]]:
    """See `Tracker.run_saved_search`: its query is searched for as any other, so that the walk is
    exact; the cursor keeps the query, which somebody may change meanwhile."""
    if cursor is None:
        found = yield from get_saved(search)
        if found.type != "Ticket":
            raise UsageError(f"the saved search {search!r} finds no tickets but: {found.type}",
                             argument="search")
        cursor = {"query": found.query, "walk": None}
    if not cursor["query"].strip():
        return Page((), None, 0)
    page = yield from tickets.search(context, cursor["query"], order, fields, snapshot,
                                     cursor["walk"])
    state = None if page.cursor is None else {"query": cursor["query"], "walk": page.cursor}
    return replace(page, cursor=state)


# -- simple search --------------------------------------------------------------------------------

def simple(context: Context, text: str, fields: Optional[Iterable[str]],
           cursor: Any) -> Operation[Page[Ticket]]:
    """See `Tracker.search_simple`. RT makes the query of the text, so that nothing can be added to
    it: pages overlap instead."""
    if not isinstance(text, str) or not text.strip():
        raise UsageError("text is empty", argument="text")
    words = limits.checked_query(text)
    names = tickets.wanted_fields(context, fields if cursor is None else cursor["fields"])
    parameters = read.ticket_fields(names)

    def ask(page: int, per_page: int, from_behind: bool) -> Request:
        return Request("POST", "tickets", form=(
            ("query", words), ("simple", "1"), ("per_page", str(per_page)), ("page", str(page)),
            ("orderby", "id"), ("order", "DESC" if from_behind else "ASC"),
            *(() if from_behind else parameters)), about="search tickets by words")

    walk: Optional[Dict[str, Any]] = None if cursor is None else cursor["walk"]
    page: Page[Item] = yield from overlapping_page(ask, walk)
    state = None if page.cursor is None else {"walk": page.cursor, "fields": names}
    return (yield from tickets.as_tickets(context, replace(page, cursor=state), names))
