"""Many at once against an RT in a few lines: what is sent, how often, and what becomes of it."""
from __future__ import annotations

import dataclasses
import inspect
import json
import pickle
import re
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import pytest

from rtcompat import protocols
from rtcompat.batches import given_of
from rtcompat.errors import (ConnectFailed, InvalidValue, NotFound, OutcomeUnknown, Unsupported,
                             UsageError)
from rtcompat.exchange import Request, Response, relative_to, run
from rtcompat.model import (KEEP, NewAttachment, NewMessage, NewTicket, Outcome, Receipt,
                            TicketChange)
from rtcompat.rest1.merging import TicketForms, TicketHistories
from rtcompat.tracker import Tracker
from tests.unit.rest1_script import client
from tests.unit.rest2_script import answer, page, rest2, ticket_item

MANY = 500


class SmallRT:
    """Tickets with a subject and a priority, over both protocols.

    Attributes:
        fails: is shown each write and the number of items done so far of it; True ends the
            request there in an exception. drops: whether to lose the answer to a write.
    """

    def __init__(self, count: int) -> None:
        self.tickets: Dict[int, Dict[str, Any]] = {
            number: {"Subject": "old", "Priority": 0} for number in range(1, count + 1)}
        self.asked: List[str] = []
        self.writes: Dict[int, int] = {}
        self.fails: Callable[[int], bool] = lambda number: False
        self.drops: Callable[[int], bool] = lambda write: False

    def write(self, number: int, values: Dict[str, Any]) -> None:
        self.tickets[number].update(values)
        self.writes[number] = self.writes.get(number, 0) + 1

    # -- REST2 ------------------------------------------------------------------------------------

    def rest2(self, request: Request) -> Response:
        self.asked.append(request.line)
        base = relative_to(request, "REST/2.0/")
        if request.path == "tickets":
            form = dict(request.form or request.query)
            numbers = [int(one) for one in re.findall(r"id = (\d+)", form["query"])]
            found = page([self.item(one) for one in numbers if one in self.tickets])
        elif request.line == "PUT tickets/bulk":
            found = self.bulk(request)
        elif request.method == "PUT":
            number = int(request.path.rpartition("/")[2])
            if self.fails(number):
                return dataclasses.replace(answer(status=500, content=b""), request=base)
            if number not in self.tickets:
                found = answer({"message": "Resource does not exist"}, 404)
            else:
                self.write(number, request.json)
                found = answer([f"Subject changed to {request.json['Subject']}"])
        else:
            number = int(request.path.rpartition("/")[2])
            found = answer({"message": "No such resource"}, 404) if number not in self.tickets \
                else answer({**self.item(number), "id": number,
                             "_hyperlinks": [{"ref": "lifecycle", "to": "open"}]})
        return dataclasses.replace(found, request=base)

    def item(self, number: int) -> Dict[str, Any]:
        return ticket_item(number, **{key: str(value)
                                      for key, value in self.tickets[number].items()})

    def bulk(self, request: Request) -> Response:
        rows: List[Any] = []
        for given in request.json:
            values = dict(given)
            number = values.pop("id")
            if self.fails(number):
                return answer(status=500, content=b"")
            if number in self.tickets:
                self.write(number, values)
                rows.append([number, f"Subject changed to {values['Subject']}"])
            else:
                rows.append([number, "Resource does not exist"])
        if self.drops(len(self.asked)):
            raise OutcomeUnknown("the answer was lost", request=request.line)
        return answer(rows)

    # -- REST 1.0 ---------------------------------------------------------------------------------

    def rest1(self, request: Request) -> Response:
        self.asked.append(request.line)
        base = relative_to(request, "REST/1.0/")
        body = self.edit(request) if request.path.endswith("edit") else self.show(request)
        if body is None:
            text = "an exception at line 7\nStack:\n"
        else:
            text = f"RT/5.0.3 {body[0]}\n\n{body[1]}\n"
        return Response(200, {"content-type": "text/plain; charset=utf-8"}, text.encode(), base)

    def show(self, request: Request) -> Tuple[str, str]:
        given = dict(request.form or ()).get("id", request.path)
        numbers = sorted({int(one) for one in re.findall(r"\d+", given)})
        return "200 Ok", "\n--\n\n".join(map(self.form, numbers))

    def form(self, number: int) -> str:
        if number not in self.tickets:
            return f"# Ticket {number} does not exist.\n\n"
        values = "".join(f"{key}: {value}\n" for key, value in self.tickets[number].items())
        return f"id: ticket/{number}\nQueue: General\n{values}"

    def edit(self, request: Request) -> Optional[Tuple[str, str]]:
        done, failed, status = [], [], "200 Ok"
        for form in dict(request.form or ())["content"].split("\n--\n"):
            found = re.search(r"ticket/(\d+)", form if "id:" in form else request.path)
            assert found is not None
            number = int(found.group(1))
            subject = re.search(r"Subject:\n (.*)", form)
            if self.fails(number):
                return None
            if number not in self.tickets:
                failed.append(f"# Ticket {number} does not exist.\n\n")
                status = "400 Bad Request"
                continue
            assert subject is not None
            self.write(number, {"Subject": subject.group(1)})
            done.append(f"# Ticket {number} updated.\n")
        if self.drops(len(self.asked)):
            raise OutcomeUnknown("the answer was lost", request=request.line)
        return status, "\n--\n\n".join(["".join(done) + "\n", *failed] if done else failed)


