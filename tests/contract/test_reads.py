"""What the seed holds, read by every operation that reads: live, or from recordings.

Each test is given a client and the seed's ids and asks for the same things every time; `record`
runs these same functions to make the recordings. A test may not depend on another one, on today's
date, or on tickets that other tests write to.
"""
from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, List, Mapping, Tuple

import pytest

from rtcompat import InvalidQuery, NotFound, PermissionDenied
from rtcompat.model import NOT_LOADED, Link, Links, Transaction, Watcher
from rtcompat.tracker import Tracker
from tests.bench.plugin import FROM_RECORDINGS
from tests.bench.versions import RELEASES
from tests.connections import Connections
from tests.contract.matrix import servers
from tests.contract.recordings import ZONES

pytestmark = [pytest.mark.live, pytest.mark.reads]

Ids = Mapping[str, Any]
Case = Tuple[str, str, str]

CASES = [(name, protocol, user) for name, protocol in servers() for user in ZONES
         if name in {each.name for each in RELEASES}]


@pytest.fixture(params=CASES, ids="-".join)
def case(request: pytest.FixtureRequest) -> Case:
    """Release, protocol and user."""
    found: Case = request.param
    return found


@pytest.fixture
def reader(case: Case, connections: Connections, request: pytest.FixtureRequest
           ) -> Tuple[Tracker, Ids]:
    name, protocol, user = case
    found = connections.reader(name, user, protocol)
    if name in connections.bench.missing:
        request.node.user_properties.append((FROM_RECORDINGS, name))
    return found


@pytest.fixture
def tracker(reader: Tuple[Tracker, Ids]) -> Tracker:
    return reader[0]


@pytest.fixture
def ids(reader: Tuple[Tracker, Ids]) -> Ids:
    return reader[1]


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)


def over_rest1(tracker: Tracker) -> bool:
    return tracker.server().protocol == "rest1"


def emails(people: Tuple[Watcher, ...]) -> List[str]:
    return [who.email for who in people if who.email is not None]


# -- tickets ----------------------------------------------------------------------------------

CUSTOM_FIELDS: Dict[str, Tuple[str, ...]] = {
    "Severity": ("High",), "Single": ("one, with a comma",),
    "Tags": ("plain", "with, comma", "it's", '"double"', "back\\slash", "Übung", "0"),
    "Platforms": ("Linux", "Windows, old"),
    "Impact Notes": ("First line\n\n    indented\n--\n# hash\nSubject: no\nlast",),
    "Due Date": ("2024-01-31",), "Window Start": ("2024-01-15 13:37:11",),
    "Vendor: Ref": ("AB: 12",), "R&D": ("Q&A",), "{Braced}": ("{value}",),
    "Brace} name": ("after } brace",), "Größe": ("42 µm",)}


def test_custom_fields_of_every_kind(tracker: Tracker, ids: Ids) -> None:
    ticket = tracker.get_ticket(ids["tickets"]["fields"])
    assert (ticket.subject, ticket.queue, ticket.creator) == ("fields", "General", "alice")
    assert ticket.custom_fields == CUSTOM_FIELDS
    second = tracker.get_ticket(ids["tickets"]["fields-second"])
    assert second.queue == "Second Queue"
    assert second.custom_fields == {
        **dict.fromkeys(CUSTOM_FIELDS, ()), "OnlySecond": ("only here",), "Severity": ("Low",),
        "Tags": ("single",), "Impact Notes": ("one line",), "Due Date": ("2024-07-16",),
        "Window Start": ("2024-07-16 08:05:59",)}


CREATED = {
    "dates-january": "2024-01-15 13:37:11", "dates-july": "2024-07-16 08:05:59",
    "dates-january-night": "2024-01-31 23:58:07", "dates-july-night": "2024-07-31 03:14:15",
    "dates-february-leap": "2024-02-29 11:59:58",
    "dates-newyork-spring-1": "2024-03-10 06:59:30",
    "dates-newyork-spring-2": "2024-03-10 07:00:30",
    "dates-newyork-autumn-1": "2024-11-03 04:59:30",
    "dates-newyork-autumn-2": "2024-11-03 07:00:30",
    "dates-europe-spring-1": "2024-03-31 00:59:30",
    "dates-europe-spring-2": "2024-03-31 01:00:30",
    "dates-europe-autumn-1": "2024-10-26 23:59:30",
    "dates-europe-autumn-2": "2024-10-27 02:00:30",
    "dates-january-2016": "2016-01-05 17:18:19", "dates-july-2016": "2016-07-05 05:06:07",
    "dates-january-2023": "2023-01-17 22:23:24", "dates-july-2023": "2023-07-18 19:20:21"}
DATES = ("created", "starts", "started", "due", "resolved", "told", "last_updated")


