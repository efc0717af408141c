"""What a user can read beyond tickets one by one: many at once, searches, groups, custom fields."""
from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Dict, Iterable, Tuple, Union

from rtcompat import ticketsql, where
from rtcompat.conditions import Condition
from rtcompat.errors import Refused, Unsupported
from rtcompat.model import NOT_LOADED, Outcome
from rtcompat.tracker import Tracker
from tests.bench.bench import Server
from tests.connections import Connections
from tests.differential.compare import Reading

__all__ = ["SURFACE", "prepared", "read_surface"]

#: Where it is compared: the installed release and the newest.
SURFACE = ("5.0.3", "sid")
#: A number that no record has.
NOBODY = 99_999_999
#: A group that holds a group, a user without an address and one that the seed's groups hold.
NESTED = "holds a group"

#: Seeded tickets that were created within seconds of a change of somebody's clock: the moment, as
#: a clock east of all of them says it, finds that ticket alone.
_EAST = timezone(timedelta(hours=5, minutes=45))
_CREATED = {
    "dates-europe-spring-1": datetime(2024, 3, 31, 6, 44, 30, tzinfo=_EAST),
    "dates-europe-spring-2": datetime(2024, 3, 31, 6, 45, 30, tzinfo=_EAST),
    "dates-europe-autumn-2": datetime(2024, 10, 27, 7, 45, 30, tzinfo=_EAST),
    "dates-newyork-spring-2": datetime(2024, 3, 10, 12, 45, 30, tzinfo=_EAST),
    "dates-newyork-autumn-1": datetime(2024, 11, 3, 10, 44, 30, tzinfo=_EAST)}

Found = Dict[str, Dict[Any, Any]]
Names = Dict[Tuple[str, Any], Tuple[str, ...]]


def prepared(connections: Connections, name: str) -> Server:
    """The server, with a group that holds a group; it is made once."""
    server, root = connections.server(name), connections.tracker(name, "root", "rest2")
    if not list(root.search_groups([where("name", "=", NESTED)])):
        made = root.create_group(NESTED, description="Grüße (mit Klammern)").id
        assert made is not None
        done = root.add_group_members(made, ["alice", "mute", server.ids["groups"]["staff"]])
        assert done.refused == ()
    return server


def read_surface(tracker: Tracker, server: Server, tickets: Iterable[int],
                 names: Names) -> Reading:
    """By kind, and by key within it, everything beyond tickets that both protocols can read.

    Args:
        names: completed with the names of the tickets, users and groups found.
    """
    found: Found = {}
    wanted = (*tickets, server.ids["tickets"]["hidden"], NOBODY)
    _many(tracker, wanted, found, names)
    _by_query(tracker, server, found)
    _people(tracker, server, found, names)
    _queues(tracker, server, found)
    _groups(tracker, server, found)
    _current(tracker, wanted[0], found)
    found["System"] = {"": tracker.get_system()}
    # What nothing is found of is equal without having been compared.
    assert all(found.values())
    return found