def edited(server: SmallRT, protocol: str, changes: Sequence[TicketChange],
           read_back: bool = True) -> Tuple[Outcome[Receipt], ...]:
    if protocol == "rest2":
        return run(rest2(version="5.0.3").edit_tickets(changes, read_back=read_back),
                   server.rest2)
    return run(client().edit_tickets(changes, read_back=read_back), server.rest1)


def to_new(numbers: Sequence[int]) -> List[TicketChange]:
    return [TicketChange(one, subject=f"new {one}") for one in numbers]


BOTH = pytest.mark.parametrize("protocol", ["rest1", "rest2"])


# -- the budget -----------------------------------------------------------------------------------

@BOTH
@pytest.mark.parametrize("read_back, most", [(False, 10), (True, 20)])
def test_500_edits_stay_within_the_budget(protocol: str, read_back: bool, most: int) -> None:
    server = SmallRT(MANY)
    outcomes = edited(server, protocol, to_new(range(1, MANY + 1)), read_back)
    assert len(server.asked) <= most, server.asked
    assert [one.id for one in outcomes] == list(range(1, MANY + 1))
    wanted = ("changed" if read_back else "unverified")
    assert all(getattr(one.get(), wanted) == ("subject",) for one in outcomes)
    assert set(server.writes.values()) == {1} and len(server.writes) == MANY


@BOTH
@pytest.mark.parametrize("read_back, most", [(False, 10 + 60), (True, 20 + 100)])
def test_one_item_over_which_rt_fails_in_each_slice(protocol: str, read_back: bool,
                                                    most: int) -> None:
    """Over REST2 what is left of a slice goes together again; over REST 1.0 one by one."""
    server = SmallRT(200)
    server.fails = lambda number: number in (50, 150)
    outcomes = edited(server, protocol, to_new(range(1, 201)), read_back)
    failed = [one.id for one in outcomes if not one.ok]
    assert set(failed) >= {50, 150} and set(server.writes.values()) == {1}
    if protocol == "rest2":
        assert failed == [50, 150] and len(server.writes) == 198
        assert len(server.asked) <= 24, server.asked
    elif read_back:
        assert failed == [50, 150] and len(server.writes) == 198
    else:
        assert all(isinstance(one.error, OutcomeUnknown) for one in outcomes if not one.ok)


