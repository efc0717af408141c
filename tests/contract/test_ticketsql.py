"""Queries against RT itself: no value is an error or finds a ticket too many, and both protocols
find the same."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Dict, List, Set, Tuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtcompat import (InvalidQuery, Query, Unsupported, UsageError, connect, fields, ticketsql,
                      where, wild)
from rtcompat.tracker import Tracker
from tests.connections import Connections
from tests.contract.matrix import servers, surface
from tests.property.test_ticketsql_properties import longer

pytestmark = pytest.mark.live

#: Subjects that have a meaning in TicketSQL, Perl or SQL.
SUBJECTS = ("it's", "' OR id > 0 OR Subject = '", "back\\slash\\", "\\' OR id > 0 --", "NULL",
            "100% sure_of it", "\"double\" {}", "Größe > 漢字", "x) OR (id > 0", "0")
_MADE: Dict[str, Dict[int, str]] = {}
#: A byte more than RT keeps beside the others: texts that hold it stand in another column.
LONG = "a long value, " * 18 + "four"
_LONG: Dict[str, Dict[str, int]] = {}


def made(connections: Connections, name: str, protocol: str) -> Dict[int, str]:
    """A ticket of each subject, once a server: number -> subject as RT keeps it."""
    if name not in _MADE:
        tracker = connections.tracker(name, "root", protocol)
        numbers = [tracker.create_ticket("General", subject=one, read_back=False).id
                   for one in SUBJECTS]
        _MADE[name] = {one.id: one.subject for one in tracker.search_tickets(
            ticketsql(id__in=[number or 0 for number in numbers]), fields=["subject"])}
        assert sorted(_MADE[name].values()) == sorted(SUBJECTS)
    return _MADE[name]


def ids(tracker: Tracker, query: Query) -> Set[int]:
    return {one.id for one in tracker.search_tickets(query, fields=())}


@pytest.mark.parametrize("name, protocol", surface())
def test_each_text_finds_its_own_ticket_alone(name: str, protocol: str,
                                              connections: Connections) -> None:
    subjects = made(connections, name, protocol)
    tracker = connections.tracker(name, "root", protocol)
    ours = ticketsql(id__in=list(subjects))
    for number, subject in subjects.items():
        assert ids(tracker, ours & ticketsql(subject=subject)) == {number}
        assert ids(tracker, ours & ~ticketsql(subject=subject)) == set(subjects) - {number}
    assert ids(tracker, ticketsql("id >= {} AND id <= {} AND (Subject = {} OR Subject = {})",
                                  min(subjects), max(subjects), *SUBJECTS[1:3])) == {
        number for number, subject in subjects.items() if subject in SUBJECTS[1:3]}
    assert ids(tracker, ours & ticketsql(subject__in=list(SUBJECTS[:3]))) == {
        number for number, subject in subjects.items() if subject in SUBJECTS[:3]}
    upper = [one.upper() for one in SUBJECTS[:2]]
    assert len(ids(tracker, ours & ticketsql(subject__in=upper))) == 2  # RT passes over the case
    assert ids(tracker, ours & ticketsql(subject__like=wild("1_0\\%"))) == set()
    assert len(ids(tracker, ours & ticketsql(subject__like=wild("b%k")))) == 1


@pytest.mark.parametrize("name, protocol", surface())
def test_any_text_finds_no_ticket_but_those_that_have_it(name: str, protocol: str,
                                                         connections: Connections) -> None:
    subjects = made(connections, name, protocol)
    tracker = connections.tracker(name, "root", protocol)

    @settings(max_examples=8, database=None,
              suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
    @given(st.lists(longer, min_size=4, max_size=8))
    def search(values: List[str]) -> None:
        queries: List[Tuple[Query, Callable[..., bool], str]] = []
        for value in values:
            try:
                queries.append((ticketsql(cf={"Single": value}), lambda *_: False, value))
                queries.append((ticketsql("Subject LIKE 't' AND CF.{Single} = {}", value),
                                lambda *_: False, value))
            except UsageError:
                pass
            for build, fits in (
                    ("subject", str.__eq__), ("subject__like", str.__contains__),
                    ("subject__startswith", str.startswith)):
                try:
                    queries.append((ticketsql(**{build: value}), fits, value))
                except UsageError:
                    continue
        if not queries:
            return
        # one request for all of them: what any finds too many, all find too many
        ours = ticketsql(id__in=list(subjects))
        every = ours & queries[0][0]
        for query, _, _ in queries[1:]:
            every = every | ours & query
        found = ids(tracker, every)
        assert {number for number, subject in subjects.items()
                if any(fits(subject, value) for _, fits, value in queries)} <= found
        assert found <= {number for number, subject in subjects.items() if any(
            fits(subject.casefold(), value.casefold()) for _, fits, value in queries)}

    search()


def long_ones(connections: Connections, name: str, protocol: str) -> Dict[str, int]:
    """Tickets with long values and without, once a server: what they hold -> number."""
    if name not in _LONG:
        tracker = connections.tracker(name, "root", protocol)
        held: Dict[str, Dict[str, Any]] = {
            "nothing": {}, "short": {"Single": "short", "Tags": "short"},
            "single": {"Single": LONG}, "notes": {"Impact Notes": LONG},
            "tags": {"Tags": ["short", LONG]}, "another": {"Single": LONG + "!"}}
        _LONG[name] = {one: tracker.create_ticket(
            "General", subject="long", custom_fields=fields, read_back=False).id or 0
            for one, fields in held.items()}
    return _LONG[name]


@pytest.mark.parametrize("name, protocol", surface())
def test_a_long_value_of_a_custom_field_narrows(name: str, protocol: str,
                                                connections: Connections) -> None:
    assert len(LONG) == 256
    numbers = long_ones(connections, name, protocol)
    tracker = connections.tracker(name, "root", protocol)
    ours = ticketsql(id__in=list(numbers.values())) & ticketsql(subject="long")

    def held(query: Query) -> Set[str]:
        found = ids(tracker, query)
        return {one for one, number in numbers.items() if number in found} | (
            {"a stranger"} if found - set(numbers.values()) else set())

    for value in (LONG + "?", "x" * 5000, "ä" * 128, "😀" * 64, "'" * 128 + ") OR (id > 0"):
        for cf in ("Single", "Impact Notes", "Tags", "Due Date", "Window Start", "no such field"):
            alone = ticketsql(cf={cf: value})
            assert held(alone) == held(ours & alone) == held(alone & ours) == set(), cf
            assert held(ours & ~alone) == set(numbers), cf
        assert held(ticketsql("Subject = {} AND CF.{Single} = {} AND (Status = 'new' AND "
                              "'CF.{Tags}' = {})", "long", value, value)) == set()
    single, tags = ticketsql(cf={"Single": LONG}), ticketsql(cf={"Tags": LONG})
    for first, second in ((ours & single, ours & tags), (single & ours, tags & ours)):
        assert held(first) == {"single"} and held(second) == {"tags"}
        assert held(first | second) == {"single", "tags"} and held(first & second) == set()
    assert held(ours & (single | tags)) == held((tags | single) & ours) == {"single", "tags"}
    assert held(ours & ~single) == set(numbers) - {"single"}
    assert held(ours & ~tags) == set(numbers) - {"tags"}
    assert held(ours & ~(single | tags)) == set(numbers) - {"single", "tags"}
    assert held(ours & ticketsql(cf__in={"Single": ["short", LONG]})) == {"short", "single"}
    assert held(ours & ticketsql(cf__notin={"Tags": ["short", LONG]})) == (
        set(numbers) - {"short", "tags"})
    assert held(ours & ticketsql(cf={"Impact Notes": LONG})) == {"notes"}
    for operator, found in (("like", {"single", "another"}), ("startswith", {"single", "another"}),
                            ("endswith", {"single"}), ("gt", {"another", "short"}),
                            ("le", {"single"})):
        assert held(ours & ticketsql(**{f"cf__{operator}": {"Single": LONG}})) == found, operator
    assert held(ours & ticketsql("Queue = {} AND (Status = 'new' OR 'CF.{Tags}' = {}) AND "
                                 "'CF.{Single}' = {}", "General", LONG, LONG)) == {"single"}


@pytest.mark.parametrize("name, protocol", surface())
def test_values_of_other_fields_find_nothing_and_are_no_error(name: str, protocol: str,
                                                              connections: Connections) -> None:
    tracker = connections.tracker(name, "root", protocol)
    for value in SUBJECTS[:3] + SUBJECTS[7:9] + ("a\nb", "nobody@nowhere.example"):
        # An unprepared mixture: each alternative must find nothing.
        found = ids(tracker, ticketsql(queue=value) | ticketsql(owner=value)
                    | ticketsql(requestors=value) | ticketsql(requestors__city=value)
                    | ticketsql(creator=value) | ticketsql(status=value)
                    | ticketsql(cf={"Severity": value}) | ticketsql(refers_to=value)
                    | ticketsql(content_type=value))
        assert found == set(), value
        field = value.replace("\n", " ")
        try:
            named = ticketsql(cf={field: "High"})
        except UsageError:
            continue
        assert ids(tracker, named) == set(), value


@pytest.mark.parametrize("name, protocol", surface())
def test_the_opposite_finds_the_others(name: str, protocol: str,
                                       connections: Connections) -> None:
    tracker = connections.tracker(name, "root", protocol)
    some = ticketsql(id__lt=60)
    every = ids(tracker, some)
    moment = datetime(2026, 1, 1, tzinfo=timezone.utc)
    for query in (ticketsql(requestors="alice@example.org"), ticketsql(requestors="alice"),
                  ticketsql(cc=None), ticketsql(owner="alice"), ticketsql(owner=None),
                  ticketsql(cf={"Severity": "High"}), ticketsql(cf__like={"Tags": "a"}),
                  ticketsql(cf={"Tags": None}), ticketsql(due__gt=moment), ticketsql(due=None),
                  ticketsql(created=moment), ticketsql(status__in=["new", "open"]),
                  ticketsql(sla="Gold"), ticketsql(depends_on=None), ticketsql(members=5),
                  ticketsql(priority__gt=3) & ticketsql(queue="General")
                  | ticketsql(creator="root")):
        found = ids(tracker, some & query)
        others = ids(tracker, some & ~query)
        assert found | others == every and not found & others, str(query)


@pytest.mark.parametrize("name", [one for one, protocol in surface("rest2") if one == "5.0.3"])
def test_both_protocols_find_the_same(name: str, connections: Connections) -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
    for user in ("alice", "yorick"):
        first, second = (connections.tracker(name, user, protocol)
                         for protocol in ("rest1", "rest2"))
        for query in (ticketsql(id__lt=60, created__lt=moment),
                      ticketsql(id__lt=60, queue="General", status__not="new"),
                      ticketsql("id < {} AND CF.{Severity} = {}", 60, "High")):
            assert ids(first, query) == ids(second, query)
        with pytest.raises(InvalidQuery):
            ids(first, ticketsql("Nope = {}", 1))
        with pytest.raises(InvalidQuery):
            ids(second, ticketsql("Nope = {}", 1))


#: Around both changes of the clocks in New York (2026-03-08 07:00, 2026-11-01 06:00 UTC).
MOMENTS = tuple(datetime(2026, *day, hour, 30, tzinfo=timezone.utc)
                for day in ((3, 8), (11, 1)) for hour in (6, 7, 10, 11))
_DUE: Dict[str, Dict[datetime, int]] = {}


@pytest.mark.parametrize("name, user, protocol", [
    (name, user, protocol) for name, protocol in servers()
    for user in ("yorick", "root")
    if (name, user) in (("4.4.6", "yorick"), ("5.0.3", "yorick"), ("5.0.3-newyork", "root"))])
def test_moments_in_a_zone_with_summer_time(name: str, user: str, protocol: str,
                                            connections: Connections) -> None:
    writer = connections.tracker(name, "root", protocol)
    if name not in _DUE:
        _DUE[name] = {}
        for moment in MOMENTS:
            try:
                number = writer.create_ticket("General", subject="due", due=moment,
                                              read_back=False).id
            except Unsupported:
                continue  # over REST 1.0 the same hour cannot be written
            _DUE[name][moment] = number or 0
    due = _DUE[name]
    ours = ticketsql(id__in=list(due.values()))
    with connect(connections.server(name).url, protocol=protocol,
                 timezone="America/New_York", **connections.credentials(name, user)) as told:
        for tracker, moments in ((connections.tracker(name, user, protocol), list(due)[1:2]),
                                 (told, list(due))):
            for moment, number in ((one, due[one]) for one in moments):
                try:
                    found = ids(tracker, ours & ticketsql(due=moment))
                except Unsupported:
                    # Texts of New York jump from 10:00 UTC to 11:00 UTC when the clocks go back; a
                    # zone that was found out may leave others, which change on other days.
                    assert tracker is not told or moment == MOMENTS[-2]
                    continue
                assert found == {number}
                earlier = {one for when, one in due.items() if when < moment}
                assert ids(tracker, ours & ticketsql(due__lt=moment)) == earlier
                after = moment + timedelta(seconds=1)
                assert ids(tracker, ours & ticketsql(due__lt=after)) == earlier | {number}


@pytest.mark.parametrize("name, protocol", surface("rest2"))
def test_moments_in_custom_fields(name: str, protocol: str, connections: Connections) -> None:
    tracker = connections.tracker(name, "yorick", protocol)
    moment = datetime(2031, 7, 15, 22, 30, tzinfo=timezone.utc)
    number = tracker.create_ticket("General", subject="window", custom_fields={
        "Window Start": "2031-07-15 22:30:00"}).id
    assert number
    ours = ticketsql(id=number)
    assert ids(tracker, ours & ticketsql(cf={"Window Start": moment})) == {number}
    assert ids(tracker, ours & ticketsql(cf__gt={"Window Start": moment})) == set()
    assert ids(tracker, ours & ticketsql(
        cf__gt={"Window Start": moment - timedelta(seconds=1)})) == {number}


@pytest.mark.parametrize("name, protocol", surface("rest2"))
def test_each_searchable_column_narrows(name: str, protocol: str,
                                        connections: Connections) -> None:
    """A column that RT did not know would find every record."""
    tracker = connections.tracker(name, "root", protocol)
    searches = {"search_transactions": fields.TRANSACTION, "search_attachments": fields.ATTACHMENT,
                "search_users": fields.USER, "search_queues": fields.QUEUE,
                "search_groups": fields.GROUP}
    nothing: Dict[str, Any] = {
        "date": datetime(1975, 1, 1, tzinfo=timezone.utc), "number": -1, "minutes": -1,
        "ticket": -1, "transaction": -1, "parent": -1, "login": 99999999}
    for operation, rows in searches.items():
        search = getattr(tracker, operation)
        assert next(search(), None) is not None
        for row in rows:
            if row.search and row.kind != "flag":
                value = nothing.get(row.kind, "what no record has")
                operator = "<" if row.kind == "date" else "="
                assert next(search([where(row.name, operator, value)]), None) is None, row.name
