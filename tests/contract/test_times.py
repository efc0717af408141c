"""Times are aware UTC, whatever the user's zone, language and format: held to RT's database."""
from __future__ import annotations

import sqlite3
import warnings
from datetime import datetime, timezone
from typing import Any, Dict, Optional, Tuple

import pytest

from rtcompat import connect
from tests.bench.bench import Bench, Server
from tests.connections import Connections
from tests.contract.matrix import ORDINARY, servers

pytestmark = pytest.mark.live

COLUMNS = ("Created", "Starts", "Started", "Due", "Resolved", "Told", "LastUpdated")
NAMES = ("created", "starts", "started", "due", "resolved", "told", "last_updated")
Dates = Tuple[Optional[datetime], ...]


def stored_dates(server: Server) -> Dict[int, Dates]:
    """What the database holds for each seeded ticket of the kind dates-…, by number."""
    wanted = [number for name, number in server.ids["tickets"].items()
              if name.startswith("dates-")]
    with sqlite3.connect(f"file:{server.database}?mode=ro", uri=True) as database:
        marks = ",".join("?" * len(wanted))
        rows = database.execute(f"SELECT id, {', '.join(COLUMNS)} FROM Tickets "
                                f"WHERE id IN ({marks})", wanted).fetchall()
    database.close()
    return {row[0]: tuple(moment(text) for text in row[1:]) for row in rows}


def moment(text: Optional[str]) -> Optional[datetime]:
    """RT's column as a datetime; 1970 and NULL mean that it is not set."""
    if not text or text.startswith("1970-01-01"):
        return None
    return datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)


@pytest.mark.reads
@pytest.mark.parametrize("user", ORDINARY)
@pytest.mark.parametrize("name, protocol", servers())
def test_january_and_july_are_both_right_and_exact(name: str, protocol: str, user: str,
                                                   connections: Connections) -> None:
    stored = stored_dates(connections.server(name))
    assert {value.month for dates in stored.values() for value in dates if value} >= {1, 7}
    tracker = connections.tracker(name, user, protocol)
    query = " OR ".join(f"id = {number}" for number in stored)
    read = {one.id: one for one in tracker.search_tickets(query)}
    assert set(read) == set(stored)
    for number, dates in stored.items():
        assert tuple(getattr(read[number], each) for each in NAMES) == dates, number
        assert read[number].times_exact
    one = next(iter(stored))
    assert tracker.get_ticket(one) == read[one]


@pytest.mark.parametrize("name", ["4.4.6-july", "5.0.3-july"])
def test_a_server_that_knows_july_only_leaves_a_doubt_and_says_so(
        name: str, bench: Bench, connections: Connections) -> None:
    server = bench.fresh(name)
    number, other = (server.ids["tickets"][each] for each in ("dates-july", "dates-july-night"))
    with sqlite3.connect(server.database) as database:
        database.execute("UPDATE Tickets SET Due = '2031-01-15 12:00:00' WHERE id = ?", (number,))
    database.close()
    given: Dict[str, Any] = {"user": "yorick", "password": server.users["yorick"].password}
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with connect(server.url, protocol="rest1", **given) as tracker:
            assert tracker.get_ticket(other).times_exact
            ticket = tracker.get_ticket(number)
            assert not ticket.times_exact
            assert not tracker.server().timezone_exact
        with connect(server.url, protocol="rest1", timezone="America/New_York",
                     **given) as tracker:
            exact = tracker.get_ticket(number)
    assert exact.times_exact
    assert exact.due == datetime(2031, 1, 15, 12, tzinfo=timezone.utc)
    assert any("zone" in str(one.message) for one in told)
