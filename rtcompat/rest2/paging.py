"""Pages of REST2's collections, on every version and with every right.

RT tells whether more follows in three ways (by version): by ``total`` to those who see
everything; by ``next_page``, which may jump over pages of invisible rows (5.0.6), and gives up
after some 200 of them; or not at all (5.0.5 and Debian's 5.0.3). A page may hold fewer rows than
asked, even none, and not be the last, and a page beyond the last may repeat it (5.0.6). So: rows
are asked for in the order of their ids, a page is known by the number that RT echoes, an id is
taken once, and where nothing tells the end, the collection is asked once from behind for the last
row that is visible.
"""
from __future__ import annotations

import re
from typing import Any, Callable, Dict, Mapping, NamedTuple, Optional, Tuple

from rtcompat.errors import ProtocolError
from rtcompat.exchange import Operation, Request, Response
from rtcompat.model import Page
from rtcompat.rest2.answers import read_json
from rtcompat.rest2.values import read_number

__all__ = ["PER_PAGE", "Answer", "Ask", "read_answer", "following", "one_page", "all_items",
           "last_visible", "collection", "Window", "overlapping_page"]

#: More is cut to this by every version.
PER_PAGE = 100
#: Pages from behind that are asked before a collection of which nothing was seen is called empty.
_BLIND_PAGES = 1
#: Empty pages in a row after which the last visible row is asked for again: it may be gone.
_EMPTY_PAGES = 20

Item = Mapping[str, Any]
#: (number of the page, from behind) -> the request for it.
Ask = Callable[[int, bool], Request]
#: (number of the page, rows a page, from behind) -> the request for it.
Window = Callable[[int, int, bool], Request]


class Answer(NamedTuple):
    """A page as RT sent it.

    Attributes:
        total: None where RT hides it.
        page: the number that RT says this is.
        next: the number in ``next_page``, None where there is none.
    """

    items: Tuple[Item, ...]
    total: Optional[int]
    page: int
    per_page: int
    next: Optional[int]


def read_answer(response: Response) -> Answer:
    """A collection's JSON. Raises: what `answers.read_json` raises; ProtocolError for another."""
    raw = read_json(response)
    items = raw.get("items") or ()
    if not isinstance(items, (list, tuple)):
        raise ProtocolError("the answer is no collection as RT writes it", status=response.status,
                            server=response.server or None, request=response.request.line)
    total = raw.get("total")
    # Only the number: the address is the server's idea of itself.
    following_page = re.search(r"[?&;]page=(\d+)", str(raw.get("next_page") or ""))
    return Answer(tuple(one for one in items if isinstance(one, dict)),
                  None if total is None else read_number(total),
                  read_number(raw.get("page")) or 1, read_number(raw.get("per_page")) or PER_PAGE,
                  int(following_page.group(1)) if following_page else None)


def following(answer: Answer, asked: int) -> Optional[int]:
    """The number of the page that comes after this one; 0 at the end; None where RT hides it."""
    if answer.page != asked:
        return 0
    if answer.next is not None:
        return answer.next if answer.next > asked else 0
    if answer.total is not None:
        # The extension before 1.09 has no next_page: the total tells.
        return asked + 1 if asked * answer.per_page < answer.total else 0
    return None


def last_visible(ask: Ask, seen: int) -> Operation[int]:
    """The id of the last visible row, from behind; 0 when there seems to be none.

    Args:
        seen: an id that is known to be visible, 0 for none: then it will be met.
    """
    asked, empty = 1, 0
    while True:
        answer = read_answer((yield ask(asked, True)))
        if answer.items:
            return max(read_number(one.get("id")) for one in answer.items)
        empty += 1
        if answer.page != asked or (empty >= _BLIND_PAGES and not seen) or empty > _EMPTY_PAGES:
            return seen
        asked += 1


def one_page(ask: Ask, cursor: Optional[Mapping[str, Any]] = None,
             when_empty: Optional[Callable[[], Operation[None]]] = None
             ) -> Operation[Page[Item]]:
    """One page of a collection that is asked for in the order of ids.

    Args:
        when_empty: what to ask when the first page holds nothing: it may raise.
    Requests: 1, and 1 for the whole walk where RT hides the end.
    """
    state: Dict[str, Any] = dict(cursor or {"page": 1, "last": 0, "end": None, "empty": 0})
    asked, last = int(state["page"]), int(state["last"])
    answer = read_answer((yield ask(asked, False)))
    items: Tuple[Item, ...] = ()
    if answer.page == asked:
        items = tuple(one for one in answer.items if read_number(one.get("id")) > last)
    if items:
        last = max(read_number(one.get("id")) for one in items)
    elif cursor is None and when_empty is not None:
        yield from when_empty()
    total = state.get("total", answer.total)
    after = following(answer, asked)
    if after is None:
        empty = 0 if items else int(state["empty"]) + 1
        known = state["end"]
        if known is None or empty and empty % _EMPTY_PAGES == 0:
            state["end"] = yield from last_visible(ask, last)
        state["empty"] = empty
        after = asked + 1 if last < int(state["end"]) else 0
        if after and state["end"] != known and len(answer.items) < answer.per_page:
            # That row may have come after this page was made, to stand on it or before it.
            after = asked if known is None else 1
    following_cursor = {**state, "page": after, "last": last, "total": total} if after else None
    return Page(items, following_cursor, total)


