"""The same queries to RT and to the local evaluation over the records read from it: the same
tickets. Drawn by chance, but the same in every run; what differs on purpose stands at the end."""
from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Dict, FrozenSet, List, Mapping, Set, Tuple, Union

import pytest

from rtcompat.errors import RTError
from rtcompat.model import Links, Ticket, Transaction, User
from rtcompat.ticketsql.evaluating import found
from rtcompat.ticketsql.known import Known
from rtcompat.tracker import Tracker
from tests.contract.conftest import Stage
from tests.contract.drawn_queries import drawn_query, make_tickets

pytestmark = pytest.mark.live

COUNT = 10
#: (server, protocol, user, their zone).
PLACES = (("4.4.6", "rest1", "alice", "UTC"), ("5.0.3", "rest2", "yorick", "America/New_York"),
          ("sid", "rest2", "alice", "UTC"))


@dataclass(frozen=True)
class Scene:
    """Tickets on a server, and all that was read of them.

    Attributes:
        survivor: of a merge: RT counts the merge among its links, and shows it nowhere.
    """

    tracker: Tracker
    user: str
    zone: str
    tickets: Tuple[Ticket, ...]
    survivor: int
    known: Known
    left_out: Set[int] = field(default_factory=set)

    def here(self, query: str) -> List[int]:
        result = found(query, self.tickets, zone=self.zone, user=self.user, known=self.known)
        # Some of the seed have a group as watcher, people whom we cannot look up, or values that
        # may be one or two; of ours everything is known.
        self.left_out.update(one.ticket_id for one in result.undecided)
        assert max(self.left_out, default=0) < 8, (query, result.undecided)
        return [one.id for one in result.tickets]

    def same(self, query: str) -> bool:
        """Whether both find the same, save for what cannot be decided here."""
        self.left_out.clear()
        here = set(self.here(query))
        there = set(self.there(query)) - self.left_out
        if "Linked" in query:
            there, here = there - {self.survivor}, here - {self.survivor}
        return here == there

    def there(self, query: str, order: Union[str, None] = None) -> List[int]:
        ids = " OR ".join(f"id = {one.id}" for one in self.tickets)
        return [one.id for one in self.tracker.search_tickets(
            f"({ids}) AND ({query})", fields=(), order=order)]


_SCENES: Dict[str, Scene] = {}


def scene(stage: Stage, place: Tuple[str, str, str, str]) -> Scene:
    name, protocol, user, zone = place
    if name not in _SCENES:
        root = stage.tracker(name, "root", protocol)
        made = make_tickets(root, Random(name), COUNT)
        tracker = stage.tracker(name, user, protocol)
        tickets = tuple(tracker.search_tickets(
            f"id < 8 OR (id >= {made[0]} AND id <= {made[-1]})"))
        assert {one.id for one in tickets} >= set(made[2:])
        links = {one.id: tracker.get_links(one.id) for one in tickets}
        histories = {one.id or 0: tuple(one.result or ())
                     for one in tracker.get_histories([each.id for each in tickets])}
        _SCENES[name] = Scene(tracker, user, zone, tickets, made[2],
                              _known(root, links, histories))
    return _SCENES[name]


def _known(root: Tracker, links: Mapping[int, Links],
           histories: Mapping[int, Tuple[Transaction, ...]]) -> Known:
    users: Dict[Union[str, int], User] = {}
    for login in ("alice", "gerda", "root", "Nobody", "nora", "stranger@example.net"):
        try:
            user = root.get_user(login)
        except RTError:
            continue
        users.update({user.name: user, user.email: user, user.id: user})
    queues = {queue.name: queue.id for queue in root.get_queues()}
    return Known(links=links.get, history=histories.get, queue_id=queues.get, user=users.get)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: str(place[0]))
def test_drawn_queries_find_the_same(place: Tuple[str, str, str, str], stage: Stage) -> None:
    on = scene(stage, place)
    chance = Random(f"queries {place[0]}")
    told: Set[FrozenSet[int]] = set()
    for _ in range(40):
        query = drawn_query(chance, on.tickets, chance.choice((0, 1, 2)))
        assert on.same(query), (query, on.here(query), on.there(query))
        told.add(frozenset(on.here(query)))
    assert len(told) > 15


