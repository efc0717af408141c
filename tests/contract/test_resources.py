"""RT as objects, on real servers over either protocol."""
from __future__ import annotations

import time
from pathlib import Path
from typing import Tuple

import pytest

from rtcompat import InvalidValue, NotFound
from rtcompat.resources import Resources, TicketHandle
from rtcompat.tracker import Tracker
from tests.connections import Connections
from tests.contract.matrix import surface

pytestmark = pytest.mark.live


@pytest.fixture(params=surface(), ids="-".join, scope="module")
def place(request: pytest.FixtureRequest) -> Tuple[str, str]:
    found: Tuple[str, str] = request.param
    return found


@pytest.fixture
def tracker(place: Tuple[str, str], connections: Connections) -> Tracker:
    return connections.tracker(place[0], "root", place[1])


def new(rt: Resources, **fields: object) -> TicketHandle:
    return rt.tickets.create("General", subject="an object", content="To begin.", **fields)


def test_a_ticket_is_made_changed_read_and_deleted(tracker: Tracker, tmp_path: Path) -> None:
    rt = Resources(tracker)
    ticket = new(rt)
    assert (ticket.subject, ticket.status, ticket.queue) == ("an object", "new", "General")
    assert ticket.update(status="open", priority=7).changed == ("status", "priority")
    assert (ticket.status, ticket.priority) == ("open", 7)
    with pytest.raises(InvalidValue):
        ticket.update(status="nonsense")
    path = tmp_path / "note.txt"
    path.write_bytes(b"bytes\n\n")
    ticket.reply("Well.", attachments=[path])
    ticket.comment("Hidden.")
    ticket.add_time(25)
    assert ticket.time_worked == 25
    kinds = [one.type for one in ticket.history(content=False)]
    assert kinds[0] == "Create" and {"Correspond", "Comment"} <= set(kinds)
    part = next(one for one in ticket.attachments() if one.filename == "note.txt")
    assert part.download(tmp_path / "copy") == 7 and part.read_bytes() == b"bytes\n\n"
    assert ticket == rt.tickets.get(ticket.id) and ticket in set(rt.tickets.search(
        f"id = {ticket.id}"))
    ticket.delete()
    assert ticket.status == "deleted"


def test_links_are_grouped_and_idempotent(tracker: Tracker) -> None:
    rt = Resources(tracker)
    one, other = new(rt), new(rt)
    assert one.link_with(other, "depends_on").changed == ("depends_on",)
    assert one.link_with(other, "depends_on").unchanged == ("depends_on",)
    one.link_with("https://example.org/x", "refers_to")
    assert one.links()["depends_on"] == (other,)
    assert str(one.links()["refers_to"][0]) == "https://example.org/x"
    assert other.links()["depended_on_by"] == (one,)
    one.unlink_from(other, "depends_on")
    assert one.unlink_from(other, "depends_on").unchanged == ("depends_on",)
    assert one.links()["depends_on"] == ()
    survivor = one.merge_into(other)
    assert survivor == other and one.reload().view()["id"] == other.id


def test_an_old_record_is_asked_whether_it_changed(tracker: Tracker) -> None:
    rt, others = Resources(tracker, cache_age=0), Resources(tracker)
    ticket = new(rt)
    assert ticket.subject == "an object" and ticket.subject == "an object"
    time.sleep(1.1)  # RT knows the second of a change
    others.tickets(ticket.id).update(subject="changed elsewhere")
    assert ticket.subject == "changed elsewhere"


def test_queues_and_users_are_objects_too(tracker: Tracker) -> None:
    rt = Resources(tracker)
    assert rt.queues("General").id == 1 and rt.queues("General") == rt.queues(1)
    assert rt.users("alice").email == "alice@example.org"
    assert rt.users("alice").weburl.endswith(f"User/Summary.html?id={rt.users('alice').id}")
    names = [queue.name for queue in rt.queues]
    assert "Second Queue" in names
    with pytest.raises(NotFound):
        rt.queues("No such queue").name


def test_a_write_by_name_is_seen_by_number(tracker: Tracker) -> None:
    rt = Resources(tracker)
    name = f"twice-{new(rt).id}"
    number = tracker.create_user(name, real_name="A0", read_back=False).id or 0
    by_number, by_name = rt.users(number), rt.users(name)
    assert by_number.real_name == "A0"
    by_name.update(real_name="A1")
    assert by_number.real_name == "A1" == by_name.real_name
    by_name.update(real_name="A2")
    assert by_number.real_name == "A2"
    by_name.update(real_name="A3", read_back=False)
    assert by_number.real_name == "A3"
    by_number.update(name=f"{name}-again")
    with pytest.raises(NotFound):
        by_name.real_name
    by_number.delete()
    queue = rt.queues(tracker.create_queue(name, read_back=False).id or 0)
    assert not queue.disabled
    rt.queues(queue.name).delete()
    assert queue.disabled


def test_a_write_through_a_merged_number_is_seen_through_the_survivor(tracker: Tracker) -> None:
    rt = Resources(tracker)
    ours, theirs, survivor = new(rt), new(rt), new(rt)
    assert theirs.subject == "an object"
    ours.merge_into(survivor)
    assert survivor.time_worked == 0
    ours.comment("Through the first.", time_worked=3)
    assert survivor.time_worked == 3 == ours.time_worked
    Resources(tracker).tickets(theirs.id).merge_into(survivor.id)
    assert survivor.reload().subject == "an object"
    theirs.update(subject="through the second")
    assert survivor.subject == "through the second" == theirs.subject == ours.subject
    assert ours != survivor and ours.record.id == survivor.id