def test_january_and_july_are_both_right(tracker: Tracker, ids: Ids) -> None:
    numbers = {ids["tickets"][name]: at(moment) for name, moment in CREATED.items()}
    query = " OR ".join(f"id = {number}" for number in numbers)
    found = {one.id: one for one in tracker.search_tickets(query, fields=DATES)}
    assert {number: one.created for number, one in found.items()} == numbers
    for ticket in found.values():
        assert ticket.times_exact and ticket.last_updated == ticket.created
        assert (ticket.starts, ticket.due) == (at("2024-01-10 09:08:07"),
                                               at("2024-07-10 19:18:17"))
        assert (ticket.started, ticket.resolved, ticket.told) == (None, None, None)
    for season, month in (("january", "01"), ("july", "07")):
        ticket = tracker.get_ticket(ids["tickets"][f"dates-all-{season}"])
        assert ticket.status == "resolved" and ticket.times_exact
        assert ticket.created == at(f"2024-{month}-22 08:01:02")
        assert ticket.told == at(f"2024-{month}-22 08:01:39")
        assert ticket.started == ticket.resolved == at(f"2024-{month}-22 09:01:39")
        assert ticket.due == at(f"2024-{month}-30 12:13:14") and ticket.starts is None


def test_people_and_numbers(tracker: Tracker, ids: Ids) -> None:
    watched = tracker.get_ticket(ids["tickets"]["watched"])
    assert emails(watched.requestors) == ["outsider@example.net", "uwe@example.org"]
    assert emails(watched.cc) == ["alice@example.org", "carbon.copy@example.net"]
    assert emails(watched.admin_cc) == ["gerda@example.org", "yorick@example.org"]
    assert (watched.owner, watched.creator, watched.priority) == ("alice", "root", 20)
    timed = tracker.get_ticket(ids["tickets"]["timed"])
    assert (timed.time_estimated, timed.time_worked, timed.time_left) == (240, 90, 150)
    assert (timed.priority, timed.initial_priority, timed.final_priority) == (50, 10, 90)
    assert (timed.requestors, timed.cc, timed.admin_cc, timed.owner) == ((), (), (), "Nobody")


def test_groups_and_people_without_an_address(tracker: Tracker, ids: Ids) -> None:
    ticket = tracker.get_ticket(ids["tickets"]["groupwatch"])
    if over_rest1(tracker):
        assert emails(ticket.admin_cc) == ["alice@example.org", "member-one@example.org",
                                           "member-two@example.org"]
        assert ticket.custom_roles is NOT_LOADED and ticket.last_updated_by is NOT_LOADED
    else:
        assert {(who.name, who.kind) for who in ticket.admin_cc} == {
            ("mute", "user"), ("watchers-group", "group"), ("alice", "user")}
        assert [who.name for who in ticket.custom_roles["Engineer"]] == ["yorick"]
        assert {who.name for who in ticket.custom_roles["Observers"]} == {
            "mute", "watchers-group", "alice"}


def test_merged_and_deleted(tracker: Tracker, ids: Ids) -> None:
    tickets = ids["tickets"]
    merged = tracker.get_ticket(tickets["merged"])
    assert (merged.id, merged.asked_id) == (tickets["survivor"], tickets["merged"])
    assert merged.subject == "survivor"
    assert emails(merged.requestors) == ["alice@example.org", "gerda@example.org"]
    deleted = tracker.get_ticket(tickets["deleted"])
    assert (deleted.status, deleted.subject) == ("deleted", "deleted")
    query = " OR ".join(f"id = {tickets[name]}" for name in ("merged", "deleted", "stalled"))
    assert [one.id for one in tracker.search_tickets(query)] == [tickets["stalled"]]


def test_subjects(tracker: Tracker, ids: Ids) -> None:
    subjects = {ids["tickets"][name]: text for name, text in ids["subjects"].items()}
    query = " OR ".join(f"id = {number}" for number in subjects)
    found = tracker.search_tickets(query, fields=["subject"])
    assert {one.id: one.subject for one in found} == subjects


# -- histories --------------------------------------------------------------------------------

#: What users besides root read of the tortures: their rights make no difference to a text.
SOME = ("torture-envelope", "torture-indented", "torture-separators", "torture-blank-end")


def test_contents_that_torture_the_formats(tracker: Tracker, ids: Ids) -> None:
    names = ids["contents"] if tracker.server().user == "root" else SOME
    for name in names:
        text = ids["contents"][name]
        said = list(tracker.get_history(ids["tickets"][name]))
        assert [(one.type, one.content) for one in said] == [
            ("Create", text), ("Comment", text), ("Correspond", text)], name
        for one in said:
            kind = one.type.lower()
            assert one.id == ids["transactions"][f"{name}/{kind}"] and one.html is None


