"""Many tickets created over REST2, and RT's failure in the middle: nothing is created twice."""
from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Sequence, Tuple

import pytest

from rtcompat.errors import InvalidValue, OutcomeUnknown
from rtcompat.exchange import Request, Response, relative_to, run
from rtcompat.model import NewTicket, Outcome, Receipt
from tests.unit.rest1_script import client
from tests.unit.rest2_script import answer, page, rest2, ticket_item


class SmallRT:
    """Tickets of root, in queues that root sees.

    Attributes:
        stored: what a scrip makes of a new ticket's subject and queue.
        hidden: numbers that no search finds, with the answer to who asks for them.
        hides: the same of tickets to come, by subject.
        fails: places in a slice at which RT fails, each once.
    """

    def __init__(self, stored: Callable[[str, str], Tuple[str, str]], *fails: int) -> None:
        self.stored = stored
        self.fails = list(fails)
        self.tickets: Dict[int, Tuple[str, str]] = {40: ("before", "General")}
        self.hidden: Dict[int, Response] = {}
        self.hides: Dict[str, Response] = {}
        self.sent: List[str] = []

    def __call__(self, request: Request) -> Response:
        said = self.answered(request)
        return Response(said.status, said.headers, said.content,
                        relative_to(request, "REST/2.0/"))

    def answered(self, request: Request) -> Response:
        if request.line == "POST tickets/bulk":
            return self.bulk(request.json)
        if request.line == "POST ticket":
            return answer({"id": self.create(request.json), "type": "ticket"}, 201)
        if request.line.startswith("GET ticket/"):
            number = int(request.path.rpartition("/")[2])
            return self.hidden.get(number, answer({"message": "Not Found"}, 404))
        assert request.line == "POST tickets", request.line
        query = dict(request.form or ())["query"]
        found = re.search(r"id > (\d+)", query)
        after = int(found.group(1)) if found else 0
        newest = sorted((one for one in self.tickets if one > after
                         and one not in self.hidden), reverse=not found)
        return page([ticket_item(one, Subject=self.tickets[one][0], Queue={
            "type": "queue", "id": 1, "Name": self.tickets[one][1]}) for one in newest])

    def bulk(self, bodies: Sequence[Any]) -> Response:
        rows = []
        for place, body in enumerate(bodies):
            if place in self.fails:
                self.fails.remove(place)
                return answer(status=500, content=b"")
            rows.append({"id": self.create(body), "type": "ticket"})
        return answer(rows, 201)

    def create(self, body: Any) -> int:
        self.sent.append(body["Subject"])
        number = max(self.tickets) + 1
        self.tickets[number] = self.stored(body["Subject"], body["Queue"])
        if body["Subject"] in self.hides:
            self.hidden[number] = self.hides[body["Subject"]]
        return number


def created(server: SmallRT, count: int = 4) -> Tuple[Outcome[Receipt], ...]:
    tickets = [NewTicket("General", subject=f"item {one}") for one in range(count)]
    return run(rest2(version="5.0.3", user="root").create_tickets(tickets, read_back=False),
               server)


def test_what_was_surely_not_created_is_created_after_all() -> None:
    server = SmallRT(lambda subject, queue: (subject, queue), 2)
    outcomes = created(server)
    assert [one.ok for one in outcomes] == [True] * 4
    assert sorted(server.sent) == [f"item {one}" for one in range(4)]


@pytest.mark.parametrize("stored", [
    lambda subject, queue: (f"[new] {subject}", queue), lambda subject, queue: (subject, "Other"),
    lambda subject, queue: ("new" if subject == "item 1" else subject, queue)],
    ids=["subject", "queue", "one of them"])
def test_what_a_scrip_made_another_ticket_of_is_not_created_again(
        stored: Callable[[str, str], Tuple[str, str]]) -> None:
    server = SmallRT(stored, 2)
    outcomes = created(server)
    assert server.sent == ["item 0", "item 1"], "nothing is created twice"
    for place, one in enumerate(outcomes):
        known = server.tickets[41 + place][0] == f"item {place}" \
            and server.tickets[41 + place][1] == "General" if place < 2 else False
        assert one.ok is known
        if not known:
            assert isinstance(one.error, OutcomeUnknown) and one.error.query
            assert "ticket 4" in (one.error.advice or "")


def told(number: int, creator: str = "root") -> Response:
    """A ticket that no search finds: deleted or, under another number, merged."""
    return answer({"id": number, "Creator": {"type": "user", "id": creator}, "type": "ticket"})


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("kept", [told(41), told(42), told(7), answer({"message": "no"}, 403)],
                         ids=["deleted", "deleted, the second", "merged", "hidden"])
def test_what_a_scrip_put_out_of_sight_is_not_created_again(kept: Response, place: int) -> None:
    server = SmallRT(lambda subject, queue: (subject, queue), 2)
    server.hides[f"item {place}"] = kept
    outcomes = created(server)
    assert server.sent == ["item 0", "item 1"], "nothing is created twice"
    assert [one.ok for one in outcomes] == [place == 1, place == 0, False, False]
    for one in outcomes:
        if not one.ok:
            assert isinstance(one.error, OutcomeUnknown) and one.error.query


def test_what_others_deleted_or_hide_from_us_is_not_ours() -> None:
    """Before the batch whatever it is; meanwhile only where RT tells that others made it."""
    server = SmallRT(lambda subject, queue: (subject, queue), 2)
    server.tickets.update({41: ("spam", "General"), 42: ("secret", "Board")})
    server.hidden = {41: told(41, "spammer"), 42: answer({"message": "no"}, 403),
                     45: told(45, "spammer")}
    outcomes = created(server)
    assert [one.ok for one in outcomes] == [True] * 4
    assert sorted(server.sent) == [f"item {one}" for one in range(4)]


def test_what_was_created_alone_is_no_later_item() -> None:
    """Two rounds that fail: the one that went alone between them is known."""
    server = SmallRT(lambda subject, queue: (subject, queue), 1, 2)
    outcomes = created(server, 6)
    assert [one.ok for one in outcomes] == [True] * 6
    assert sorted(server.sent) == [f"item {one}" for one in range(6)]
    assert len({one.id for one in outcomes}) == 6


def test_a_ticket_that_was_created_without_something_has_its_number() -> None:
    def send(request: Request) -> Response:
        lines = "# Ticket 7 created." if request.path.endswith("new") else \
            "id: ticket/7\nQueue: General\nOwner: Nobody\nSubject: x\n"
        return Response(200, {"content-type": "text/plain; charset=utf-8"},
                        f"RT/4.4.6 200 Ok\n\n{lines}\n\n".encode(),
                        relative_to(request, "REST/1.0/"))
    outcome, = run(client().create_tickets([NewTicket("General", subject="x", owner="nobody-k")]),
                   send)
    assert isinstance(outcome.error, InvalidValue) and outcome.error.receipt is not None
    assert outcome.id == outcome.error.receipt.id == 7
