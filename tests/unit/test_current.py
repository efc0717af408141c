"""Whether a record is current: by its ETag, by its last change, by reading it."""
from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timezone
from typing import Any, List, Tuple, cast, get_args

import pytest

from rtcompat.conflicts import unchanged
from rtcompat.errors import NotFound, ProtocolError, Unsupported, UsageError
from rtcompat.exchange import run
from rtcompat.model import (NOT_LOADED, Article, Asset, Catalog, CustomField, CustomRole, Group,
                            Queue, Record, Ticket, User, Watcher)
from tests.unit.rest1_script import Script as Script1
from tests.unit.rest1_script import answer as said
from tests.unit.rest1_script import client, ok
from tests.unit.rest2_script import Said, Script, answer, page, rest2

RAW = {"id": 5, "Name": "staff", "Description": "who works", "Domain": "UserDefined",
       "Instance": "", "Disabled": "0", "CustomFields": []}
TAGGED: Tuple[Tuple[str, Record], ...] = (
    ("ticket", Ticket(5, etag="40")), ("user", User(5, etag="40")), ("queue", Queue(5, etag="40")),
    ("group", Group(5, etag="40")), ("catalog", Catalog(5, etag="40")))
BARE = {User: ("user", "get_user"), Queue: ("queue", "get_queue"), Group: ("group", "get_group"),
        Catalog: ("catalog", "get_catalog")}


def empty(status: int) -> Said:
    return answer(content=b"", status=status)


@pytest.mark.parametrize("name, record", TAGGED, ids=[name for name, _ in TAGGED])
def test_an_etag_is_asked_by_a_request_without_a_body(name: str, record: Record) -> None:
    for status, current in ((304, True), (200, False), (403, False), (404, False)):
        server = Script({f"HEAD {name}/5": [empty(status)]})
        assert server.run(rest2().is_current(record)) is current
        assert [one.headers for one in server.asked] == [(("If-None-Match", '"40"'),)]


def test_an_answer_that_is_not_rts_is_no_answer() -> None:
    with pytest.raises(ProtocolError):
        Script({"HEAD group/5": [empty(418)]}).run(rest2().is_current(Group(5, etag="40")))


@pytest.mark.parametrize("kind", BARE, ids=lambda kind: str(kind.__name__))
def test_a_record_that_is_read_by_itself_carries_a_number_alone(kind: Any) -> None:
    name, operation = BARE[kind]
    for tag, wanted in (('"40"', "40"), ('"1970-01-01T00:00:00Z"', NOT_LOADED),
                        ('"2026-11-22T05:42:40Z"', NOT_LOADED), ("", NOT_LOADED)):
        server = Script({f"GET {name}/5": [answer(RAW, etag=tag)]})
        found = server.run(getattr(rest2(), operation)(5))
        assert found.etag == wanted and found == replace(found, etag="7")


def test_a_group_of_a_list_carries_none_and_is_read() -> None:
    server = Script({"POST groups": [page([RAW])], "GET group/5": [answer(RAW, etag='"40"')]})
    found, = server.run(rest2().search_groups()).items
    assert found.etag is NOT_LOADED
    assert server.run(rest2().is_current(found)) is True
    assert server.run(rest2().is_current(replace(found, description="before"))) is False
    assert server.lines == ["POST groups", "GET group/5", "GET group/5"]


@pytest.mark.parametrize("status", [403, 404])
def test_what_is_gone_is_not_current(status: int) -> None:
    server = Script({"GET customrole/5": [answer({"message": "No"}, status)]})
    assert server.run(rest2().is_current(CustomRole(5, "a", max_values=1))) is False


def test_before_5_0_3_an_etag_may_be_newer_than_what_came_with_it() -> None:
    server = Script({"GET group/5": [answer(RAW, etag='"40"')], "POST tickets": [page([])]})
    old = rest2(version="5.0.2")
    held = server.run(old.get_group(5))
    assert server.run(old.is_current(replace(held, description="before"))) is False
    assert server.run(old.is_current(held)) is True
    assert server.run(old.is_current(Ticket(5, etag="40"))) is False
    assert server.lines == ["GET group/5"] * 3 + ["POST tickets"]