def test_html_and_mail(tracker: Tracker, ids: Ids) -> None:
    def first(name: str) -> Transaction:
        return next(one for one in tracker.get_history(ids["tickets"][name])
                    if one.type == "Create")
    html = first("mail-html")
    assert html.content is None and html.html == (
        "<html><body><h1>Only HTML</h1><p>Second &amp; last</p></body></html>\n")
    both = first("mail-alternative")
    assert both.content == "Hello in plain text\n--\nAlice"
    assert both.html == "<html><body><p>Hello in <b>HTML</b></p></body></html>"
    assert first("mail-windows-1252").content == "Grüße € 100 – “quoted”\n"
    assert first("mail-latin1").content == "Grüße aus Köln\n"
    assert first("html-comment").html == "<p>Hello <b>you</b></p>"
    assert [one.content_type for one in first("mail-forwarded").attachments] == [
        "multipart/mixed", "text/plain", "message/rfc822", "text/plain"]


SET = [("Subject", "history", "history: renamed"), ("Priority", "0", "30"),
       ("TimeWorked", "0", "45"), ("TimeLeft", "0", "15"), ("TimeEstimated", "0", "60")]


def test_a_history_of_every_change(tracker: Tracker, ids: Ids) -> None:
    number = ids["tickets"]["history"]
    history = list(tracker.get_history(number))
    assert history[0].type == "Create" and history[0].creator == "alice"
    assert [one.id for one in history] == sorted(one.id for one in history)
    sets = [(one.field, one.old_value, one.new_value) for one in history if one.type == "Set"]
    assert [each for each in sets if each in SET] == SET
    values = [(one.old_value, one.new_value) for one in history if one.type == "CustomField"]
    assert {(None, "one"), (None, "two, three"), ("one", None), ("first", "second")} <= set(values)
    assert {one.type for one in history} >= {
        "Status", "AddWatcher", "DelWatcher", "CustomField", "AddLink", "DeleteLink", "Comment",
        "Correspond", "Set"}
    timed, = (one for one in history if one.type == "Comment")
    assert (timed.content, timed.time_taken) == ("With time\n", 25)
    said, = (one for one in history if one.type == "Correspond")
    assert (said.content, said.creator) == ("Größe?\n", "gerda")
    assert tracker.get_transaction(said.id, ticket_id=number) == said
    assert list(tracker.get_history(number, types=["Correspond"])) == [said]


def test_a_history_without_contents(tracker: Tracker, ids: Ids) -> None:
    number = ids["tickets"]["dates-all-january"]
    full, short = (list(tracker.get_history(number, content=content)) for content in (True, False))
    assert [one.type for one in short] == ["Create", "Correspond", "Status", "Status"]
    assert [(one.id, one.field, one.new_value, one.created, one.creator) for one in short] == [
        (one.id, one.field, one.new_value, one.created, one.creator) for one in full]
    assert [one.content for one in full] == [
        "About dates-all-january.", "Told in January.\n", None, None]
    assert all(one.content is NOT_LOADED for one in short)


def test_a_transaction_that_is_another_tickets(tracker: Tracker, ids: Ids) -> None:
    number = ids["transactions"]["torture-tabs/comment"]
    assert tracker.get_transaction(number).ticket_id == ids["tickets"]["torture-tabs"]
    with pytest.raises(NotFound):
        tracker.get_transaction(number, ticket_id=ids["tickets"]["timed"])


# -- links ------------------------------------------------------------------------------------

def test_links_of_every_kind(tracker: Tracker, ids: Ids) -> None:
    def link(name: str) -> Link:
        return Link("ticket", ids["tickets"][name])
    found = tracker.get_links(ids["tickets"]["links"])
    assert found == Links(
        depends_on=(link("link-depends-on"),), depended_on_by=(link("link-depended-on-by"),),
        refers_to=(link("resolved"), link("link-refers-to"),
                   Link("url", url="http://example.net/plain"),
                   Link("url", url="https://example.com/a?b=c,d&e=f#g")),
        referred_to_by=(link("link-referred-to-by"), link("history")),
        member_of=(link("link-member-of"),), members=(link("link-member"),))
    assert tracker.get_links(ids["tickets"]["timed"]) == Links()


# -- attachments ------------------------------------------------------------------------------

def test_files_are_listed(tracker: Tracker, ids: Ids) -> None:
    listed = {one.id: one for one in tracker.get_attachments(ids["tickets"]["files"])}
    for name, facts in ids["files"].items():
        found = listed[ids["attachments"][name]]
        assert (found.filename, found.content_type) == (facts["filename"], facts["type"]), name
        assert found.ticket_id == ids["tickets"]["files"]


