"""What becomes of a write over REST2 where RT's answer and the record do not say it alike."""
from __future__ import annotations

from typing import Any, Dict, List

import pytest

from rtcompat.errors import InvalidValue, OutcomeUnknown, PermissionDenied, Unsupported
from rtcompat.model import NewAttachment, Watcher
from tests.unit.rest2_script import Said, Script, answer, page, person, rest2, ticket_item

PUT = "PUT ticket/7"
READ = "GET tickets"
LEARNT: Dict[str, List[Said]] = {
    "POST ticket/0/comment": [answer({"message": "Zugriff verweigert"}, 400)],
    "POST ticket/0/correspond": [answer({"message": "Anders"}, 400)]}


@pytest.mark.parametrize("given, sent", [
    ({"cc": [Watcher("x@example.net", name="x", id=9)]}, ["x@example.net"]),
    ({"add_cc": [Watcher("x@example.net", name="eve", id=9)]}, ["9", "x@example.net"]),
    ({"remove_cc": [Watcher("x@example.net", name="eve", id=9)]}, ["9"]),
    ({"cc": [Watcher("eve@example.org", name="someone", id=14)]}, ["9"])])
def test_a_person_read_from_another_rt_is_sent_by_address(given: Dict[str, Any],
                                                          sent: List[str]) -> None:
    held = page([ticket_item(Cc=[person("eve", 9)])])
    script = Script({READ: [held], PUT: [answer([])],
                     "GET ticket/7": [answer({"id": 7, "_hyperlinks": [
                         {"ref": "lifecycle", "to": "open"}]})]})
    try:
        script.run(rest2().edit_ticket(7, **given))
    except InvalidValue:
        pass  # the script stores nothing; only what was sent counts here
    assert script.sent(PUT) == [{"Cc": sent}]


def test_a_new_tickets_watchers_are_sent_by_address() -> None:
    script = Script({"POST ticket": [answer({"id": "8", "type": "ticket"}, 201)]})
    script.run(rest2().create_ticket("General", cc=[Watcher("x@example.net", name="x", id=9)],
                                     read_back=False))
    assert script.sent("POST ticket")[0]["Cc"] == ["x@example.net"]


@pytest.mark.parametrize("said", ["Permission Denied", "Zugriff verweigert"])
def test_what_nobody_can_read_is_refused_where_rt_says_so(said: str) -> None:
    hidden = page([ticket_item(Queue={"type": "queue", "id": 1})])
    script = Script({READ: [hidden], PUT: [answer([f"Ticket 7: {said}"])], **LEARNT})
    with pytest.raises(PermissionDenied) as caught:
        script.run(rest2().edit_ticket(7, queue="Second"))
    assert caught.value.receipt is not None and caught.value.receipt.unverified == ("queue",)
    moved = Script({READ: [hidden], PUT: [answer(["Ticket 7: Queue changed"])], **LEARNT})
    assert moved.run(rest2().edit_ticket(7, queue="Second")).unverified == ("queue",)


@pytest.mark.parametrize("said", ["Permission Denied", "Zugriff verweigert"])
def test_links_that_nobody_reads_back_are_refused_where_rt_says_so(said: str) -> None:
    script = Script({PUT: [answer([f"Ticket 7: {said}"])], **LEARNT})
    with pytest.raises(PermissionDenied) as caught:
        script.run(rest2().edit_links(7, add={"refers_to": [8]}, read_back=False))
    assert caught.value.receipt is not None
    assert caught.value.receipt.unverified == ("refers_to",)
    made = Script({PUT: [answer(["Link created"])], **LEARNT})
    done = made.run(rest2().edit_links(7, add={"refers_to": [8]}, read_back=False))
    assert done.unverified == ("refers_to",)


@pytest.mark.parametrize("operation", ["reply", "comment"])
@pytest.mark.parametrize("said", [answer([]), answer(["Message recorded"]), answer([], 201),
                                  answer(status=204, content=b"")])
def test_a_message_is_recorded_where_rt_answers_as_to_a_message(operation: str,
                                                                said: Any) -> None:
    path = {"reply": "correspond", "comment": "comment"}[operation]
    script = Script({f"POST ticket/7/{path}": [said],
                     "GET user/alice": [answer({"id": 27, "Name": "alice"})]})
    with pytest.raises(OutcomeUnknown) as caught:
        script.run(getattr(rest2(), operation)(7, "x"))
    assert caught.value.query and len(script.sent(f"POST ticket/7/{path}")) == 1


def test_a_file_of_which_rest2_would_lose_a_part_is_not_sent() -> None:
    named = NewAttachment("да", b"x", "text/plain; charset=koi8-r")
    text = NewAttachment("k", "да".encode("koi8-r"), "text/plain; charset=koi8-r")
    for making in (rest2().reply(7, "x", attachments=[named]),
                   rest2().create_ticket("General", attachments=[text])):
        script = Script({})
        with pytest.raises(Unsupported) as caught:
            script.run(making)
        assert caught.value.argument == "attachments" and script.asked == []