def test_an_asset_is_always_read() -> None:
    item = {"id": "5", "Name": "a", "Description": "", "Status": "new", "CustomFields": []}
    server = Script({"POST assets": [page([item])]})
    found = server.run(rest2().get_asset(5))
    assert not hasattr(found, "etag")
    assert server.run(rest2().is_current(found)) is True
    assert server.run(rest2().is_current(replace(found, status="in-use"))) is False
    assert server.lines == ["POST assets"] * 3


def test_a_user_of_whom_we_see_a_summary_is_read_by_name() -> None:
    told = {"RealName": "Root", "_hyperlinks": [{"ref": "self", "type": "user", "id": 5}]}
    server = Script({"GET user/root": [answer(told, etag='"1970-01-01T00:00:00Z"'),
                                       answer(told), answer({"message": "No"}, 404)]})
    found = server.run(rest2().get_user("root"))
    assert (found.id, found.name, found.etag) == (5, "root", NOT_LOADED)
    assert server.run(rest2().is_current(found)) is True
    assert server.run(rest2().is_current(found)) is False


def test_what_is_no_record_that_was_read_is_refused_before_it_is_sent() -> None:
    bad: List[Any] = [7, None, "a", Ticket(7), User(7), Ticket(7, subject="x"), Asset(7),
                      CustomField(cast(int, NOT_LOADED), "a")]
    for operations in (rest2(), client()):
        for one in bad:
            with pytest.raises(UsageError) as caught:
                run(operations.is_current(one), Script({}))
            assert caught.value.argument == "record"
            if one == Ticket(7, subject="x"):
                assert "the Ticket 7 was read with neither last_updated" in str(caught.value)


def test_every_record_that_carries_an_etag_is_asked_by_it() -> None:
    having = {kind for kind in get_args(Record) if "etag" in {one.name for one in fields(kind)}}
    assert having == {type(record) for _, record in TAGGED}


# -- REST 1.0 -------------------------------------------------------------------------------------

GROUP = ok(id_="group/5", Name="staff", Description="who works", Disabled="0")


def test_over_rest1_a_group_is_read() -> None:
    script = Script1(GROUP, GROUP, GROUP, said("# Group 5 does not exist.\n"))
    found = run(client().get_group(5), script.send)
    assert found.etag is NOT_LOADED
    assert run(client().is_current(found), script.send) is True
    assert run(client().is_current(replace(found, name="before")), script.send) is False
    with pytest.raises(NotFound):
        run(client().get_group(5), Script1(said("# Group 5 does not exist.\n")).send)
    assert run(client().is_current(found), script.send) is False
    assert len(script.asked) == 4


def test_over_rest1_a_ticket_that_holds_only_an_etag_is_not_current() -> None:
    script = Script1(said("id: ticket/7\nLastUpdated: Mon Jul 01 10:00:00 2024\n"))
    assert run(client().is_current(Ticket(7, etag="40")), script.send) is False


def test_over_rest1_what_it_does_not_know_is_unsupported() -> None:
    moment = datetime(2031, 1, 1, tzinfo=timezone.utc)
    for one in (Asset(5, name="a"), Article(5, last_updated=moment), CustomField(5, "a"),
                CustomRole(5, "a")):
        with pytest.raises(Unsupported) as caught:
            run(client().is_current(one), Script({}))
        assert caught.value.protocol == "rest1" and "REST2" in str(caught.value)


# -- what the last change does not tell ----------------------------------------------------------

MOMENT = datetime(2031, 1, 1, 10, tzinfo=timezone.utc)
HELD = Ticket(5, queue="Desk", owner="gerda", creator="uwe", last_updated=MOMENT,
              last_updated_by="root")
