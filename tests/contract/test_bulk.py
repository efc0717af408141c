"""Many tickets at once: each item as by the single operation, and nothing done twice."""
from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, cast

import pytest

from rtcompat import (InvalidValue, NewAttachment, NotFound, OutcomeUnknown, PermissionDenied,
                      RTError, UsageError, connect)
from rtcompat.model import NewMessage, NewTicket, Outcome, TicketChange
from rtcompat.tracker import Tracker
from tests.connect.stage import Asked, Said
from tests.connections import Connections
from tests.contract.between import CRASHED, DROPPED, Between, bulk, forms
from tests.contract.matrix import both, surface
from tests.request_counts import sent

pytestmark = pytest.mark.live
MISSING = 99999999


def made(tracker: Tracker, count: int, word: str = "bulk") -> List[int]:
    """New tickets with a text each."""
    created = tracker.create_tickets([NewTicket("General", subject=f"{word} {number}",
                                                content=f"Text {number}\n")
                                      for number in range(count)], read_back=False)
    assert all(one.ok for one in created)
    return [one.get().id or 0 for one in created]


def unique(tracker: Tracker) -> str:
    """A subject that no ticket has."""
    return f"bulk {made(tracker, 1)[0]} {time.time():.3f}"


def kinds(outcomes: Sequence[Outcome[Any]]) -> List[str]:
    """The errors' classes; "" for an item that went well."""
    return ["" if one.ok else type(one.error).__name__ for one in outcomes]


def raised(act: Callable[[], Any]) -> str:
    """The class of the error that a single operation raises, "" for none."""
    try:
        act()
    except RTError as error:
        return type(error).__name__
    return ""


def sets(tracker: Tracker, subjects: Dict[int, str]) -> List[int]:
    """How often each ticket's subject was set to this one."""
    return [len([one for one in history.get() if one.new_value == subjects[history.id or 0]
                 and (one.type, one.field) == ("Set", "Subject")])
            for history in tracker.get_histories(list(subjects), content=False)]


def said(tracker: Tracker, *numbers: int) -> List[List[str]]:
    """The comments on tickets."""
    return [[one.content or "" for one in history.get() if one.type == "Comment"]
            for history in tracker.get_histories(numbers)]


# -- every item as alone --------------------------------------------------------------------------

SEEDS = ("plain", "merged", "survivor", "deleted", "hidden", "fields", "groupwatch",
         "html-comment", "mail-alternative", "files", "torture-dashes", "torture-header",
         "torture-envelope", "torture-separators", "subject-dashes", "subject-envelope")


