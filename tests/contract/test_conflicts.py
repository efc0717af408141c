"""Writers at the same time: what is added is summed, what is undone is reported, and nothing that
was written after a ticket was read is overwritten unseen."""
from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Dict, Iterator, List, Mapping, Set, Tuple

import pytest
import requests

from rtcompat import (NOT_LOADED, Conflict, NotFound, PermissionDenied, Ticket, Tracker, UsageError,
                      connect)
from tests.connections import Connections
from tests.contract.matrix import surface

pytestmark = pytest.mark.live

WRITERS, EACH = 8, 1


def made(rt: Tracker, **given: Any) -> Ticket:
    number = rt.create_ticket(given.pop("queue", "General"), subject="conflicts", content="x\n",
                              read_back=False, **given).id
    assert number
    return rt.get_ticket(number)


@pytest.fixture
def writers(connections: Connections) -> Iterator[Callable[[str, str], List[Tracker]]]:
    """Clients of one user, each with a login of its own."""
    opened: List[Tracker] = []

    def several(name: str, protocol: str) -> List[Tracker]:
        url = connections.server(name).url
        # No zone has to be found out by each: only minutes are written.
        opened.extend(connect(url, protocol=protocol, timezone="UTC",
                              **connections.credentials(name, "alice")) for _ in range(WRITERS))
        return opened
    yield several
    for one in opened:
        one.close()