def test_files_are_read_to_the_byte(tracker: Tracker, ids: Ids, tmp_path: Path) -> None:
    number = ids["tickets"]["files"]
    for name, facts in ids["files"].items():
        if "base64" not in facts:
            continue  # a megabyte of noise is no recording
        stored = base64.b64decode(facts["base64"])
        attachment = ids["attachments"][name]
        assert tracker.read_attachment(attachment) == stored, name
    target = tmp_path / "dot.png"
    size = tracker.save_attachment(ids["attachments"]["png"], target, ticket_id=number)
    assert size == ids["files"]["png"]["size"]
    assert hashlib.sha256(target.read_bytes()).hexdigest() == ids["files"]["png"]["sha256"]


def test_one_attachment_with_its_headers(tracker: Tracker, ids: Ids) -> None:
    number = ids["attachments"]["windows-1252"]
    found = tracker.get_attachment(number, ticket_id=ids["tickets"]["files"])
    headers = {name.lower(): value for name, value in found.headers}
    assert headers["x-rt-original-encoding"] == "cp1252"  # Perl's name of windows-1252
    assert headers["content-disposition"].startswith("attachment")
    assert found.transaction_id == ids["transactions"]["files/windows-1252"]
    assert found.filename == "old.txt"
    with pytest.raises(NotFound):
        tracker.get_attachment(number, ticket_id=ids["tickets"]["timed"])


# -- searches ---------------------------------------------------------------------------------

def test_searches_over_several_pages(tracker: Tracker, ids: Ids) -> None:
    paging = [ids["tickets"][f"paging {number}"] for number in range(1, 106)]
    query = f"Queue = 'Second Queue' AND id >= {paging[0]} AND id <= {paging[-1]}"
    assert [one.id for one in tracker.search_tickets(query, fields=())] == paging
    found = list(tracker.search_tickets(f"{query} AND id > {paging[94]}", order="-id",
                                        fields=["subject", "priority"]))
    assert [one.id for one in found] == paging[:94:-1]
    assert found[0].subject == "paging 105" and found[0].priority == 5
    assert found[0].owner is NOT_LOADED
    number = ids["tickets"]["timed"]
    whole, = tracker.search_tickets(f"id = {number}")
    assert whole == tracker.get_ticket(number) and whole.custom_fields["Single"] == ()


def test_searches_that_find_nothing_or_are_none(tracker: Tracker) -> None:
    assert list(tracker.search_tickets("Subject = 'there is no such ticket'")) == []
    with pytest.raises(InvalidQuery):
        list(tracker.search_tickets("Subject LIKE"))


# -- queues and users -------------------------------------------------------------------------

def test_queues(tracker: Tracker, ids: Ids) -> None:
    names = {one.name for one in tracker.get_queues()}
    assert names >= {"General", "Second Queue"}
    assert ("Hidden" in names) == (tracker.server().user == "root")
    second = tracker.get_queue("Second Queue")
    assert (second.id, second.description) == (ids["queues"]["Second Queue"],
                                               "A name with a space")
    assert second.correspond_address == "second@example.org"
    assert second.comment_address == "second-comment@example.org"
    assert tracker.get_queue(second.id) == second


def test_users(tracker: Tracker, ids: Ids) -> None:
    me = tracker.whoami()
    assert (me.name, me.id) == (tracker.server().user, ids["users"][me.name])
    assert tracker.get_user(me.name) == me
    uwe = tracker.get_user("uwe")
    assert (uwe.id, uwe.email, uwe.real_name) == (ids["users"]["uwe"], "uwe@example.org",
                                                  "Uwe Unprivileged")


# -- refusals ---------------------------------------------------------------------------------

def test_what_one_may_not_see_and_what_is_not_there(tracker: Tracker, ids: Ids) -> None:
    hidden = ids["tickets"]["hidden"]
    if tracker.server().user == "root":
        assert tracker.get_ticket(hidden).subject == "hidden"
    else:
        with pytest.raises(PermissionDenied):
            tracker.get_ticket(hidden)
        with pytest.raises(PermissionDenied):
            tracker.get_links(hidden)
        if tracker.server().user == "gerda":  # REST 1.0 crashes, in 56 kB: once is enough
            with pytest.raises(PermissionDenied):
                tracker.get_history(hidden)
    for act in (tracker.get_ticket, tracker.get_history, tracker.get_attachments,
                tracker.get_links, tracker.get_transaction, tracker.get_attachment,
                tracker.read_attachment):
        with pytest.raises(NotFound):
            act(99999999)
    with pytest.raises(NotFound):
        tracker.get_queue("No such queue")
    with pytest.raises(NotFound):
        tracker.get_user("no-such-user")
