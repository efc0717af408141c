"""In which zone RT reads the moments of a query, over REST2: told, or found out by searches."""
from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Optional
from urllib.parse import parse_qsl

import pytest

from rtcompat import Unsupported, UsageError, ticketsql
from rtcompat.exchange import Request, Response
from rtcompat.rest2.context import Context
from rtcompat.rest2.zones import query_text
from rtcompat.ticketsql.moments import read_by_rt
from tests.unit.rest2_script import Script, answer, page

MOMENT = datetime(2026, 3, 20, 12, tzinfo=timezone.utc)
QUERY = ticketsql(created__gt=MOMENT)
_ASKED = re.compile(r"\(id = (\d+) AND Created >= '([^']+)'\)")


class Server(Script):
    """An RT in a zone, with these tickets."""

    def __init__(self, zone: str, tickets: List[datetime], preference: Optional[str] = "") -> None:
        self.zone = zone
        self.made = {number + 1: moment for number, moment in enumerate(tickets)}
        user = answer({"id": 1, "Name": "root", "Timezone": preference}) if preference is not None \
            else answer({"message": "Forbidden"}, 403)
        super().__init__({"GET user/root": [user], "POST tickets": [self._tickets]})

    def _tickets(self, request: Request) -> Response:
        query = dict(request.form or ())["query"]
        asked = _ASKED.findall(query)
        if asked:
            return page([{"id": number, "type": "ticket"} for number, text in asked
                         if self.made[int(number)] >= read_by_rt(
                             datetime.fromisoformat(text), self.zone)])
        within = re.findall(r"Created > '([\d-]+) [\d:]+' AND Created < '([\d-]+) ", query)
        found = {number: moment for number, moment in self.made.items()
                 if query == "id > 0" or any(start < f"{moment:%Y-%m-%d}" < end
                                             for start, end in within)}
        return page([{"id": str(number), "Created": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}
                     for number, moment in sorted(found.items(), reverse=True)])


def half_years(count: int) -> List[datetime]:
    return [datetime(2026, month, 10 + number % 9, number % 23, 7, tzinfo=timezone.utc)
            for month in (1, 7) for number in range(count)]


def test_a_query_without_moments_asks_nothing() -> None:
    server = Server("UTC", [])
    assert server.run(query_text(Context("5.0.3", "root"), "id = 1")) == "id = 1"
    assert server.run(query_text(Context("5.0.3", "root"), ticketsql(id=1))) == "id = 1"
    with pytest.raises(UsageError):
        server.run(query_text(Context("5.0.3", "root"), " "))
    assert server.asked == []


def test_the_preference_is_asked_for_once() -> None:
    server = Server("UTC", [], preference="Asia/Tokyo")
    context = Context("5.0.3", "root")
    for _ in range(2):
        assert server.run(query_text(context, QUERY)) == "Created > '2026-03-20 21:00:00'"
    assert server.lines == ["GET user/root"]
    told = Context("5.0.3", "root", timezone="Asia/Kolkata")
    assert server.run(query_text(told, QUERY)) == "Created > '2026-03-20 17:30:00'"
    assert len(server.asked) == 1


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Pacific/Auckland", "Europe/Berlin",
                                  "America/St_Johns", "UTC", "Asia/Tokyo", "Pacific/Marquesas"])
@pytest.mark.parametrize("count, requests", [(1, 16), (3, 11), (60, 5)])
def test_the_servers_own_zone_is_found_out_once(zone: str, count: int, requests: int) -> None:
    server = Server(zone, half_years(count), preference="")
    context = Context("5.0.3", "root")
    moment = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
    text = server.run(query_text(context, ticketsql(created__gt=moment)))
    asked = datetime.fromisoformat(text.split("'")[1])
    assert read_by_rt(asked, zone) == moment
    assert len(server.asked) <= requests
    before = len(server.asked)
    server.run(query_text(context, ticketsql(created__lt=moment)))
    assert len(server.asked) == before


@pytest.mark.parametrize("preference", [None, "", "Of Our Own/Zone"])
def test_doubts_are_said(preference: Optional[str]) -> None:
    """Two weeks before Europe's clocks change, America's have."""
    server = Server("Europe/London", [datetime(2026, 1, 9, tzinfo=timezone.utc)], preference)
    with pytest.raises(Unsupported, match="not known well enough") as caught:
        server.run(query_text(Context("5.0.3", "root"), ticketsql(
            created__gt=MOMENT + timedelta(days=120))))
    assert "timezone=" in str(caught.value)
    empty = Server("Europe/London", [], preference)
    with pytest.raises(Unsupported, match="not known well enough"):
        empty.run(query_text(Context("5.0.3", "root"), QUERY))


def test_tickets_of_another_time_of_the_year_are_better_than_none() -> None:
    newest = datetime(2026, 11, 21, tzinfo=timezone.utc)
    server = Server("Asia/Kathmandu", [newest])
    text = server.run(query_text(Context("5.0.3", "root"), QUERY))
    assert text == "Created > '2026-03-20 17:45:00'"


def test_a_token_without_a_name_finds_out_by_searching() -> None:
    server = Server("Asia/Kathmandu", half_years(2))
    assert server.run(query_text(Context("5.0.3"), QUERY)) == "Created > '2026-03-20 17:45:00'"
    assert "GET user/root" not in server.lines


def test_what_is_sent_is_a_query() -> None:
    server = Server("UTC", half_years(2))
    server.run(query_text(Context("5.0.3", "root"), QUERY))
    forms: List[Dict[str, Any]] = [dict(one.form) for one in server.asked if one.form]
    assert forms and all(set(one) <= {"query", "per_page", "fields", "orderby", "order"}
                         for one in forms)
    assert not any(parse_qsl(one.path) for one in server.asked)