@BOTH
def test_every_item_makes_rt_fail(protocol: str) -> None:
    server = SmallRT(6)
    server.fails = lambda number: True
    outcomes = edited(server, protocol, to_new(range(1, 7)))
    assert not any(one.ok for one in outcomes) and server.writes == {}


@BOTH
@pytest.mark.parametrize("read_back", [True, False])
def test_an_answer_that_is_lost_after_all_was_done(protocol: str, read_back: bool) -> None:
    server = SmallRT(150)
    server.drops = lambda write: True
    outcomes = edited(server, protocol, to_new(range(1, 151)), read_back)
    assert all(one.ok for one in outcomes) and set(server.writes.values()) == {1}


@BOTH
def test_missing_tickets_have_their_own_error(protocol: str) -> None:
    server = SmallRT(3)
    for read_back in (True, False):
        outcomes = edited(server, protocol, to_new([1, 9, 3]), read_back)
        assert [one.ok for one in outcomes] == [True, False, True]
        assert isinstance(outcomes[1].error, NotFound)
        with pytest.raises(NotFound):
            outcomes[1].get()


@BOTH
def test_a_server_that_is_gone(protocol: str) -> None:
    server = SmallRT(250)
    asked: List[int] = []

    def gone(request: Request) -> Response:
        raise ConnectFailed("gone")

    def send(request: Request) -> Response:
        if request.effect == "write":
            asked.append(1)
            if len(asked) > 1:
                raise ConnectFailed("gone")
        return server.rest2(request) if protocol == "rest2" else server.rest1(request)
    backend = rest2(version="5.0.3") if protocol == "rest2" else client()
    with pytest.raises(ConnectFailed):
        run(backend.edit_tickets(to_new(range(1, 251))), gone)
    outcomes = run(backend.edit_tickets(to_new(range(1, 251)), read_back=False), send)
    assert [one.ok for one in outcomes] == [True] * 100 + [False] * 150
    assert {type(one.error) for one in outcomes[100:]} == {ConnectFailed}
    assert len(asked) == 2, "nothing more is tried"


def test_before_5_0_3_and_in_a_plugin_one_by_one() -> None:
    for version in ("5.0.2", "4.4.6"):
        server = SmallRT(3)
        outcomes = run(rest2(version=version).edit_tickets(to_new([1, 2, 3]), read_back=False),
                       server.rest2)
        assert all(one.ok for one in outcomes)
        assert server.asked == ["PUT ticket/1", "PUT ticket/2", "PUT ticket/3"]


@pytest.mark.parametrize("rows", [[[1, "x"]], {"message": "x"}, "x", [[2, "x"], [1, "x"]]])
def test_an_answer_of_another_shape_proves_nothing(rows: Any) -> None:
    server = SmallRT(2)

    def send(request: Request) -> Response:
        found = server.rest2(request)
        if request.line == "PUT tickets/bulk":
            return dataclasses.replace(found, content=json.dumps(rows).encode())
        return found
    outcomes = run(rest2(version="5.0.3").edit_tickets(to_new([1, 2])), send)
    assert all(one.ok for one in outcomes) and server.writes == {1: 1, 2: 1}


# -- REST 1.0's answers, taken apart --------------------------------------------------------------

def shows(*numbers: int) -> List[Request]:
    return [Request("GET", f"ticket/{one}/show") for one in numbers]


def merged_answer(text: str) -> Response:
    return Response(200, {}, text.encode(), Request("POST", "REST/1.0/show"), "http://rt")


def test_a_show_of_many_is_taken_apart_by_place() -> None:
    text = ("RT/5.0.3 200 Ok\n\nid: ticket/7\nSubject: a\nCF.{x}: one\n        --\n        two\n\n"
            "--\n\n# Ticket 8 does not exist.\n\n\n--\n\nid: ticket/3\nSubject: merged\n\n")
    parts = TicketForms().split(merged_answer(text), shows(9, 7, 8))
    assert parts is not None
    assert [one.request.path for one in parts if isinstance(one, Response)] == [
        "REST/1.0/ticket/9/show", "REST/1.0/ticket/7/show", "REST/1.0/ticket/8/show"]
    contents = [one.content for one in parts if isinstance(one, Response)]
    assert b"merged" in contents[0] and b"two" in contents[1] and b"not exist" in contents[2]
    assert all(one.startswith(b"RT/5.0.3 200 Ok\n\n") for one in contents)