#: Rules that chance would seldom meet; on RT 4.4.6, 5.0.3 and 5.0.10 alike.
RULES = (
    "Due = 0", "Due > 0", "Told = 0", "Created >= Starts", "Due < LastUpdated", "Starts = Due",
    "Subject = ''", "Subject IS NULL", "Subject LIKE ''", "Subject LIKE 'p%r'", "Subject < 'm'",
    "SLA != 'x'", "Owner IS NULL", "Owner IS NOT NULL", "Owner LIKE 'alice'",
    "Owner.EmailAddress != 'alice@example.org'", "Owner = 'alice@example.org'", "Owner = 6",
    "Watcher = 'alice@example.org'", "Watcher IS NOT NULL", "Requestor = 'alice'",
    "Requestor.Name = 'alice'", "Requestor.Name != 'gerda'", "Requestor = '__CurrentUser__'",
    "Requestor NOT LIKE 'gerda'", "Requestor != ''", "Type = 'ticket'", "Status = 'deleted'",
    "Status LIKE 'e'", "Queue = 3", "Queue != 3", "Queue = ''",
    "UpdatedBy = 'alice'", "UpdatedBy != 'root'", "Updated < '2025-01-01'", "Updated = 'today'",
    "Updated > '2025-01-01' AND UpdatedBy = 'alice'", "Filename IS NULL", "Filename LIKE '.'",
    "ContentType LIKE 'text'", "ContentType = 'text/plain' AND Filename IS NULL",
    "CF.{Nope} = 'x'", "CF.{Nope} != 'x'", "CF.{Severity} = ''", "CF.{Severity} != ''",
    "CF.{Severity} LIKE ''", "CF.{Tags} = 'red' AND CF.{Tags} = 'hot'",
    "CF.{Tags} != 'red' AND CF.{Tags} = 'hot'", "CF.{Tags} NOT LIKE 'e'", "CF.Severity = 'High'",
    "'CF.Second Queue.{OnlySecond}' = 'a'", "CustomField.{Severity} = 'High'",
    "CF.{Due Date} = 'x'", "CF.{Due Date} < 'today'", "CF.{Due Date} = '10 Jan 2025'",
    "CF.{Due Date} = '2025-01-10 12:00:00'", "CF.{Window Start} = '2025-01-10'",
    "CF.{Window Start} != '2025-01-10'", "CF.{Window Start} = '2025-01-10 10:00:00'",
    "CF.{Window Start} < '2025-02-01 23:30'", "CF.{Single} > 9", "CF.{Single} = 10",
    "Priority > TimeWorked", "Subject = CF.{Single}", "Due < CF.{Window Start}",
    "MemberOf = 0", "MemberOf = ''", "RefersTo != 'https://example.org/kb/1'")


@pytest.mark.parametrize("place", PLACES, ids=lambda place: str(place[0]))
def test_each_rule_is_rts(place: Tuple[str, str, str, str], stage: Stage) -> None:
    on = scene(stage, place)
    for query in RULES:
        assert on.same(query), (query, on.here(query), on.there(query))


ORDERS = ("Created", "-LastUpdated", "Due", "-Due", "Starts", "Told", "Subject", "-Subject",
          "Status", "Queue", "-Owner", "Priority", "-TimeWorked", "Creator", "id", "-id")


@pytest.mark.parametrize("place", PLACES, ids=lambda place: str(place[0]))
def test_orders_are_rts_but_for_equal_ones(place: Tuple[str, str, str, str],
                                           stage: Stage) -> None:
    on = scene(stage, place)
    places = {one.id: one for one in on.tickets}
    attributes = {"LastUpdated": "last_updated", "TimeWorked": "time_worked"}
    for order in ORDERS:
        word = order.lstrip("-")
        attribute = attributes.get(word, word.lower())

        def value(number: int) -> str:
            return str(getattr(places[number], attribute)).lower()

        here = [one.id for one in found("id > 0", on.tickets, order=order).tickets]
        there = on.there("id > 0", order)
        assert [value(one) for one in here] == [value(one) for one in there], order
        assert sorted(here) == sorted(there)


def test_what_is_answered_otherwise_on_purpose(stage: Stage) -> None:
    on = scene(stage, PLACES[0])
    everything = on.here("id > 0")
    # RT asks whether any role, the owner's among them, is without that person.
    assert on.there("Watcher != 'alice@example.org'") == everything
    assert set(on.here("Watcher != 'alice@example.org'")) < set(everything)
    # RT knows no such field, and finds nothing.
    assert on.there("CF.{Nope} IS NULL") == [] and on.here("CF.{Nope} IS NULL") == everything
    # RT takes the last word of a level for all of it.
    last = everything[-1]
    assert on.there(f"id = {last} OR id = {everything[0]} AND Priority = 98") == []
    assert on.here(f"id = {last} OR id = {everything[0]} AND Priority = 98") == [last]
    # RT takes the text for a date and looks for that.
    assert on.there("CF.{Due Date} LIKE '2025'") == [] != on.here("CF.{Due Date} LIKE '2025'")
