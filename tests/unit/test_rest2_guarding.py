"""Guarded edits over REST2: what is sent, and what is made of RT's test and of the history."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List

import pytest

from rtcompat.errors import Conflict, OutcomeUnknown, PermissionDenied
from rtcompat.model import Ticket
from tests.unit.rest2_script import Said, Script, answer, page, rest2, ticket_item

READ, HEAD, PUT = "GET tickets", "HEAD ticket/7", "PUT ticket/7"
HISTORY = "POST ticket/7/history"
GIVEN = Ticket(7, subject="a ticket", time_worked=5, asked_id=7)
FAILED = answer({"message": "Precondition Failed"}, 412)


def entry(number: int, old: str, new: str, creator: str = "alice") -> Dict[str, Any]:
    return {"id": str(number), "Type": "Set", "Field": "TimeWorked", "OldValue": old,
            "NewValue": new, "TimeTaken": "0", "Creator": {"type": "user", "id": creator},
            "Created": "2024-07-01T10:00:00Z", "ObjectId": "7"}


def worked(minutes: int) -> Any:
    return page([ticket_item(TimeWorked=str(minutes))])


def script(reads: List[Said], entries: List[Any], put: Said = answer(["Worked 1 minute"]),
           head: Said = answer(content=b"", etag='"40"')) -> Script:
    return Script({READ: reads, HEAD: [head], PUT: [put], HISTORY: [page(entries)]})


def test_the_etag_is_asked_for_before_the_ticket_and_sent_along() -> None:
    server = script([worked(5), worked(6)], [entry(41, "5", "6"), entry(39, "2", "5")])
    receipt = server.run(rest2().edit_ticket(7, time_worked=6, if_unchanged=GIVEN))
    assert receipt.changed == ("time_worked",)
    assert server.lines == [HEAD, READ, PUT, READ, HISTORY]
    assert server.asked[2].headers == (("If-Match", '"40"'),)
    assert not any(name.lower().startswith("if-") and name != "If-Match"
                   for one in server.asked for name, _ in one.headers)


def test_a_ticket_that_holds_its_etag_saves_a_request() -> None:
    server = script([worked(5)], [entry(41, "5", "6")])
    learning = ["POST ticket/0/comment", "POST ticket/0/correspond"]
    for line in learning:  # once a login: how this RT says no
        server.rules[line] = [answer({"message": "No"}, 400)]
    server.run(rest2().edit_ticket(7, time_worked=6, if_unchanged=replace(GIVEN, etag="40"),
                                   read_back=False))
    assert server.lines == [READ, PUT, *learning, HISTORY]
    assert server.asked[1].headers == (("If-Match", '"40"'),)


def test_a_ticket_that_is_another_one_is_not_written_to() -> None:
    server = script([worked(9)], [entry(41, "5", "9", "gerda")])
    with pytest.raises(Conflict) as caught:
        server.run(rest2().edit_ticket(7, time_worked=6, if_unchanged=GIVEN))
    assert PUT not in server.lines and not caught.value.applied
    assert caught.value.found == {"time_worked": 9} and caught.value.wanted == {"time_worked": 6}


def test_what_rt_refuses_by_its_test_tells_what_happened() -> None:
    server = script([worked(5), worked(5)], [entry(41, "5", "5", "gerda")], put=FAILED)
    given = replace(GIVEN, etag="40")
    with pytest.raises(Conflict) as caught:
        server.run(rest2().edit_ticket(7, time_worked=6, if_unchanged=given))
    assert caught.value.code == 412 and not caught.value.applied
    assert [one.creator for one in caught.value.transactions] == ["gerda"]


@pytest.mark.parametrize("entries, put, applied", [
    ([entry(41, "5", "6", "gerda"), entry(42, "5", "6")], answer(["Worked"]), True),
    ([entry(41, "5", "6")], answer([]), False),
    ([entry(41, "5", "6", "gerda")], answer(["Worked"]), False)])
def test_what_came_between_test_and_writing_is_found(entries: List[Any], put: Said,
                                                     applied: bool) -> None:
    server = script([worked(5), worked(6)], entries, put)
    with pytest.raises(Conflict) as caught:
        server.run(rest2().edit_ticket(7, time_worked=6, if_unchanged=GIVEN))
    assert caught.value.applied is applied and caught.value.receipt is not None
    assert [one.id for one in caught.value.transactions] == [41]


def test_a_lost_answer_is_not_taken_for_one_that_says_nothing() -> None:
    server = script([worked(5), worked(6)], [entry(41, "5", "6")], OutcomeUnknown("it broke"))
    assert server.run(rest2().edit_ticket(7, time_worked=6, if_unchanged=GIVEN)).changed == (
        "time_worked",)


def test_without_an_etag_nothing_is_sent_along_and_who_may_not_see_is_told() -> None:
    server = script([worked(5), worked(6)], [], head=answer(content=b""))
    server.run(rest2().edit_ticket(7, time_worked=6, if_unchanged=GIVEN))
    assert server.lines == [HEAD, READ, PUT, READ] and server.asked[2].headers == ()
    server = Script({HEAD: [answer(content=b"", status=403)], READ: [page([])],
                     "GET ticket/7": [answer({"message": "Forbidden"}, 403)]})
    with pytest.raises(PermissionDenied):
        server.run(rest2().edit_ticket(7, time_worked=6, if_unchanged=GIVEN))
