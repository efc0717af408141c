"""The zone in which RT reads what our user types: their preference, else what searches tell.

REST2 does not tell the server's zone. But a search does: a ticket whose Created is known in UTC is
found by ``Created >= 'that moment + offset'`` as long as the offset is at most the zone's. Tickets
of January and of July leave the zones that have both offsets, which are few and mostly alike.
"""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Mapping, Tuple, Union
from urllib.parse import quote

from rtcompat.errors import NotFound, PermissionDenied, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.limits import checked_query
from rtcompat.rest2.answers import read_json
from rtcompat.rest2.context import Context
from rtcompat.rest2.values import read_date, read_number
from rtcompat.ticketsql import Query
from rtcompat.ticketsql.moments import all_zones, fitting, offset_at

__all__ = ["known_zone", "query_text", "segment"]

#: Months in one of which summer time is on and in the other off, in both hemispheres.
_HALVES = (1, 7)
#: Years looked back.
_YEARS = 12
_ABOUT = "find out our time zone"


def segment(name: str) -> str:
    """A name as a segment of a path."""
    return quote(name, safe="")


def known_zone(context: Context) -> Operation[None]:
    """Ask once for the user's own time zone preference. Requests: 1, 0 where nobody is known."""
    if context.zone_asked:
        return
    if context.user is None:
        context.learn_zone("")
        return
    try:
        raw = read_json((yield Request("GET", f"user/{segment(context.user)}",
                                       about="read the own time zone")))
    except (NotFound, PermissionDenied):
        raw = {}
    context.learn_zone(str(raw.get("Timezone") or ""))


def query_text(context: Context, query: Union[str, Query]) -> Operation[str]:
    """The TicketSQL of a query, its moments as RT reads them from us.

    Raises: Unsupported where that is not known well enough.
    Requests: 0; once a login, for a query with moments, 1; 4 to 10 more where our user has no time
        zone of its own.
    """
    if not isinstance(query, (str, Query)):
        raise UsageError("query is TicketSQL: text, or what ticketsql made", argument="query")
    if isinstance(query, str):
        return checked_query(query)
    if not query.needs_zone:
        return query.text()
    yield from known_zone(context)
    if context.timezone in all_zones():
        return query.text(context.timezone)
    if context.zones is None:
        context.learn_zones((yield from _fitting()))
    return query.text(context.zones)


def _fitting() -> Operation[Tuple[str, ...]]:
    seen: List[Tuple[datetime, timedelta]] = []
    for month in _HALVES:
        tickets = yield from _tickets(_windows(month))
        seen += yield from _offset(_of_one_year(tickets))
    if not seen:
        tickets = yield from _tickets("id > 0")
        seen += yield from _offset(dict(list(tickets.items())[:1]))
    return fitting(seen)


def _windows(month: int) -> str:
    """TicketSQL: made in the middle of this month of recent years, far from its ends."""
    year = datetime.now(timezone.utc).year
    return " OR ".join(f"(Created > '{each}-{month:02d}-05 00:00:00' AND "
                       f"Created < '{each}-{month:02d}-26 00:00:00')"
                       for each in range(year, year - _YEARS, -1))


def _asked(query: str, *more: Tuple[str, str]) -> Request:
    return Request("POST", "tickets", form=(("query", query), ("per_page", "100"), *more),
                   about=_ABOUT)


def _tickets(query: str) -> Operation[Dict[int, datetime]]:
    """At most 100 tickets and when they were made, the newest first. Requests: 1."""
    answer = read_json((yield _asked(query, ("fields", "Created"), ("orderby", "id"),
                                     ("order", "DESC"))))
    items: List[Mapping[str, Any]] = answer.get("items") or []
    made = {read_number(one.get("id")): read_date(one.get("Created")) for one in items}
    return {number: moment for number, moment in made.items() if moment is not None}


def _of_one_year(tickets: Mapping[int, datetime]) -> Dict[int, datetime]:
    """Those made in the newest year: a zone's rules change from year to year."""
    newest = max((moment.year for moment in tickets.values()), default=0)
    return {number: moment for number, moment in tickets.items() if moment.year == newest}


def _offset(tickets: Mapping[int, datetime]) -> Operation[List[Tuple[datetime, timedelta]]]:
    """How far our zone was from UTC when these tickets were made; nothing for none.

    Each ticket is asked about another offset, so that many tickets need one request.
    """
    if not tickets:
        return []
    moment = next(iter(tickets.values()))
    left = sorted({offset_at(name, moment) for name in all_zones()})
    while len(left) > 1:
        steps = _spread(left[1:], len(tickets))
        asked = dict(zip(tickets, steps))
        where = " OR ".join(f"(id = {number} AND Created >= "
                            f"'{tickets[number] + offset:%Y-%m-%d %H:%M:%S}')"
                            for number, offset in asked.items())
        found = read_json((yield _asked(where))).get("items") or []
        reached = [asked[number] for number in (read_number(one.get("id")) for one in found)
                   if number in asked]
        lowest = max(reached, default=left[0])
        above = min((offset for offset in steps if offset > lowest), default=None)
        left = [offset for offset in left if offset >= lowest and (
            above is None or offset < above)]
    return [(moment, left[0])]


def _spread(offsets: List[timedelta], count: int) -> List[timedelta]:
    """At most count of them, evenly."""
    if len(offsets) <= count:
        return offsets
    return [offsets[(2 * each + 1) * len(offsets) // (2 * count)] for each in range(count)]