def all_items(ask: Ask, when_empty: Optional[Callable[[], Operation[None]]] = None
              ) -> Operation[Tuple[Item, ...]]:
    """Every visible row of a collection, by id; arguments as `one_page`."""
    found: Tuple[Item, ...] = ()
    cursor = None
    while True:
        page = yield from one_page(ask, cursor, when_empty)
        found += page.items
        if page.cursor is None:
            return found
        cursor = page.cursor


def overlapping_page(ask: Window,
                     cursor: Optional[Mapping[str, Any]] = None) -> Operation[Page[Item]]:
    """One page of a collection by id to which no ``id > last`` can be added, and of which rows may
    vanish meanwhile: then those behind move forward, over the edge of a page.

    Each page begins at the latest with the last row of the one before; where that row is not
    met, an earlier page is asked for. Rows that RT counts and does not show cannot be told from
    vanished ones: after a page that holds neither a new row nor as many old ones as it should, the
    next one is taken as it is.

    Requests: 1; 1 for each step back; 1 for the whole walk where RT hides the end.
    """
    state: Dict[str, Any] = dict(cursor or {
        "seen": 0, "last": 0, "end": None, "empty": 0, "blind": False})
    last, seen = int(state["last"]), int(state["seen"])
    while True:
        answer = read_answer((yield ask(*_window(seen), False)))
        start = (answer.page - 1) * answer.per_page
        old = sum(read_number(one.get("id")) <= last for one in answer.items)
        if old or not start or state["blind"]:
            break
        seen = max(0, seen - PER_PAGE)
    items = tuple(one for one in answer.items if read_number(one.get("id")) > last)
    last = max([last, *(read_number(one.get("id")) for one in items)])
    empty = 0 if items else int(state["empty"]) + 1
    near = not items and not state["blind"] and start + old > seen and empty < _EMPTY_PAGES
    after = {**state, "last": last, "seen": start + (old if near else answer.per_page),
             "empty": empty, "blind": not items and not near,
             "total": state.get("total", answer.total)}
    more = following(answer, answer.page)
    if more is None:
        if after["end"] is None or empty and empty % _EMPTY_PAGES == 0:
            after["end"] = yield from last_visible(lambda page, _: ask(page, PER_PAGE, True), last)
        more = int(last < int(after["end"]))
        if after["end"] != state["end"] and len(answer.items) < answer.per_page:
            # As in `one_page`.
            after.update(seen=seen if state["end"] is None else 0, blind=False)
    return Page(items, after if more else None, after["total"])


def _window(seen: int) -> Tuple[int, int]:
    """The page and its size that reach farthest among those that hold the last row seen."""
    if not seen:
        return 1, PER_PAGE
    return max((((seen - 1) // size + 1, size) for size in range(PER_PAGE // 2 + 1, PER_PAGE + 1)),
               key=lambda window: window[0] * window[1])


def collection(path: str, conditions: Tuple[Tuple[str, str, Any], ...],
               parameters: Tuple[Tuple[str, str], ...], about: str) -> Ask:
    """The requests for a collection that takes JSON conditions.

    Args:
        conditions: (column, operator, value): only columns that RT knows, as it passes over the
            others and then returns everything (all versions). Two of a column mean either.
        parameters: ``fields`` and the like.
    """
    def ask(page: int, from_behind: bool) -> Request:
        order = "DESC" if from_behind else "ASC"
        query = (("per_page", str(PER_PAGE)), ("page", str(page)), ("orderby", "id"),
                 ("order", order), *(() if from_behind else parameters))
        if from_behind and any(name == "find_disabled_rows" for name, _ in parameters):
            query = (*query, ("find_disabled_rows", "1"))
        body = [{"field": field, "operator": operator, "value": value}
                for field, operator, value in conditions]
        return Request("POST", path, query=query, json=body, about=about)
    return ask