def at_once(trackers: List[Tracker], act: Callable[[Tracker], None]) -> None:
    """Let each do it as often as said, all beginning together; their errors are raised here."""
    together, errors = threading.Barrier(len(trackers)), []

    def work(rt: Tracker) -> None:
        together.wait()
        try:
            for _ in range(EACH):
                act(rt)
        except Exception as error:
            errors.append(error)
    threads = [threading.Thread(target=work, args=(one,)) for one in trackers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def a_minute_more(ticket: Ticket) -> Mapping[str, Any]:
    return {"time_worked": ticket.time_worked + 1}


@pytest.mark.parametrize("name, protocol", [one for one in surface() if one[0] != "4.4.6"])
def test_eight_writers_lose_no_minute_by_adding_and_none_unreported_by_updating(
        name: str, protocol: str, writers: Callable[[str, str], List[Tracker]]) -> None:
    trackers = writers(name, protocol)
    rt = trackers[0]
    number = made(rt).id
    at_once(trackers, lambda one: void(one.add_time(number, 1)))
    assert rt.get_ticket(number).time_worked == WRITERS * EACH

    number = made(rt).id
    lock = threading.Lock()
    succeeded: List[int] = []
    late: List[Conflict] = []

    def update(one: Tracker) -> None:
        try:
            receipt = one.update_ticket(number, a_minute_more, attempts=40)
            with lock:
                succeeded.append(receipt.id or 0)
        except Conflict as conflict:
            assert conflict.applied, "forty attempts are enough for the others to be done"
            with lock:
                late.append(conflict)
    at_once(trackers, update)
    final = rt.get_ticket(number).time_worked
    written = {one.id for one in rt.get_history(number, content=False)
               if one.field == "TimeWorked"}
    reported: Set[int] = {one.id for conflict in late for one in conflict.transactions}
    assert len(succeeded) + len(late) == WRITERS * EACH
    assert reported <= written and len(succeeded) <= len(written)
    # What was written and not reported as undone is there; what RT records in another order than
    # it stores may be reported and there all the same.
    assert final >= len(written - reported)
    assert len(written) - final <= len(reported)
    assert final > 0 and all(conflict.wanted for conflict in late)


def void(_: object) -> None:
    """Takes a result that is not wanted."""


CHANGES: Tuple[Tuple[str, Dict[str, Any]], ...] = (
    ("subject", {"subject": "theirs"}), ("priority", {"priority": 77}),
    ("status", {"status": "stalled"}), ("owner", {"owner": "gerda"}),
    ("time_worked", {"time_worked": 9}), ("custom_fields", {"custom_fields": {"Severity": "Low"}}))


@pytest.mark.parametrize("name, protocol", surface())
def test_what_somebody_changed_after_the_reading_is_not_overwritten(
        name: str, protocol: str, connections: Connections) -> None:
    rt = connections.tracker(name, "alice", protocol)
    other = connections.tracker(name, "root", protocol)
    ticket = made(rt)
    for field, change in CHANGES:
        other.edit_ticket(ticket.id, read_back=False, **change)
        now = rt.get_ticket(ticket.id)
        with pytest.raises(Conflict) as caught:
            rt.edit_ticket(ticket.id, subject="ours", priority=1, if_unchanged=ticket)
        conflict = caught.value
        assert not conflict.applied and conflict.found[field] == getattr(now, field) \
            != getattr(ticket, field)
        assert conflict.wanted == {"subject": "ours", "priority": 1}
        assert rt.get_ticket(ticket.id) == now
        ticket = now
    done = rt.edit_ticket(ticket.id, subject="ours", due=ticket.created, if_unchanged=ticket)
    assert set(done.changed) == {"subject", "due"}
    with pytest.raises(Conflict):
        rt.edit_ticket(ticket.id, subject="again", if_unchanged=ticket, read_back=False)
    fresh = rt.get_ticket(ticket.id)
    done = rt.edit_ticket(ticket.id, subject="again", if_unchanged=fresh, read_back=False,
                          custom_fields={"Tags": ["a", "b"], "Severity": "High"})
    assert set(done.unverified) == {"subject", "custom_fields[Tags]", "custom_fields[Severity]"}
    fresh = rt.get_ticket(ticket.id)
    done = rt.edit_ticket(ticket.id, owner="Nobody", status="open", if_unchanged=fresh,
                          custom_fields={"Tags": ["b", "c"], "Severity": "Low"})
    assert set(done.changed) == {"owner", "status", "custom_fields[Tags]",
                                 "custom_fields[Severity]"}


DUE = datetime(2031, 5, 6, 7, 8, 9, tzinfo=timezone.utc)


@pytest.mark.parametrize("name, protocol", surface())
@pytest.mark.parametrize("before, theirs, ours", [
    ({"custom_fields": {"Severity": "Low"}}, {"custom_fields": {"Severity": "High"}},
     {"custom_fields": {"Severity": "Medium"}}),
    ({"owner": "Nobody"}, {"owner": "alice"}, {"owner": "root"}),
    ({"queue": "General"}, {"queue": "Second Queue"}, {"queue": "Hidden"}),
    ({"due": DUE}, {"due": DUE + timedelta(days=1)}, {"due": None})],
    ids=["custom field", "owner", "queue", "date"])
def test_another_writer_under_our_login_between_rts_test_and_its_writing(
        name: str, protocol: str, before: Mapping[str, Any], theirs: Mapping[str, Any],
        ours: Mapping[str, Any], connections: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    rt = connections.tracker(name, "root", protocol)
    ticket = made(rt, **{"queue": "General", **before})
    between: List[Callable[[], Any]] = [lambda: rt.edit_ticket(ticket.id, read_back=False,
                                                               **theirs)]
    send = requests.adapters.HTTPAdapter.send

    def sending(self: Any, request: Any, **given: Any) -> Any:
        if between and (request.method == "PUT" or "/edit" in request.url):
            between.pop()()
            request.headers.pop("If-Match", None)  # as if RT had tested it before
        return send(self, request, **given)
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", sending)
    with pytest.raises(Conflict) as caught:
        rt.edit_ticket(ticket.id, if_unchanged=ticket, **ours)
    assert not between and caught.value.applied and caught.value.transactions


@pytest.mark.parametrize("name, protocol", surface())
def test_a_field_whose_name_stands_in_another_s_value_is_no_conflict(
        name: str, protocol: str, connections: Connections) -> None:
    rt = connections.tracker(name, "root", protocol)
    ticket = made(rt, custom_fields={"Severity": "Low"})
    receipt = rt.edit_ticket(ticket.id, if_unchanged=ticket,
                             custom_fields={"Severity": "High", "Größe": "Severity of a kind"})
    assert set(receipt.changed) == {"custom_fields[Größe]", "custom_fields[Severity]"}


@pytest.mark.parametrize("name, protocol", surface())
def test_only_what_the_given_ticket_holds_is_compared(name: str, protocol: str,
                                                      connections: Connections) -> None:
    rt = connections.tracker(name, "alice", protocol)
    number = made(rt).id
    held = next(rt.search_tickets(f"id = {number}", fields=("status",)))
    rt.edit_ticket(number, priority=5, read_back=False)
    rt.comment(number, "said meanwhile\n")
    assert rt.edit_ticket(number, subject="ours", if_unchanged=held).changed == ("subject",)
    rt.edit_ticket(number, status="open", read_back=False)
    with pytest.raises(Conflict) as caught:
        rt.edit_ticket(number, subject="more", if_unchanged=held)
    assert caught.value.found == {"status": "open"}
    newest = max(one.id for one in rt.get_history(number, content=False))
    tagged = replace(rt.get_ticket(number), etag=str(newest))
    assert rt.edit_ticket(number, subject="more", if_unchanged=tagged).changed == ("subject",)
    with pytest.raises(Conflict) as caught:
        rt.edit_ticket(number, subject="most",
                       if_unchanged=replace(Ticket(number), etag=str(newest)))
    assert [one.field for one in caught.value.transactions] == ["Subject"]
    assert rt.get_ticket(number).subject == "more"


@pytest.mark.parametrize("name, protocol", surface())
def test_updating_merged_missing_and_forbidden_tickets(name: str, protocol: str,
                                                       connections: Connections) -> None:
    rt = connections.tracker(name, "alice", protocol)
    one, into = made(rt), made(rt)
    calls: List[Ticket] = []

    def more(ticket: Ticket) -> Mapping[str, Any]:
        calls.append(ticket)
        if len(calls) == 1:
            rt.edit_ticket(one.id, priority=3, read_back=False)
        return {"priority": ticket.priority + 1}
    assert rt.update_ticket(one.id, more).changed == ("priority",)
    assert [ticket.priority for ticket in calls] == [0, 3]
    assert rt.get_ticket(one.id).priority == 4
    assert rt.update_ticket(one.id, lambda ticket: None).id == one.id
    with pytest.raises(UsageError):
        rt.update_ticket(one.id, lambda ticket: {"if_unchanged": ticket})
    with pytest.raises(UsageError):
        rt.edit_ticket(into.id, subject="x", if_unchanged=one)

    rt.merge_ticket(one.id, into.id)
    with pytest.raises(Conflict) as caught:
        rt.edit_ticket(one.id, subject="x", if_unchanged=one)
    assert caught.value.found == {"id": into.id}
    assert rt.update_ticket(one.id, lambda ticket: {"priority": 8}).changed == ("priority",)
    assert rt.get_ticket(into.id).priority == 8
    if protocol == "rest2":
        assert made(rt).etag is NOT_LOADED and rt.get_ticket(one.id).etag.isdigit()
        rt.delete_ticket(into.id)
        assert rt.get_ticket(into.id).etag.isdigit()
    with pytest.raises(NotFound):
        rt.update_ticket(99999999, lambda ticket: {"priority": 8})
    nora = connections.tracker(name, "nora", protocol)
    theirs = made(rt)
    with pytest.raises(PermissionDenied):
        nora.edit_ticket(theirs.id, subject="x", if_unchanged=theirs)
    with pytest.raises(PermissionDenied):
        nora.add_time(theirs.id, 5)
    assert rt.get_ticket(theirs.id) == theirs