@pytest.mark.parametrize("text", [
    "RT/5.0.3 200 Ok\n\nid: ticket/7\n\n", "RT/5.0.3 400 Bad Request\n\nno\n", "<html>", "",
    "RT/5.0.3 200 Ok\n\nid: ticket/7\n\n--\n\nid: ticket/8\n\n--\n\nid: ticket/9\n\n"])
def test_a_show_that_cannot_be_taken_apart_is_asked_one_by_one(text: str) -> None:
    assert TicketForms().split(merged_answer(text), shows(7, 8)) is None
    server = SmallRT(8)

    def send(request: Request) -> Response:
        found = server.rest1(request)
        return dataclasses.replace(found, content=text.encode()) if request.path == "show" \
            else found
    listed = run(client().get_tickets([7, 8]), send).items
    assert [one.get().id for one in listed] == [7, 8]
    assert server.asked == ["POST show", "GET ticket/7/show", "GET ticket/8/show"]


def test_an_edit_of_many_is_taken_apart_by_number() -> None:
    requests = [Request("POST", f"ticket/{one}/edit", form=(("content", "x"),), effect="write")
                for one in (5, 6, 7, 8)]
    text = ("RT/5.0.3 409 Syntax Error\n\n# Ticket 5 updated.\n# Ticket 8 updated.\n\n--\n\n"
            "# Status: no\n# Ticket 6 updated.\n\nid: ticket/6\nStatus: x\n\n--\n\n"
            "# You are not allowed to modify ticket 7.\n\n\n")
    parts = TicketForms().split(merged_answer(text), requests)
    assert parts is not None
    heads = [one.content.split(b"\n")[0] for one in parts if isinstance(one, Response)]
    assert heads == [b"RT/5.0.3 200 Ok", b"RT/5.0.3 409 Syntax Error",
                     b"RT/5.0.3 400 Bad Request", b"RT/5.0.3 200 Ok"]
    parts = TicketForms().split(merged_answer("RT/5.0.3 200 Ok\n\n# Ticket 5 updated.\n\n"),
                                requests)
    assert parts is not None and [type(one) for one in parts] == [Response] + [OutcomeUnknown] * 3


@pytest.mark.parametrize("numbers, told, answered", [
    ((5, 6, 7), (7, 6, 7), 3), ((5, 6), (6, 6), 2), ((5, 8), (6, 8), 2), ((6, 5), (5, 6), 2),
    ((5, 6), (6,), 1)], ids=str)
def test_a_merged_tickets_line_is_known_by_its_place(numbers: Any, told: Any,
                                                     answered: int) -> None:
    requests = [Request("POST", f"ticket/{one}/edit", form=(("content", "x"),), effect="write")
                for one in numbers]
    lines = "".join(f"# Ticket {one} updated.\n" for one in told)
    parts = TicketForms().split(merged_answer(f"RT/5.0.3 200 Ok\n\n{lines}\n\n"), requests)
    assert parts is not None
    assert len([one for one in parts if isinstance(one, Response)]) == answered


