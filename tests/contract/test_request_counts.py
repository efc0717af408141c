"""Each operation's number of requests, as its docstring promises it, on every version of RT."""
from __future__ import annotations

from typing import List, Tuple

import pytest

from rtcompat.tracker import OPERATIONS, Tracker
from tests.connections import Connections
from tests.contract.matrix import servers
from tests.counted import CASES
from tests.request_cases import BOTH, Place
from tests.request_counts import SERVERS, learn, measure, measure_refusals, promises, sent

#: The paged search of the seed, and what it may take over either protocol.
PAGING = "Subject LIKE 'paging ' AND Queue = 'Second Queue'"


def places() -> List[Tuple[str, str, str]]:
    """(server, protocol, user) of this run; the command measures root everywhere."""
    listed = servers()
    return [(*pair, user) for pair in SERVERS if pair in listed for user in BOTH
            if user == "alice" or pair in (("4.4.6", "rest1"), ("5.0.3", "rest1"),
                                           ("5.0.3", "rest2"), ("sid", "rest2"))]


@pytest.fixture
def at(request: pytest.FixtureRequest, connections: Connections) -> Place:
    name, protocol, user = request.param
    return Place(connections, name, user, protocol, connections.tracker(name, user, protocol))


@pytest.mark.parametrize("operation", [*OPERATIONS, "server", "close"])
def test_what_a_docstring_promises_is_what_is_measured(operation: str) -> None:
    assert set(promises(operation)) == {one.name for one in CASES if one.operation == operation}


def test_a_promise_is_read_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    def documented(self: Tracker) -> None:
        """One line.

        Requests: 1/2; with `this`,
            and that -/3+. And words; 9/9 of them.
        Source: here 7/7.
        """
    monkeypatch.setattr(Tracker, "whoami", documented)
    assert {name: str(one) for name, one in promises("whoami").items()} == {
        "": "1/2", "with `this`, and that": "-/3+"}
    documented.__doc__ = "One line.\n\nRequests: few.\n"
    with pytest.raises(ValueError):
        promises("whoami")
    documented.__doc__ = "One line."
    with pytest.raises(ValueError):
        promises("whoami")


@pytest.mark.live
@pytest.mark.parametrize("at", places(), indirect=True, ids="-".join)
def test_no_operation_asks_more_than_its_docstring_says(at: Place) -> None:
    learn(at)
    counted = list(measure(at))
    assert len(counted) >= 10
    broken = [(one.case.operation, one.case.name, f"{one.least} to {one.most}", one.requests)
              for one in counted if not one.kept]
    if at.user == "root":
        at.tidy()
    assert broken == []


@pytest.mark.live
@pytest.mark.parametrize("at", [place for place in places() if place[2] == "alice"],
                         indirect=True, ids="-".join)
def test_a_refusal_asks_little_more(at: Place) -> None:
    broken = [(one.case.operation, one.case.given, one.most, one.requests)
              for one in measure_refusals(at) if not one.kept]
    assert broken == []


@pytest.mark.live
@pytest.mark.parametrize("name, protocol", [pair for pair in SERVERS if pair in servers()])
def test_what_is_asked_once_a_login_is_asked_once(name: str, protocol: str,
                                                  connections: Connections) -> None:
    fresh = Connections(connections.bench)
    try:
        at = Place(fresh, name, "alice", protocol, fresh.tracker(name, "alice", protocol))
        assert [one for one in learn(at) if not one.usual <= one.requests <= one.most] == []
        assert [one for one in learn(at) if one.requests != one.usual] == []
    finally:
        fresh.close()


@pytest.mark.live
@pytest.mark.parametrize("name, protocol", [pair for pair in SERVERS if pair in servers()])
def test_250_tickets_come_in_pages_of_100(name: str, protocol: str,
                                          connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", protocol)
    tracker.get_ticket(1)
    with sent() as lines:
        listing = tracker.search_tickets(PAGING)
        first = len(lines)
        assert len({one.id for one in listing}) == 250
    wanted = {"rest1": ["POST REST/1.0/search/ticket"] + ["POST REST/1.0/show"] * 3,
              "rest2": ["POST REST/2.0/tickets"] * 3}
    assert lines == wanted[protocol] and first == len(lines) - 2
