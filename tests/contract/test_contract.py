"""The same assertions over every backend, RT version and user that may do it."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Tuple

import pytest

from rtcompat import (InvalidQuery, InvalidValue, NewAttachment, NotFound, UsageError)
from rtcompat.model import Link, Watcher
from rtcompat.tracker import Tracker
from tests.connections import Connections
from tests.contract.matrix import ORDINARY, faces, servers

pytestmark = pytest.mark.live

UTC = timezone.utc
JANUARY = datetime(2031, 1, 15, 23, 30, 5, tzinfo=UTC)
JULY = datetime(2031, 7, 15, 2, 45, 6, tzinfo=timezone(timedelta(hours=2)))
TEXT = ("Dear all,\n\n    indented code\n\ttab\n--\n# hash\nSubject: not a header\n"
        "RT/3.8.2 200 Ok\n\nGrüße, 漢字 🎉\u2028and\u0085on\n> quoted\n\n\nend\n")


@pytest.fixture(params=[*((name, protocol, user) for name, protocol in servers()
                          for user in ORDINARY), *faces()], scope="module",
                ids=lambda case: "-".join(case))
def case(request: pytest.FixtureRequest) -> Tuple[str, ...]:
    found: Tuple[str, ...] = request.param
    return found


@pytest.fixture(scope="module")
def tracker(case: Tuple[str, ...], connections: Connections) -> Tracker:
    name, protocol, user, *face = case
    return connections.tracker(name, user, protocol, *face)


@pytest.fixture
def ticket_id(tracker: Tracker) -> int:
    receipt = tracker.create_ticket("General", subject="contract", content="To begin with.",
                                    read_back=False)
    assert receipt.id is not None
    return receipt.id


def test_what_is_created_is_read_back(tracker: Tracker, case: Tuple[str, ...]) -> None:
    receipt = tracker.create_ticket(
        "Second Queue", subject="Größe: 0 < \"x\" & y", content=TEXT,
        requestors=["alice@example.org"], cc=["new-person@example.net", "gerda@example.org"],
        admin_cc=[Watcher("yorick@example.org")], owner=case[2], status="open", priority=7,
        initial_priority=5, final_priority=90, starts=JANUARY, due=JULY, time_estimated=90,
        time_worked=15, time_left=75,
        custom_fields={"Severity": "High", "Tags": ["one", "two, three", "it's"],
                       "Impact Notes": "several\n  lines\n\nof text", "Due Date": "2031-02-03",
                       "Window Start": "2031-07-15 22:30:00", "Vendor: Ref": "http://x/?a=b: c",
                       "R&D": "yes & no", "{Braced}": "{}", "Größe": "grün",
                       "OnlySecond": "here"})
    assert receipt.id and not receipt.refused and not receipt.altered and not receipt.unverified
    ticket = tracker.get_ticket(receipt.id)
    assert (ticket.id, ticket.asked_id) == (receipt.id, receipt.id)
    assert (ticket.queue, ticket.subject) == ("Second Queue", "Größe: 0 < \"x\" & y")
    assert (ticket.owner, ticket.creator, ticket.status) == (case[2], case[2], "open")
    assert (ticket.priority, ticket.initial_priority, ticket.final_priority) == (7, 5, 90)
    assert (ticket.time_estimated, ticket.time_worked, ticket.time_left) == (90, 15, 75)
    assert (ticket.starts, ticket.due) == (JANUARY, JULY)
    assert ticket.times_exact
    assert ticket.requestors == (Watcher("alice@example.org"),)
    assert ticket.cc == (Watcher("gerda@example.org"), Watcher("new-person@example.net"))
    assert ticket.admin_cc == (Watcher("yorick@example.org"),)
    values = ticket.custom_fields
    assert values["Severity"] == ("High",)
    assert values["Tags"] == ("one", "two, three", "it's")
    assert values["Impact Notes"] == ("several\n  lines\n\nof text",)
    assert values["Due Date"] == ("2031-02-03",)
    assert values["Window Start"] == ("2031-07-15 22:30:00",)
    assert values["Vendor: Ref"] == ("http://x/?a=b: c",)
    assert values["R&D"] == ("yes & no",) and values["{Braced}"] == ("{}",)
    assert values["Größe"] == ("grün",) and values["OnlySecond"] == ("here",)
    assert values["Single"] == ()
    created, = (one for one in tracker.get_history(receipt.id) if one.type == "Create")
    assert created.content == TEXT


def test_an_edit_says_field_by_field_what_it_did(tracker: Tracker, ticket_id: int) -> None:
    receipt = tracker.edit_ticket(ticket_id, subject="edited", priority=3, due=JULY,
                                  time_worked=20, custom_fields={"Tags": ["a", "b"],
                                                                 "Severity": "Low"})
    assert set(receipt.changed) == {"subject", "priority", "due", "time_worked",
                                    "custom_fields[Tags]", "custom_fields[Severity]"}
    again = tracker.edit_ticket(ticket_id, subject="edited", priority=3, due=JULY,
                                custom_fields={"Tags": ["a", "b"]})
    assert set(again.unchanged) == {"subject", "priority", "due", "custom_fields[Tags]"}
    assert not (again.changed or again.refused or again.altered)
    cleared = tracker.edit_ticket(ticket_id, due=None, subject="",
                                  custom_fields={"Tags": [], "Severity": None})
    assert set(cleared.changed) == {"subject", "due", "custom_fields[Tags]",
                                    "custom_fields[Severity]"}
    ticket = tracker.get_ticket(ticket_id)
    assert (ticket.subject, ticket.due, ticket.time_worked) == ("", None, 20)
    assert ticket.custom_fields["Tags"] == ticket.custom_fields["Severity"] == ()


def test_a_refusal_is_never_a_success(tracker: Tracker, ticket_id: int) -> None:
    with pytest.raises(InvalidValue) as caught:
        tracker.edit_ticket(ticket_id, status="nonsense", priority=4)
    assert caught.value.receipt is not None
    assert caught.value.receipt.refused == ("status",)
    assert caught.value.receipt.changed == ("priority",)
    if tracker.server().version_tuple < (4, 4, 5):
        # Up to 4.4.4 RT stores a value outside the list; it is there, so it is no refusal.
        stored = tracker.edit_ticket(ticket_id, custom_fields={"Severity": "Catastrophic"})
        assert stored.changed == ("custom_fields[Severity]",)
    else:
        with pytest.raises(InvalidValue) as caught:
            tracker.edit_ticket(ticket_id, custom_fields={"Severity": "Catastrophic"})
        assert caught.value.receipt is not None
        assert caught.value.receipt.refused == ("custom_fields[Severity]",)
    with pytest.raises(InvalidValue):
        tracker.edit_ticket(ticket_id, owner="nobody-of-this-name")
    with pytest.raises(UsageError):
        tracker.edit_ticket(ticket_id, subject="two\nlines")
    with pytest.raises(UsageError):
        tracker.edit_ticket(ticket_id)
    with pytest.raises(InvalidValue):
        tracker.edit_ticket(ticket_id, custom_fields={"No such field": "x"})


def test_reply_and_comment(tracker: Tracker, case: Tuple[str, ...], ticket_id: int) -> None:
    files = [NewAttachment("Übersicht, final \"v2\".txt".replace('"', ""), "ä\nb\n\n".encode(),
                           "text/plain; charset=utf-8"),
             NewAttachment("pixel.png", bytes(range(256)) * 4 + b"\n\n", "image/png")]
    tracker.reply(ticket_id, TEXT, attachments=files, time_worked=5)
    receipt = tracker.comment(ticket_id, "<p>Grüße <b>HTML</b></p>\n", content_type="text/html",
                              status="stalled")
    assert receipt.changed == ("status",)
    said = [one for one in tracker.get_history(ticket_id, types=("Correspond", "Comment"))]
    assert [one.type for one in said] == ["Correspond", "Comment"]
    assert said[0].content == TEXT and said[0].time_taken == 5 and said[0].creator == case[2]
    assert said[1].content is None and said[1].html == "<p>Grüße <b>HTML</b></p>\n"
    assert tracker.get_ticket(ticket_id).time_worked == 5
    named = {one.filename: one for one in said[0].attachments if one.filename}
    assert set(named) == {files[0].filename, "pixel.png"}
    for file in files:
        found = named[file.filename]
        assert tracker.read_attachment(found.id, ticket_id=ticket_id) == file.content
        assert tracker.get_attachment(found.id).content_type == file.content_type.split(";")[0]
    with pytest.raises(UsageError):
        tracker.comment(ticket_id, "")
    with pytest.raises(UsageError):
        tracker.comment(ticket_id, "0")
    with pytest.raises(InvalidValue) as caught:
        tracker.comment(ticket_id, "recorded all the same", status="nonsense")
    assert caught.value.receipt is not None and caught.value.receipt.refused == ("status",)
    tracker.add_time(ticket_id, 7)
    assert tracker.get_ticket(ticket_id).time_worked == 12


def test_history_and_one_transaction(tracker: Tracker, ticket_id: int) -> None:
    tracker.edit_ticket(ticket_id, subject="other", read_back=False)
    full = list(tracker.get_history(ticket_id))
    assert [one.id for one in full] == sorted(one.id for one in full)
    changed, = (one for one in full if one.type == "Set")
    assert (changed.field, changed.old_value, changed.new_value) == ("Subject", "contract",
                                                                     "other")
    assert tracker.get_transaction(changed.id, ticket_id=ticket_id) == changed
    assert tracker.get_transaction(full[0].id) == full[0]
    short = list(tracker.get_history(ticket_id, content=False, types=["Set"]))
    assert [one.id for one in short] == [changed.id]
    assert list(tracker.get_history(ticket_id, types=["Nonsense"])) == []
    with pytest.raises(NotFound):
        tracker.get_transaction(changed.id, ticket_id=1)
    with pytest.raises(NotFound):
        tracker.get_transaction(99999999)


def test_links(tracker: Tracker, ticket_id: int) -> None:
    first, second = (tracker.create_ticket("General", subject=name, read_back=False).id
                     for name in ("one", "two"))
    assert first and second
    receipt = tracker.edit_links(ticket_id, add={"depends_on": [first], "refers_to":
                                                 [second, "https://example.com/a?b=c&d=e"]})
    assert set(receipt.changed) == {"depends_on", "refers_to"}
    links = tracker.get_links(ticket_id)
    assert links.depends_on == (Link("ticket", first),)
    assert links.refers_to == (Link("ticket", second),
                               Link("url", url="https://example.com/a?b=c&d=e"))
    assert tracker.get_links(first).depended_on_by == (Link("ticket", ticket_id),)
    assert tracker.edit_links(ticket_id, add={"depends_on": [first]}).unchanged == ("depends_on",)
    tracker.edit_links(ticket_id, remove={"refers_to": ["https://example.com/a?b=c&d=e"]},
                       replace={"members": [second]})
    links = tracker.get_links(ticket_id)
    assert links.refers_to == (Link("ticket", second),)
    assert links.members == (Link("ticket", second),)
    tracker.edit_links(ticket_id, replace={"members": [], "refers_to": [], "depends_on": []})
    assert tracker.get_links(ticket_id) == type(links)()
    with pytest.raises(InvalidValue):
        tracker.edit_links(ticket_id, add={"depends_on": [99999999]})
    with pytest.raises(UsageError):
        tracker.edit_links(ticket_id, add={"parents": [first]})


def test_take_untake_merge_delete(tracker: Tracker, case: Tuple[str, ...],
                                  ticket_id: int) -> None:
    assert tracker.take_ticket(ticket_id).changed == ("owner",)
    assert tracker.take_ticket(ticket_id).unchanged == ("owner",)
    assert tracker.untake_ticket(ticket_id).changed == ("owner",)
    other = "root" if case[2] != "root" else "alice"
    tracker.edit_ticket(ticket_id, owner=other, read_back=False)
    with pytest.raises(InvalidValue):
        tracker.take_ticket(ticket_id)
    assert tracker.steal_ticket(ticket_id).changed == ("owner",)
    assert tracker.get_ticket(ticket_id).owner == case[2]
    survivor = tracker.create_ticket("General", subject="survivor", read_back=False).id
    assert survivor
    assert tracker.merge_ticket(ticket_id, survivor).changed == ("merge",)
    merged = tracker.get_ticket(ticket_id)
    assert (merged.id, merged.asked_id) == (survivor, ticket_id)
    assert merged == tracker.get_ticket(survivor)
    with pytest.raises(InvalidValue):
        tracker.merge_ticket(survivor, survivor)
    assert tracker.delete_ticket(survivor).changed == ("status",)
    assert tracker.get_ticket(survivor).status == "deleted"
    assert tracker.delete_ticket(survivor).unchanged == ("status",)


def test_what_is_not_there_is_not_found(tracker: Tracker, tmp_path: Path) -> None:
    for act in (tracker.get_ticket, tracker.get_history, tracker.get_attachments,
                tracker.get_links, tracker.delete_ticket, tracker.take_ticket,
                tracker.steal_ticket):
        with pytest.raises(NotFound):
            act(99999999)
    with pytest.raises(NotFound):
        tracker.edit_ticket(99999999, subject="x")
    with pytest.raises(NotFound):
        tracker.edit_links(99999999, add={"refers_to": [1]})
    with pytest.raises(NotFound):
        tracker.add_time(99999999, 5)
    with pytest.raises(NotFound):
        tracker.comment(99999999, "x")
    with pytest.raises(NotFound):
        tracker.reply(99999999, "x")
    with pytest.raises(NotFound):
        tracker.merge_ticket(99999999, 1)
    with pytest.raises(NotFound):
        tracker.get_attachment(99999999)
    with pytest.raises(NotFound):
        tracker.read_attachment(99999999)
    target = tmp_path / "kept"
    target.write_bytes(b"as it was")
    with pytest.raises(NotFound):
        tracker.save_attachment(99999999, target)
    assert target.read_bytes() == b"as it was" and list(tmp_path.iterdir()) == [target]


def test_search(tracker: Tracker, ticket_id: int) -> None:
    query = "Subject LIKE 'paging ' AND Queue = 'Second Queue'"
    listing = tracker.search_tickets(query, fields=())
    ids = [one.id for one in listing]
    assert len(ids) == len(set(ids)) == 250 and ids == sorted(ids)
    assert listing.total == 250
    backwards = tracker.search_tickets(query + " AND id > " + str(ids[-30]), order="-id",
                                       fields=["subject", "status"])
    found = list(backwards)
    assert [one.id for one in found] == ids[:-30:-1]
    assert found[0].subject.startswith("paging ") and not found[0].owner
    assert list(tracker.search_tickets("Subject = 'there is no such ticket'")) == []
    only, = tracker.search_tickets(f"id = {ticket_id}")
    assert only == tracker.get_ticket(ticket_id)
    with pytest.raises(InvalidQuery):
        list(tracker.search_tickets("Subject LIKE"))
    with pytest.raises(InvalidQuery):
        list(tracker.search_tickets("Subject = 'x' OR 1=1) OR (id > 0"))
    with pytest.raises(UsageError):
        tracker.search_tickets(query, fields=["colour"])
    with pytest.raises(InvalidQuery):
        list(tracker.search_tickets(query, order="Colour"))


def test_users_and_queues(tracker: Tracker, case: Tuple[str, ...]) -> None:
    me = tracker.whoami()
    assert me.name == case[2]
    assert tracker.get_user(case[2]).name == case[2]
    assert {one.name for one in tracker.get_queues()} >= {"General", "Second Queue"}
    queue = tracker.get_queue("Second Queue")
    assert queue.name == "Second Queue" and queue.description == "A name with a space"
    assert tracker.get_queue(queue.id) == queue
    with pytest.raises(NotFound):
        tracker.get_queue("No such queue")