def test_histories_are_taken_apart_by_envelope() -> None:
    def asked(number: int) -> Request:
        return Request("POST", "show", form=(
            ("id", f"ticket/{number}/history"), ("id", f"ticket/{number}/attachments"),
            ("format", "l")))
    merging = TicketHistories()
    requests = [asked(8), asked(7)]
    together = merging.merged(requests)
    assert together.form == (("id", "ticket/7,8/history"), ("id", "ticket/7,8/attachments"),
                             ("format", "l"))
    head = "RT/5.0.3 200 Ok\n\n"
    text = (f"{head}# 1/1 (id/1/total)\n\nid: 1\nTicket: 7\n\n{head}# 1/1 (id/2/total)\n\nid: 2\n"
            f"Ticket: 8\n\n{head}id: ticket/8/attachments\nAttachments: 3: (Unnamed)\n\n")
    parts = merging.split(merged_answer(text), requests)
    assert parts is not None
    eight, seven = (one.content for one in parts if isinstance(one, Response))
    assert b"Ticket: 8" in eight and b"attachments" in eight and eight.count(b"RT/5") == 2
    assert b"Ticket: 7" in seven and b"attachments" not in seven and seven.count(b"RT/5") == 1
    for broken in (text.replace("8/attachments", "9/attachments"), text[len(head):],
                   text.replace(f"\n\n{head}# 1/1 (id/2", "\n\n# 1/1 (id/2")):
        assert merging.split(merged_answer(broken), requests) is None
    merging.apart.add(7)
    assert merging.key(requests[1]) is None and merging.key(requests[0]) is not None


# -- the contract ---------------------------------------------------------------------------------

@pytest.mark.parametrize("item, operation, beside", [
    (NewTicket, "create_ticket", {"read_back"}),
    (TicketChange, "edit_ticket", {"read_back", "if_unchanged"}),
    (NewMessage, "reply", set()), (NewMessage, "comment", set())])
def test_an_item_has_the_arguments_of_the_single_operation(item: Any, operation: str,
                                                           beside: Any) -> None:
    parameters = inspect.signature(getattr(Tracker, operation)).parameters
    single = {name: one.default for name, one in parameters.items()
              if name != "self" and name not in beside}
    fields = {one.name: inspect.Parameter.empty if one.default is dataclasses.MISSING
              else one.default for one in dataclasses.fields(item)}
    assert fields == single and list(fields) == list(single)


def test_items_and_outcomes_are_values() -> None:
    change = TicketChange(7, subject="x")
    assert change.for_each([1, 2]) == (TicketChange(1, subject="x"), TicketChange(2, subject="x"))
    assert NewMessage(0, "x").for_each(iter([3])) == (NewMessage(3, "x"),)
    assert given_of(change)["owner"] is KEEP
    good = Outcome(7, "done")
    bad: Outcome[str] = Outcome(7, error=InvalidValue("no"))
    assert good.ok and good.get() == "done" and not bad.ok
    with pytest.raises(InvalidValue):
        bad.get()
    again = pickle.loads(pickle.dumps(bad))
    assert again.id == 7 and str(again.error) == str(bad.error)


TABLES = {"rest2": {"reply(cc)": "no one-time recipients"},
          "rest1": {"reply(status)": "for the test", "edit_ticket(add_cc)": "whole lists only"}}


def test_all_items_go_over_one_protocol() -> None:
    def route(*messages: NewMessage) -> str:
        return protocols.route("reply_to_tickets", {"messages": messages}, TABLES)
    plain, copied, closing = NewMessage(1, "x"), NewMessage(2, "x", cc=["a@b"]), NewMessage(
        3, "x", status="resolved")
    assert route() == route(plain) == route(plain, closing) == "rest2"
    assert route(plain, copied) == "rest1"
    with pytest.raises(Unsupported) as caught:
        route(plain, copied, closing)
    assert caught.value.argument == "messages[2].status"
    with pytest.raises(UsageError) as misused:
        route(NewMessage(1, "\nx", attachments=[NewAttachment("a", b"")]))
    assert misused.value.argument == "messages[0].attachments"
    assert protocols.route("edit_tickets", {"changes": [TicketChange(1, add_cc=["a@b"])]},
                           TABLES) == "rest2"
    with pytest.raises(Unsupported):
        protocols.route("edit_tickets", {"changes": [TicketChange(1, subject="x")]},
                        {"rest1": {"edit_tickets": "not here"}})
