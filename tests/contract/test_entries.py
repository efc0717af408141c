"""Searches of transactions and attachments: exactly the rows that match, each once."""
from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, List, Tuple

import pytest

from rtcompat import (NOT_LOADED, Condition, InvalidQuery, NewAttachment, NotFound, Unsupported,
                      UsageError, ticketsql, where)
from rtcompat.tracker import Tracker
from tests.connections import Connections
from tests.contract.matrix import surface

pytestmark = pytest.mark.live


@pytest.mark.parametrize("name, protocol", surface("rest2"))
def test_transactions_are_those_of_the_history(name: str, protocol: str,
                                               connections: Connections) -> None:
    for user in ("root", "alice"):
        tracker = connections.tracker(name, user, protocol)
        tickets = connections.server(name).ids["tickets"]
        number = tickets["plain"]
        history = list(tracker.get_history(number, content=False))
        assert history
        ours = where("ticket_id", "=", number)
        assert list(tracker.search_transactions([ours])) == history
        assert list(tracker.search_transactions([ours], order="-id")) == history[::-1]
        assert list(tracker.search_transactions(
            query=ticketsql("ObjectId = {}", number))) == history
        every: Tuple[Tuple[List[Condition], Callable[[Any], bool]], ...] = (
                ([where("type", "IN", ["Create", "Comment"])],
                 lambda one: one.type in ("Create", "Comment")),
                ([where("type", "!=", "Create"), where("type", "!=", "Comment")],
                 lambda one: one.type not in ("Create", "Comment")),
                ([where("creator", "=", "alice")], lambda one: one.creator == "alice"),
                ([where("creator", "NOT IN", ["ALICE"])], lambda one: one.creator != "alice"),
                ([where("field", "IS NULL")], lambda one: one.field is None),
                ([where("old_value", "IS NOT NULL")], lambda one: one.old_value is not None),
                ([where("created", "<=", history[0].created)],
                 lambda one: one.created <= history[0].created),
                ([where("id", ">", history[0].id)], lambda one: one.id > history[0].id))
        for conditions, fits in every:
            given = [ours, *conditions]
            assert list(tracker.search_transactions(given)) == [
                one for one in history if fits(one)], conditions


@pytest.mark.parametrize("name, protocol", surface("rest2"))
def test_every_page_comes_once(name: str, protocol: str, connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", protocol)
    last = connections.server(name).ids["tickets"]["plain"] + 60
    few = [where("ticket_id", "<", last)]
    found = list(tracker.search_transactions(few))
    assert len(found) > 100 and {one.ticket_id < last for one in found} == {True}
    assert [one.id for one in found] == sorted({one.id for one in found})
    by_query = list(tracker.search_transactions(query=ticketsql("ObjectId < {}", last)))
    assert by_query == found
    backwards = list(tracker.search_transactions(few, order="-created"))
    assert sorted(one.id for one in backwards) == [one.id for one in found]
    times = [one.created for one in backwards]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("name, protocol", surface("rest2"))
def test_attachments_are_those_of_get_attachment(name: str, protocol: str,
                                                 connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", protocol)
    number = tracker.create_ticket("General", subject="parts", content="Text.\n", attachments=[
        NewAttachment("q'uote.txt", b"one", "text/plain"),
        NewAttachment("b.bin", b"\0\1", "application/octet-stream")]).id
    assert number
    listed = tracker.get_attachments(number)
    whole = [tracker.get_attachment(one.id) for one in listed]
    transactions = {one.transaction_id for one in listed}
    ours = where("transaction_id", "IN", transactions)
    bare = [replace(one, parent_id=NOT_LOADED) for one in whole]
    assert list(tracker.search_attachments([ours])) == bare
    parts: Tuple[Tuple[Condition, Callable[[Any], bool]], ...] = (
            (where("filename", "=", "q'uote.txt"), lambda one: one.filename == "q'uote.txt"),
            (where("filename", "ENDSWITH", ".bin"),
             lambda one: (one.filename or "").endswith(".bin")),
            (where("filename", "IS NULL"), lambda one: one.filename is None),
            (where("parent_id", "IS NULL"), lambda one: one.parent_id is None),
            (where("parent_id", "IS NOT NULL"), lambda one: one.parent_id is not None),
            (where("subject", "IS NULL"), lambda one: one.subject is None),
            (where("subject", "IS NOT NULL"), lambda one: one.subject is not None),
            (where("content_type", "LIKE", "text/"), lambda one: "text/" in one.content_type),
            (where("creator", "=", "alice"), lambda one: one.creator == "alice"))
    for condition, fits in parts:
        assert list(tracker.search_attachments([ours, condition])) == [
            replace(one, parent_id=NOT_LOADED) for one in whole if fits(one)], condition


def refused(tracker: Tracker) -> None:
    for wrong in ([where("size", ">", 1)], [where("ObjectType", "=", "RT::User")]):
        with pytest.raises(UsageError):
            tracker.search_transactions(wrong)
    with pytest.raises(UsageError):
        tracker.search_attachments([where("CustomField.{Severity}", "=", "x")])
    with pytest.raises(UsageError, match="conditions or a query"):
        tracker.search_transactions([where("id", "=", 1)], query="id = 1")
    with pytest.raises(UsageError):
        tracker.search_transactions(query=" ")
    with pytest.raises(UsageError):
        tracker.search_transactions([where("field", "IS NULL"), where("field", "!=", "x")])
    for missing in (where("creator", "=", "no such user"),
                    where("CustomField.{No such field}", "=", "x")):
        with pytest.raises(NotFound):
            tracker.search_transactions([where("id", "<", 100), missing])
    with pytest.raises(InvalidQuery):
        tracker.search_transactions(query="Nope = 1")


@pytest.mark.parametrize("name, protocol", surface("rest2"))
def test_what_would_find_everything_is_refused(name: str, protocol: str,
                                               connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", protocol)
    refused(tracker)
    nora = connections.tracker(name, "nora", protocol)
    number = connections.server(name).ids["tickets"]["plain"]
    assert list(nora.search_transactions([where("ticket_id", "=", number)])) == []
    assert list(nora.search_transactions(query=f"ObjectId = {number}")) == []
    later = datetime.now(timezone.utc) + timedelta(days=1)
    assert list(tracker.search_transactions(
        query=ticketsql("Created > {}", later.replace(microsecond=0)))) == []
    # records of other kinds have transactions, too
    root = connections.tracker(name, "root", protocol)
    early = [where("id", "<", 300), where("type", "=", "Create")]
    for made in (list(root.search_transactions(early)),
                 list(root.search_transactions(query="id < 300 AND Type = 'Create'"))):
        assert len(made) > 3
        for one in made[:4]:  # a user's would be none of the ticket with its number
            assert one in root.get_history(one.ticket_id, content=False, types=["Create"])


@pytest.mark.parametrize("name, protocol", surface("rest1"))
def test_rest1_says_that_it_cannot(name: str, protocol: str, connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", protocol)
    with pytest.raises(Unsupported, match="REST2"):
        tracker.search_transactions([where("id", "=", 1)])
    with pytest.raises(Unsupported, match="REST2"):
        tracker.search_attachments([where("id", "=", 1)])
