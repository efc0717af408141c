"""What became of a write is told alike over either protocol, where RT itself tells it otherwise."""
from __future__ import annotations

from typing import Any, Iterator, Tuple
from uuid import uuid4

import pytest

from rtcompat import (InvalidValue, Link, NewAttachment, NewTicket, NotFound, PermissionDenied,
                      RTError, TicketChange, Tracker, UsageError, Watcher)
from tests.bench.bench import Server
from tests.connections import Connections
from tests.contract.matrix import surface

pytestmark = pytest.mark.live

Case = Tuple[str, str]


@pytest.fixture(params=surface(), scope="module", ids="-".join)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def alice(case: Case, connections: Connections) -> Tracker:
    return connections.tracker(case[0], "alice", case[1])


@pytest.fixture
def number(alice: Tracker) -> int:
    made = alice.create_ticket("General", subject="outcomes", read_back=False).id
    assert made is not None
    return made


def test_a_user_is_who_the_address_says(alice: Tracker, number: int) -> None:
    """The number is another user's in this RT."""
    stranger = Watcher("from-elsewhere@example.net", name="from-elsewhere", id=14)
    alice.edit_ticket(number, cc=[stranger], complete_watchers=True)
    assert [who.email for who in alice.get_ticket(number).cc] == ["from-elsewhere@example.net"]
    made = alice.create_ticket("General", admin_cc=[stranger]).id
    assert made and alice.get_ticket(made).admin_cc == (stranger,)


@pytest.fixture(scope="module")
def disabled(case: Case, connections: Connections) -> Iterator[str]:
    server: Server = connections.server(case[0])
    login = f"off-{uuid4().hex[:8]}"
    server.perl("my $user = RT::User->new(RT->SystemUser);"
                f" $user->Create(Name => '{login}', EmailAddress => '{login}@example.org');"
                " $user->SetDisabled(1);")
    yield f"{login}@example.org"


def test_a_disabled_watcher_is_stored_and_a_bad_address_is_not(
        alice: Tracker, number: int, disabled: str) -> None:
    assert "cc" in alice.create_ticket("General", cc=[disabled]).changed
    done = alice.edit_ticket(number, cc=[disabled], complete_watchers=True)
    assert done.changed == ("cc",)
    with pytest.raises(InvalidValue) as caught:
        alice.create_ticket("General", subject="x", cc=["a@b.example."])
    assert caught.value.receipt is not None and caught.value.receipt.refused == ("cc",)


@pytest.mark.parametrize("several", [("BSD", "nosuch"), ("nosuch", "BSD")], ids="-".join)
def test_a_value_of_a_list_that_rt_refuses_raises_and_the_others_are_stored(
        alice: Tracker, number: int, several: Tuple[str, str]) -> None:
    given = {"Platforms": several}
    alice.edit_ticket(number, custom_fields={"Platforms": "Linux"})
    errors = [outcome.error for outcomes in (
        alice.edit_tickets([TicketChange(number, custom_fields=given)]),
        alice.create_tickets([NewTicket("General", custom_fields=given)])) for outcome in outcomes]
    with pytest.raises(RTError) as caught:
        alice.edit_ticket(number, custom_fields={"Platforms": ("Linux", *several)})
    with pytest.raises(RTError) as new:
        alice.create_ticket("General", custom_fields=given)
    errors += [caught.value, new.value]
    for error, stored in zip(errors, (("BSD",), ("BSD",), ("BSD", "Linux"), ("BSD",))):
        assert isinstance(error, InvalidValue) and "Platforms" in str(error)
        assert error.receipt is not None and error.receipt.id
        assert sorted(error.receipt.altered["custom_fields[Platforms]"]) == list(stored)
        held = alice.get_ticket(error.receipt.id).custom_fields["Platforms"]
        if error is not errors[0]:
            assert sorted(held) == list(stored)


def test_missing_queues(alice: Tracker, case: Case, number: int) -> None:
    # For a queue that does not exist RT may say over REST2 that one may not create there.
    missing = (NotFound, PermissionDenied) if case[1] == "rest2" else NotFound
    for fields in ({}, {"custom_fields": {"Severity": "High"}}):
        given: Any = fields
        with pytest.raises(missing):
            alice.create_ticket("no such queue", **given)
    for queue in ("no such queue", 99999):
        with pytest.raises(InvalidValue):
            alice.edit_ticket(number, queue=queue)
    with pytest.raises(UsageError):
        alice.edit_ticket(number, queue="1")


@pytest.mark.parametrize("direction, good", [("depends_on", 1), ("refers_to", "https://e.org/1")])
def test_links_of_which_one_is_refused_raise_with_what_is_stored(
        alice: Tracker, number: int, direction: str, good: Any) -> None:
    with pytest.raises(InvalidValue) as caught:
        alice.edit_links(number, add={direction: [good, 99999999]})
    stored = getattr(alice.get_links(number), direction)
    assert caught.value.receipt is not None
    if stored:
        assert caught.value.receipt.altered == {direction: stored}
    else:
        assert caught.value.receipt.refused == (direction,)


def test_what_has_the_form_of_a_local_link_is_an_address(alice: Tracker, number: int) -> None:
    alice.edit_links(number, add={"refers_to": ["article:1"]})
    assert alice.get_links(number).refers_to == (Link("url", url="article:1"),)


def test_merging_a_ticket_into_itself(alice: Tracker, number: int) -> None:
    with pytest.raises(InvalidValue) as caught:
        alice.merge_ticket(number, number)
    assert caught.value.receipt is not None and caught.value.receipt.refused == ("merge",)


@pytest.mark.parametrize("name", [name for name, protocol in surface("rest1")])
def test_a_file_goes_over_the_protocol_that_keeps_its_charset(
        name: str, connections: Connections) -> None:
    alice = connections.tracker(name, "alice")
    file = NewAttachment("ключ.txt", "Привет\n".encode("koi8-r"), "text/plain; charset=koi8-r")
    made = alice.create_ticket("General", content="x", attachments=[file])
    alice.comment(made.id or 0, "x", attachments=[file])
    found = [one for one in alice.get_attachments(made.id or 0) if one.filename]
    assert [one.filename for one in found] == ["ключ.txt"] * 2
    assert [alice.read_attachment(one.id) for one in found] == [file.content] * 2