def _attempt(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except (Refused, Unsupported) as error:
        return type(error).__name__


def _of(outcome: Outcome[Any]) -> Any:
    """What became of one of many: its result, or the class of its error."""
    return outcome.result if outcome.error is None else type(outcome.error).__name__


def _keep(found: Found, kind: str, listed: Callable[[], Iterable[Any]]) -> None:
    """The records of a listing by number, or its refusal."""
    held = _attempt(lambda: tuple(listed()))
    if isinstance(held, str):
        found.setdefault(kind, {})["refused"] = held
        return
    found.setdefault(kind, {}).update((one.id, one) for one in held)


def _many(tracker: Tracker, wanted: Tuple[int, ...], found: Found, names: Names) -> None:
    kinds = ("Ticket of get_tickets", "Transaction of get_histories",
             "TransactionAttachment of get_histories")
    singles, entries, parts = (found.setdefault(kind, {}) for kind in kinds)
    for number, outcome in zip(wanted, tracker.get_tickets(wanted)):
        assert outcome.id == number
        names[kinds[0], number] = names.get(("Ticket", number), ())
        singles[number] = _of(outcome)
    for number, told in zip(wanted, tracker.get_histories(wanted)):
        assert told.id == number
        listed = _of(told)
        if isinstance(listed, str):
            entries[f"of {number}"] = listed
            continue
        for one in listed:
            entries[one.id] = replace(one, attachments=tuple(part.id for part in one.attachments))
            parts.update((part.id, part) for part in one.attachments)


def _by_query(tracker: Tracker, server: Server, found: Found) -> None:
    held = found.setdefault("Ticket of ticketsql", {})
    second = timedelta(seconds=1)
    for label, moment in _CREATED.items():
        for number, query in enumerate((
                ticketsql(created__ge=moment, created__lt=moment + second),
                ticketsql("Created > {} AND Created <= {}", moment - second, moment))):
            listed = list(tracker.search_tickets(query, fields=("subject", "created", "due")))
            assert [one.id for one in listed] == [server.ids["tickets"][label]]
            held[label, number] = listed[0]


def _people(tracker: Tracker, server: Server, found: Found, names: Names) -> None:
    kind = "User of search_users"
    for system in (1, 6):
        names[kind, system] = ("RT's own",)
    for conditions in ((), (where("name", "LIKE", "r"), where("lang", "=", "de"))):
        _keep(found, kind, lambda: tracker.search_users(conditions))
    listed = _attempt(lambda: tuple(one.id for one in tracker.search_users(
        [where("email", "ENDSWITH", "@example.org"), where("real_name", "LIKE", "o")])))
    found["Numbers of search_users"] = {"by address and real name": listed}


def _queues(tracker: Tracker, server: Server, found: Found) -> None:
    searches: Tuple[Tuple[Condition, ...], ...] = (
        (), (where("name", "LIKE", "e"),), (where("description", "STARTSWITH", "A name"),),
        (where("disabled", "=", False), where("name", "!=", "General")))
    for number, conditions in enumerate(searches):
        listed = _attempt(lambda: {(number, one.id): one
                                   for one in tracker.search_queues(conditions)})
        found.setdefault("Queue of search_queues", {}).update(
            {(number, "refused"): listed} if isinstance(listed, str) else listed)
    fields = found.setdefault("CustomField", {})
    queues: Tuple[Union[str, int], ...] = tuple(server.ids["queues"].values())
    for queue in (*queues, "Second Queue", "nobody's queue"):
        for lookup in (None, "RT::Queue") if queue == "Second Queue" else (None,):
            applied = _attempt(lambda: tracker.get_applied_custom_fields(
                "queue", queue, lookup_type=lookup))
            if isinstance(applied, str):
                fields[queue, lookup] = applied
            else:
                fields.update(((queue, lookup, one.name), one) for one in applied)


def _groups(tracker: Tracker, server: Server, found: Found) -> None:
    _keep(found, "Group of search_groups", tracker.search_groups)
    for number, conditions in enumerate(((where("name", "LIKE", "st"),),
                                         (where("description", "ENDSWITH", "group"),
                                          where("name", "!=", "staff")))):
        listed = _attempt(lambda: tuple(one.id for one in tracker.search_groups(conditions)))
        found.setdefault("Numbers of search_groups", {})[number] = listed
    members = found.setdefault("Member", {})
    named: Tuple[Union[str, int], ...] = ("staff", server.ids["groups"]["watchers-group"],
                                          NESTED, "no such group", NOBODY)
    for group in named:
        found.setdefault("Group", {})[group] = _attempt(lambda: tracker.get_group(group))
        for kind in (None, "user", "group") if group == NESTED else (None,):
            held = _attempt(lambda: tuple(tracker.get_group_members(group, kind=kind)))
            if isinstance(held, str):
                members[group, kind] = held
            else:
                # A user's address alone is told by both, and not everybody has one.
                members.update(((group, kind, one.kind, one.email or (
                    one.name if one.kind == "group" else None)), one) for one in held)


def _current(tracker: Tracker, number: int, found: Found) -> None:
    ticket = tracker.get_ticket(number)
    assert ticket.last_updated is not None
    earlier = replace(ticket, etag=NOT_LOADED,
                      last_updated=ticket.last_updated - timedelta(seconds=1))
    found["Current"] = {
        "as read": _attempt(lambda: tracker.is_current(ticket)),
        "by its last change": _attempt(lambda: tracker.is_current(
            replace(ticket, etag=NOT_LOADED))),
        "read over REST 1.0": _attempt(lambda: tracker.is_current(
            replace(ticket, etag=NOT_LOADED, last_updated_by=NOT_LOADED))),
        "read earlier": _attempt(lambda: tracker.is_current(earlier)),
        "not there": _attempt(lambda: tracker.is_current(replace(earlier, id=NOBODY)))}
