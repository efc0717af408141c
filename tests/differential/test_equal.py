"""The same server through both protocols gives equal records, for every user."""
from __future__ import annotations

from typing import Any, Dict, Iterator, List, Tuple

import pytest

from tests.bench.bench import Bench
from tests.connections import Connections
from tests.contract.matrix import both
from tests.differential.compare import Ledger
from tests.differential.differences import ALL
from tests.differential.gather import LIGHT_TICKETS, read_everything, seed_names
from tests.differential.surface import SURFACE, prepared, read_surface

pytestmark = [pytest.mark.live, pytest.mark.reads]

#: Users and servers of whom every byte of every attachment is compared, too.
THOROUGH = frozenset([("5.0.3", "root"), ("5.0.3", "gerda"), ("5.0.7", "root"), ("sid", "root")])


@pytest.fixture(scope="module")
def connections(bench: Bench) -> Iterator[Connections]:
    """Clients of copies that nobody writes to while both protocols are read."""
    opened = Connections(bench, private=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    yield Ledger()


def tickets_of(connections: Connections, name: str) -> List[int]:
    """The seeded tickets but those for paging."""
    ids = connections.server(name).ids["tickets"]
    return [number for label, number in sorted(ids.items()) if not label.startswith("paging")]


@pytest.mark.parametrize("user", ALL)
@pytest.mark.parametrize("name", both())
def test_both_protocols_give_equal_records(name: str, user: str, connections: Connections,
                                           ledger: Ledger) -> None:
    server = connections.server(name)
    tickets = tickets_of(connections, name)
    if name not in ("5.0.3", "5.0.7", "sid") or (name != "5.0.3" and user != "root"):
        tickets = tickets[::max(1, len(tickets) // LIGHT_TICKETS)]
    names: Dict[Tuple[str, Any], Tuple[str, ...]] = seed_names(server)
    before = len(ledger.unexcused)
    one, other = (read_everything(connections.tracker(name, user, protocol), server, tickets,
                                  names, contents=(name, user) in THOROUGH)
                  for protocol in ("rest1", "rest2"))
    ledger.compare(name, user, one, other, names)
    assert ledger.unexcused[before:] == []


def few_of(connections: Connections, name: str) -> List[int]:
    """Tickets of some kinds, among them those that are not read together with others; without
    the long history, which takes as long as everything else."""
    ids = connections.server(name).ids["tickets"]
    kinds = [ids[label] for label in ("merged", "deleted", "groupwatch", "html-comment")]
    some = tickets_of(connections, name)[::LIGHT_TICKETS]
    return [one for one in dict.fromkeys(some + kinds) if one != ids["long"]]


@pytest.mark.parametrize("user", ALL)
@pytest.mark.parametrize("name", [one for one in both() if one in SURFACE])
def test_both_protocols_give_equal_records_of_the_surface(
        name: str, user: str, connections: Connections, ledger: Ledger) -> None:
    server = prepared(connections, name)
    names: Dict[Tuple[str, Any], Tuple[str, ...]] = seed_names(server)
    tickets = (tickets_of if (name, user) == ("5.0.3", "gerda") else few_of)(connections, name)
    before = len(ledger.unexcused)
    one, other = (read_surface(connections.tracker(name, user, protocol), server, tickets, names)
                  for protocol in ("rest1", "rest2"))
    ledger.compare(name, user, one, other, names)
    assert ledger.unexcused[before:] == []


def test_no_row_of_the_table_is_idle(ledger: Ledger) -> None:
    """Runs after the comparison: a field that is equal everywhere must be compared."""
    if not ledger.compared:
        pytest.fail("the comparison did not run before")
    assert ledger.unused() == ()
    print(ledger.table())