RENAMED: Tuple[Any, ...] = ({}, {"queue": "Office"}, {"owner": "greta"}, {"creator": "ulf"},
                            {"last_updated_by": "wheel"})


def item(ticket: Ticket) -> Any:
    return {"id": str(ticket.id), "type": "ticket", "Queue": {"id": "3", "Name": ticket.queue},
            "Owner": {"id": ticket.owner, "type": "user"}, "LastUpdated": "2031-01-01T10:00:00Z",
            "LastUpdatedBy": {"id": ticket.last_updated_by, "type": "user"},
            "Creator": {"id": ticket.creator, "type": "user"}}


@pytest.mark.parametrize("change", RENAMED, ids=lambda change: "".join(change) or "none")
def test_a_renamed_queue_or_login_changes_a_ticket_in_the_same_request(change: Any) -> None:
    server = Script({"POST tickets": [page([item(replace(HELD, **change))])]})
    assert server.run(rest2().is_current(HELD)) is (not change)
    assert len(server.lines) == 1


@pytest.mark.parametrize("change", RENAMED[:-1], ids=lambda change: "".join(change) or "none")
def test_over_rest1_a_renamed_queue_or_login_changes_a_ticket_too(change: Any) -> None:
    now = replace(HELD, **change)
    script = Script1(said(f"id: ticket/5\nQueue: {now.queue}\nOwner: {now.owner}\n"
                          f"Creator: {now.creator}\nLastUpdated: Wed Jan 01 10:00:00 2031\n"))
    assert run(client().is_current(HELD), script.send) is (not change)
    assert len(script.asked) == 1


def test_what_is_not_told_of_a_ticket_is_not_compared() -> None:
    bare = Ticket(5, last_updated=MOMENT)
    server = Script({"POST tickets": [page([item(HELD)])]})
    assert server.run(rest2().is_current(bare)) is True


# -- people who watch ----------------------------------------------------------------------------

STAFF = Watcher(None, name="staff", kind="group", id=40)


@pytest.mark.parametrize("now, same", [
    ((STAFF,), True), ((Watcher(None, name="desk", kind="group", id=41),), False),
    ((Watcher(None, name="staff", id=40),), False), ((STAFF, STAFF), False), ((), False),
    ((Watcher(None),), True), ((Watcher("staff@example.org"),), False)])
def test_watchers_without_an_address_are_compared_by_kind_and_number(
        now: Tuple[Watcher, ...], same: bool) -> None:
    assert unchanged(Asset(5, held_by=(STAFF,)), Asset(5, held_by=now)) is same
    assert unchanged(Asset(5, held_by=now), Asset(5, held_by=(STAFF,))) is same


def test_watchers_are_compared_in_any_order() -> None:
    uwe = Watcher(None, name="uwe", id=27)
    assert unchanged(Queue(5, cc=(uwe, STAFF)), Queue(5, cc=(STAFF, uwe)))
    assert not unchanged(Queue(5, cc=(uwe, uwe)), Queue(5, cc=(STAFF, uwe)))
    gerda = Watcher("gerda@example.org", name="gerda", id=28)
    assert unchanged(Queue(5, cc=(gerda, uwe)), Queue(5, cc=(uwe, Watcher("gerda@example.org"))))
    assert not unchanged(Queue(5, cc=(gerda,)),
                         Queue(5, cc=(Watcher("gerda@example.org", name="other", id=29),)))


def test_an_asset_whose_group_was_exchanged_is_not_current() -> None:
    def told(number: int, name: str) -> Any:
        return {"id": "5", "Name": "a", "Description": "", "Status": "new", "CustomFields": [],
                "HeldBy": [{"id": number, "type": "group", "Name": name}]}
    server = Script({"POST assets": [page([told(40, "staff")]), page([told(40, "staff")]),
                                     page([told(41, "desk")])]})
    found = server.run(rest2().get_asset(5))
    assert found.held_by == (Watcher(None),) and found.held_by[0].id == 40
    assert server.run(rest2().is_current(found)) is True
    assert server.run(rest2().is_current(found)) is False