@pytest.mark.parametrize("name, protocol", surface())
def test_tickets_and_histories_are_those_of_the_single_operations(
        name: str, protocol: str, connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", protocol)
    numbers = [connections.server(name).ids["tickets"][seed] for seed in SEEDS]
    numbers += [MISSING, numbers[0]]
    tickets = list(tracker.get_tickets(iter(numbers)))
    histories = list(tracker.get_histories(iter(numbers)))
    assert [one.id for one in tickets] == [one.id for one in histories] == numbers
    for number, ticket, history in zip(numbers, tickets, histories):
        if ticket.ok:
            single = tracker.get_ticket(number)
            assert ticket.get() == single and ticket.get().asked_id == single.asked_id == number
            assert history.get() == tuple(tracker.get_history(number)), number
        else:
            for kept, act in ((ticket, tracker.get_ticket), (history, tracker.get_history)):
                expected = kinds([kept])[0]
                assert raised(lambda: act(number)) == raised(kept.get) == expected
    assert [kind for kind in kinds(tickets) if kind] == ["PermissionDenied", "NotFound"]
    without = next(tracker.get_histories([numbers[0]], content=False)).get()
    assert without == tuple(tracker.get_history(numbers[0], content=False))


@pytest.mark.parametrize("name, protocol", surface())
@pytest.mark.parametrize("read_back", [True, False])
def test_of_two_changes_of_one_merged_ticket_the_later_counts(
        name: str, protocol: str, read_back: bool, connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", protocol)
    first, second, other = made(tracker, 3)
    tracker.merge_ticket(first, second)
    for order in ((first, other, second), (second, first, other)):
        tracker.edit_ticket(second, priority=5)
        changes = [TicketChange(number, priority=10 + place) for place, number in enumerate(order)]
        outcomes = tracker.edit_tickets(changes, read_back=read_back)
        assert [one.id for one in outcomes] == list(order)
        last = max(place for place, number in enumerate(order) if number != other)
        assert tracker.get_ticket(first).priority == 10 + last
        for place, outcome in enumerate(outcomes if read_back else ()):
            if order[place] == other or place == last:
                assert outcome.get().changed == ("priority",)
            else:
                assert outcome.get().altered == {"priority": 10 + last}


@pytest.mark.parametrize("name, protocol", surface())
def test_edits_are_those_of_the_single_operation(name: str, protocol: str,
                                                 connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", protocol)
    numbers = made(tracker, 8)
    tracker.merge_ticket(numbers[5], numbers[6])
    hidden = connections.server(name).ids["tickets"]["hidden"]
    changes = [
        TicketChange(numbers[0], subject="ünder -- \\ 'q'", priority=7, time_worked=3),
        TicketChange(numbers[1], status="nonsense", priority=7),
        TicketChange(MISSING, subject="x"), TicketChange(hidden, subject="x"),
        TicketChange(numbers[2], status="deleted"),
        TicketChange(numbers[3], custom_fields={"Severity": "High", "Tags": ["a", "b, c"],
                                                "Window Start": "2031-07-15 22:30:00"}),
        TicketChange(numbers[4], custom_fields={"No such field": "x"}),
        TicketChange(numbers[5], subject="merged"),
        TicketChange(numbers[7], owner="nobody-of-this-name")]
    outcomes = tracker.edit_tickets(changes)
    assert kinds(outcomes) == ["", "InvalidValue", "NotFound", "PermissionDenied", "", "",
                               "InvalidValue", "", "InvalidValue"]
    assert set(outcomes[0].get().changed) == {"subject", "priority", "time_worked"}
    partly = outcomes[1].error
    assert isinstance(partly, InvalidValue) and partly.receipt is not None
    assert (partly.receipt.changed, partly.receipt.refused) == (("priority",), ("status",))
    assert partly.receipt.messages and partly.server and "REST/" in str(partly.request)
    assert len(outcomes[5].get().changed) == 3 and outcomes[4].get().changed == ("status",)
    assert [one.id for one in outcomes] == [one.ticket_id for one in changes]
    assert tracker.get_ticket(numbers[0]).subject == "ünder -- \\ 'q'"
    assert tracker.get_ticket(numbers[6]).subject == "merged"
    again = tracker.edit_tickets([*changes[:2], changes[5]])
    assert set(again[0].get().unchanged) == {"subject", "priority", "time_worked"}
    assert again[1].error is not None and len(again[2].get().unchanged) == 3
    with sent() as lines:
        blind = tracker.edit_tickets(
            TicketChange(0, subject="blind").for_each([numbers[0], MISSING, numbers[1]]),
            read_back=False)
    assert kinds(blind) == ["", "NotFound", ""] and len(lines) <= 2
    assert blind[0].get().unverified == ("subject",)
    assert [one.get().subject for one in tracker.get_tickets(numbers[:2])] == ["blind"] * 2


@pytest.mark.parametrize("name, protocol", surface())
def test_creations_are_those_of_the_single_operation(name: str, protocol: str,
                                                     connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", protocol)
    tickets = [
        NewTicket("General", subject="first ü", content="Text\n\nmore\n", priority=3,
                  cc=["gerda@example.org"], custom_fields={"Tags": ["a", "b"]}),
        NewTicket("General", subject="bad", status="nonsense"),
        NewTicket("No such queue", subject="x"),
        NewTicket("General", subject="no such field", custom_fields={"No such field": "x"}),
        NewTicket("General", subject="no owner", owner="nobody-of-this-name"),
        NewTicket("General", subject="files", attachments=[NewAttachment("a.txt", b"text\n")]),
        NewTicket("General", subject="<p>", content="<p>Text</p>", content_type="text/html")]
    outcomes = tracker.create_tickets(tickets)
    singles = [raised(lambda: tracker.create_ticket(
        one.queue, subject=one.subject, status=one.status, custom_fields=one.custom_fields,
        owner=one.owner)) for one in tickets[1:5]]
    assert kinds(outcomes) == ["", *singles, "", ""] and all(singles)
    first = tracker.get_ticket(outcomes[0].get().id or 0)
    assert (first.subject, first.priority, first.custom_fields["Tags"]) == (
        "first ü", 3, ("a", "b"))
    assert [who.email for who in first.cc] == ["gerda@example.org"]
    assert set(outcomes[0].get().changed) == {"queue", "subject", "priority", "cc",
                                              "custom_fields[Tags]"}
    opened = next(tracker.get_history(first.id))
    assert opened.content == "Text\n\nmore\n"
    assert tracker.get_attachments(outcomes[5].id or 0)[-1].filename == "a.txt"
    # It was created all the same, as the single operation says.
    problem = outcomes[4].error
    assert isinstance(problem, InvalidValue) and problem.receipt is not None
    assert problem.receipt.id and tracker.get_ticket(problem.receipt.id).owner == "Nobody"


@pytest.mark.parametrize("name, protocol", surface())
def test_messages_are_those_of_the_single_operation(name: str, protocol: str,
                                                    connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", protocol)
    numbers = made(tracker, 4)
    hidden = connections.server(name).ids["tickets"]["hidden"]
    outcomes = tracker.comment_on_tickets([
        NewMessage(numbers[0], "one\n", time_worked=3), NewMessage(numbers[0], "two\n"),
        NewMessage(MISSING, "x"), NewMessage(hidden, "x"),
        NewMessage(numbers[1], "with a status\n", status="stalled"),
        NewMessage(numbers[2], "refused status\n", status="nonsense"),
        NewMessage(numbers[3], "<b>x</b>", content_type="text/html",
                   attachments=[NewAttachment("ü.txt", b"text\n")])])
    assert kinds(outcomes) == ["", "", "NotFound", "PermissionDenied", "", "InvalidValue", ""]
    assert said(tracker, numbers[0], numbers[2]) == [["one\n", "two\n"], ["refused status\n"]]
    assert tracker.get_ticket(numbers[0]).time_worked == 3
    assert outcomes[4].get().changed == ("status",)
    if protocol == "rest2":
        for outcome, text in zip(outcomes[:2], ("one\n", "two\n")):
            found = tracker.get_transaction(outcome.get().transaction_id or 0)
            assert (found.ticket_id, found.content) == (numbers[0], text)
        tracker.merge_ticket(numbers[3], numbers[1])
        merged = tracker.comment_on_tickets(
            NewMessage(0, "on\n").for_each([numbers[3], numbers[0]]))
        assert [tracker.get_transaction(one.get().transaction_id or 0).ticket_id
                for one in merged] == [numbers[1], numbers[0]]
    replied = tracker.reply_to_tickets(NewMessage(0, "Done.\n").for_each(numbers[:3]))
    assert kinds(replied) == ["", "", ""]
    for history in tracker.get_histories(numbers[:3]):
        assert [one.content for one in history.get() if one.type == "Correspond"] == ["Done.\n"]


@pytest.mark.parametrize("name", both()[:1])
def test_the_protocols_agree(name: str, connections: Connections) -> None:
    first, second = (connections.tracker(name, "alice", protocol)
                     for protocol in ("rest1", "rest2"))
    numbers = made(second, 3)
    second.comment_on_tickets(NewMessage(0, "Hello\n").for_each(numbers))
    over1 = first.edit_tickets(TicketChange(0, priority=5).for_each(numbers))
    over2 = second.edit_tickets(TicketChange(0, priority=6).for_each(numbers))
    assert [one.get().changed for one in over1] == [one.get().changed for one in over2]
    tickets = [[one.get() for one in tracker.get_tickets(numbers)] for tracker in (first, second)]
    assert [(one.id, one.subject, one.priority, one.created) for one in tickets[0]] == [
        (one.id, one.subject, one.priority, one.created) for one in tickets[1]]
    # REST 1.0 prints sizes rounded.
    histories = [[[replace(each, attachments=tuple(replace(part, size=None)
                                                   for part in each.attachments))
                   for each in one.get()] for one in tracker.get_histories(numbers)]
                 for tracker in (first, second)]
    assert histories[0] == histories[1] and len(histories[0][0]) == 4


@pytest.mark.parametrize("name, protocol", surface())
def test_who_may_not_is_told_so_item_by_item(name: str, protocol: str,
                                             connections: Connections) -> None:
    nora = connections.tracker(name, "nora", protocol)
    ids = connections.server(name).ids["tickets"]
    numbers = [ids["plain"], ids["open"]]
    for outcomes in (nora.get_tickets(numbers), nora.get_histories(numbers),
                     nora.edit_tickets(TicketChange(0, subject="x").for_each(numbers)),
                     nora.comment_on_tickets(NewMessage(0, "x").for_each(numbers)),
                     nora.reply_to_tickets(NewMessage(0, "x").for_each(numbers)),
                     nora.create_tickets([NewTicket("General", subject="x")] * 2)):
        assert kinds(list(outcomes)) == ["PermissionDenied"] * 2


@pytest.mark.parametrize("name, protocol", surface())
def test_what_cannot_be_right_is_named_and_nothing_is_sent(name: str, protocol: str,
                                                           connections: Connections) -> None:
    tracker = connections.tracker(name, "alice", protocol)
    good = TicketChange(1, subject="x")
    with sent() as lines:
        for act, where in (
                (lambda: tracker.edit_tickets([good, TicketChange(2, subject="a\nb")]),
                 "changes[1].subject"),
                (lambda: tracker.edit_tickets([good, TicketChange(2)]), "changes[1]"),
                (lambda: tracker.edit_tickets([good, good]), "changes[1].ticket_id"),
                (lambda: tracker.edit_tickets([TicketChange(0, subject="x")]),
                 "changes[0].ticket_id"),
                (lambda: tracker.create_tickets([NewTicket("General", content="0")]),
                 "tickets[0].content"),
                (lambda: tracker.comment_on_tickets([NewMessage(1, "x"), NewMessage(2)]),
                 "messages[1].content"),
                (lambda: tracker.edit_tickets([good, cast(Any, 7)]), "changes[1]"),
                (lambda: tracker.get_tickets([1, 0]), "ticket_ids")):
            with pytest.raises(UsageError) as caught:
                act()
            assert caught.value.argument == where
        assert tracker.edit_tickets([]) == tracker.create_tickets([]) == ()
        assert tracker.reply_to_tickets([]) == () and list(tracker.get_tickets([])) == []
        assert list(tracker.get_histories([])) == []
    assert lines == []


def test_an_item_that_one_protocol_alone_carries_takes_all_with_it(
        connections: Connections) -> None:
    tracker = connections.tracker("5.0.3", "alice", "auto")
    numbers = made(tracker, 2)
    done = tracker.comment_on_tickets([NewMessage(numbers[0], "x"),
                                       NewMessage(numbers[1], "y", cc=["gerda@example.org"])])
    assert [one.get().via for one in done] == ["rest1", "rest1"]


# -- RT fails, or its answer is lost --------------------------------------------------------------

def test_an_item_over_which_rt_fails_costs_the_others_nothing(connections: Connections) -> None:
    """Before 5.0.5 this address ends in an exception, after the subject was set."""
    tracker = connections.tracker("5.0.3", "alice", "rest2")
    subjects = {number: f"new {number}" for number in made(tracker, 6)}
    numbers = list(subjects)
    changes = [TicketChange(number, subject=text) for number, text in subjects.items()]
    changes[2] = TicketChange(numbers[2], subject=subjects[numbers[2]], cc=["a@b@c"])
    with sent() as lines:
        outcomes = tracker.edit_tickets(changes)
    assert kinds(outcomes) == ["", "", "InvalidValue", "", "", ""] and len(lines) < 10
    error = outcomes[2].error
    assert isinstance(error, InvalidValue) and error.receipt is not None
    assert (error.receipt.changed, error.receipt.refused) == (("subject",), ("cc",))
    assert sets(tracker, subjects) == [1] * 6


Interfering = Callable[[Between, Asked], Optional[Said]]


class Passing:
    """Clients of 5.0.3 as alice whose requests pass by what a test sets."""

    def __init__(self, connections: Connections) -> None:
        self.interfere: Optional[Interfering] = None
        self.middle = Between(connections.server("5.0.3").url, self._play)
        self._credentials = connections.credentials("5.0.3", "alice")
        self._trackers: Dict[str, Tracker] = {}
        self._connections = connections
        self._tickets: List[int] = []

    def tickets(self) -> List[int]:
        """Four tickets to edit, made once."""
        if not self._tickets:
            self._tickets = made(self._connections.tracker("5.0.3", "alice", "rest2"), 4)
        return self._tickets

    def _play(self, middle: Between, asked: Asked) -> Optional[Said]:
        return self.interfere(middle, asked) if self.interfere is not None else None

    @contextmanager
    def by(self, protocol: str, interfere: Interfering) -> Iterator[Tracker]:
        if protocol not in self._trackers:
            self._trackers[protocol] = connect(self.middle.stage.url, protocol=protocol,
                                               **self._credentials)
        self.interfere = interfere
        yield self._trackers[protocol]
        self.interfere = None

    def close(self) -> None:
        for tracker in self._trackers.values():
            tracker.close()


@pytest.fixture(scope="module")
def passing(connections: Connections) -> Iterator[Passing]:
    made = Passing(connections)
    with made.middle.stage:
        yield made
        made.close()


class Once:
    """Interferes with the first request to a path: lets its first ``count`` items through (None:
    all of them), and answers so."""

    def __init__(self, path: str, count: Optional[int], said: Said) -> None:
        self.path, self.count, self.said = path, count, said
        self.done = False

    def __call__(self, middle: Between, asked: Asked) -> Optional[Said]:
        if self.done or not asked.path.endswith(self.path) or asked.method == "GET":
            return None
        self.done = True
        if self.count != 0:
            part = (forms if "1.0" in asked.path else bulk)
            middle.passed_on(asked, part(asked, self.count) if self.count else None)
        return self.said


EXCEPTION = Said(200, b"Can't call method \"Id\" on an undefined value at x line 7.\nStack:\n",
                 "text/plain")


@pytest.mark.parametrize("path, count, answer, read_back", [
    ("REST/2.0/tickets/bulk", None, DROPPED, True), ("REST/2.0/tickets/bulk", 0, DROPPED, True),
    ("REST/2.0/tickets/bulk", 2, DROPPED, True), ("REST/2.0/tickets/bulk", 2, CRASHED, True),
    ("REST/2.0/tickets/bulk", 0, DROPPED, False), ("REST/2.0/tickets/bulk", 2, CRASHED, False),
    ("REST/1.0/edit", None, DROPPED, True), ("REST/1.0/edit", 2, EXCEPTION, True),
    ("REST/1.0/edit", 0, DROPPED, False), ("REST/1.0/edit", 2, EXCEPTION, False)])
def test_a_lost_answer_to_edits_is_found_out(path: str, count: Optional[int], answer: Said,
                                             read_back: bool, passing: Passing,
                                             connections: Connections) -> None:
    root = connections.tracker("5.0.3", "alice", "rest2")
    protocol = "rest1" if "1.0" in path else "rest2"
    word = f"{time.time():.4f}"
    subjects = {number: f"{word} {number}" for number in passing.tickets()}
    with passing.by(protocol, Once(path, count, answer)) as tracker:
        outcomes = tracker.edit_tickets([TicketChange(number, subject=text)
                                         for number, text in subjects.items()],
                                        read_back=read_back)
    if read_back or protocol == "rest2":
        assert kinds(outcomes) == [""] * 4 and sets(root, subjects) == [1] * 4
    else:
        # Nothing tells what was there before, so that what is not done may have been refused.
        done = 4 if count is None else count
        assert kinds(outcomes) == [""] * done + ["OutcomeUnknown"] * (4 - done)
        assert sets(root, subjects) == [1] * done + [0] * (4 - done)


@pytest.mark.parametrize("count, answer, done", [
    (None, DROPPED, 4), (2, CRASHED, 4), (0, CRASHED, 4), (2, DROPPED, 2), (0, DROPPED, 0)])
def test_a_lost_answer_to_creations_is_found_out(count: Optional[int], answer: Said, done: int,
                                                 passing: Passing,
                                                 connections: Connections) -> None:
    root = connections.tracker("5.0.3", "alice", "rest2")
    word = unique(root)
    with passing.by("rest2", Once("REST/2.0/tickets/bulk", count, answer)) as tracker:
        outcomes = tracker.create_tickets([NewTicket("General", subject=f"{word} {one}")
                                           for one in range(4)])
    assert kinds(outcomes) == [""] * done + ["OutcomeUnknown"] * (4 - done)
    there = list(root.search_tickets(f"Subject LIKE '{word}'"))
    assert [one.subject for one in there] == [f"{word} {one}" for one in range(done)]
    assert [one.id for one in there] == [one.id for one in outcomes[:done]]
    for open_still in outcomes[done:]:
        error = open_still.error
        assert isinstance(error, OutcomeUnknown) and word in str(error.query)
        assert list(root.search_tickets(error.query or "")) == []


@pytest.mark.parametrize("away", ["deleted", "merged", "hidden"])
def test_what_went_out_of_sight_meanwhile_is_not_created_again(away: str, passing: Passing,
                                                               connections: Connections) -> None:
    """As a scrip would do it: between the creation and RT's failure."""
    root = connections.tracker("5.0.3", "root", "rest2")
    word = unique(root)
    lost: List[int] = []

    class Away(Once):
        def __call__(self, middle: Between, asked: Asked) -> Optional[Said]:
            said = super().__call__(middle, asked)
            if said is not None:
                number = max(one.id for one in root.search_tickets(f"Subject LIKE '{word}'"))
                lost.append(number)
                if away == "deleted":
                    root.delete_ticket(number)
                elif away == "merged":
                    root.merge_ticket(number, passing.tickets()[0])
                else:
                    root.edit_ticket(number, queue="Hidden")
            return said
    with passing.by("rest2", Away("REST/2.0/tickets/bulk", 2, CRASHED)) as tracker:
        outcomes = tracker.create_tickets([NewTicket("General", subject=f"{word} {one}")
                                           for one in range(4)])
    assert kinds(outcomes) == [""] + ["OutcomeUnknown"] * 3
    error = outcomes[2].error
    assert isinstance(error, OutcomeUnknown) and str(lost[0]) in str(error.advice)
    there = [one.subject for one in root.search_tickets(f"Subject LIKE '{word}'")]
    assert there == [f"{word} 0"] + [f"{word} 1"] * (away == "hidden")


def test_creations_that_cannot_be_told_apart_stay_open(passing: Passing,
                                                       connections: Connections) -> None:
    root = connections.tracker("5.0.3", "alice", "rest2")
    word = unique(root)
    same = [NewTicket("General", subject=word, priority=one) for one in range(4)]
    with passing.by("rest2", Once("REST/2.0/tickets/bulk", 2, CRASHED)) as tracker:
        outcomes = tracker.create_tickets(same)
    assert kinds(outcomes) == ["OutcomeUnknown"] * 4
    assert len(list(root.search_tickets(f"Subject = '{word}'"))) == 2
    word = unique(root)
    with passing.by("rest2", Once("REST/2.0/tickets/bulk", 2, CRASHED)) as tracker:
        outcomes = tracker.create_tickets([NewTicket("General", subject=word)] * 4)
    assert kinds(outcomes) == [""] * 4
    assert len(list(root.search_tickets(f"Subject = '{word}'"))) == 4


def test_a_lost_answer_to_messages_is_found_out(passing: Passing,
                                                connections: Connections) -> None:
    root = connections.tracker("5.0.3", "alice", "rest2")
    cases = [(None, DROPPED, 4), (2, CRASHED, 4), (2, DROPPED, 2), (0, DROPPED, 0)]
    numbers = {place: made(root, 4) for place in range(len(cases))}
    time.sleep(2.1)  # RT's clock shows seconds: what was changed in this one proves nothing
    for place, (count, answer, done) in enumerate(cases):
        with passing.by("rest2",
                        Once("REST/2.0/tickets/bulk/comment", count, answer)) as tracker:
            outcomes = tracker.comment_on_tickets(NewMessage(0, "Said.\n").for_each(numbers[place]))
        assert kinds(outcomes) == [""] * done + ["OutcomeUnknown"] * (4 - done), place
        assert said(root, *numbers[place]) == [["Said.\n"]] * done + [[]] * (4 - done), place
        for one in outcomes[:done]:
            assert root.get_transaction(one.get().transaction_id or 0).ticket_id == one.id


def test_when_the_login_ends_in_the_middle_the_rest_is_told_so(
        passing: Passing, connections: Connections) -> None:
    root = connections.tracker("5.0.3", "alice", "rest2")
    numbers = made(root, 3)
    closed: List[bool] = []

    def interfere(middle: Between, asked: Asked) -> Optional[Said]:
        if asked.path.endswith("/comment"):
            if closed:
                return Said(401, b'{"message":"Unauthorized"}', "application/json")
            closed.append(True)
        return Said(401, b"RT/5.0.3 401 Credentials required\n", "text/plain") \
            if closed and b"pass=" in asked.body else None
    files = [NewAttachment("a.txt", b"text\n")]
    with passing.by("rest2", interfere) as tracker:
        outcomes = tracker.comment_on_tickets(
            NewMessage(0, "x", attachments=files).for_each(numbers))
    assert kinds(outcomes)[0] == "" and set(kinds(outcomes)[1:]) == {"NotAuthenticated"}
    assert list(map(len, said(root, *numbers))) == [1, 0, 0]


def test_missing_and_forbidden_are_different(connections: Connections) -> None:
    tracker = connections.tracker("5.0.3", "alice", "rest2")
    hidden = connections.server("5.0.3").ids["tickets"]["hidden"]
    outcomes = list(tracker.get_tickets([hidden, MISSING]))
    assert isinstance(outcomes[0].error, PermissionDenied)
    assert isinstance(outcomes[1].error, NotFound)
