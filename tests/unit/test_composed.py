"""What is composed of operations checks what it is given."""
from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, List

import pytest

from rtcompat import ServerInfo, UsageError
from rtcompat.model import NewMessage, Receipt, Ticket, TicketChange
from rtcompat.tracker import COMPOSED, OPERATIONS, Tracker

TICKET = Ticket(7)


class Kept(Tracker):
    """One ticket; keeps the edits."""

    def __init__(self) -> None:
        self.edits: List[Any] = []

    def _carried(self, operation: str, given: Any) -> Any:
        if operation == "get_ticket":
            return TICKET
        self.edits.append(given)
        return Receipt(id=7)


async def _nothing() -> None:
    pass


@pytest.mark.parametrize("function", [
    5, lambda ticket: "priority", lambda ticket: ticket, lambda ticket: _nothing(),
    lambda ticket: [], lambda ticket: {"nope": 1}, lambda ticket: {"ticket_id": 8},
    lambda ticket: {"if_unchanged": ticket}, lambda ticket: {5: 1}])
def test_a_function_that_says_what_cannot_be_done(function: Any) -> None:
    rt = Kept()
    with pytest.raises(UsageError) as caught:
        rt.update_ticket(7, function)
    assert caught.value.argument == "function" and not rt.edits


def test_a_function_that_says_something_or_nothing() -> None:
    rt = Kept()
    assert rt.update_ticket(7, lambda ticket: None) == Receipt(id=7)
    assert rt.update_ticket(7, lambda ticket: {}) == Receipt(id=7)
    assert not rt.edits
    rt.update_ticket(7, lambda ticket: {"priority": 3})
    assert [one["priority"] for one in rt.edits] == [3]


@pytest.mark.parametrize("interval", ["5", True, -1, float("nan")])
def test_an_interval_is_a_number(interval: Any) -> None:
    with pytest.raises(UsageError) as caught:
        Kept().watch("id > 0", datetime.now(timezone.utc), interval=interval)
    assert caught.value.argument == "interval"


@pytest.mark.parametrize("numbers", [5, "12", None])
def test_for_each_takes_a_list(numbers: Any) -> None:
    for one in (TicketChange(0, priority=1), NewMessage(0, "x")):
        with pytest.raises(UsageError):
            one.for_each(numbers)


def test_what_a_server_supports() -> None:
    info = ServerInfo("http://rt", "5.0.3", ("rest2",), "rest2", unsupported={"merge_ticket": "x"},
                      operations=(*OPERATIONS, *COMPOSED))
    assert info.supports("watch") and info.supports("get_ticket")
    assert not info.supports("merge_ticket")
    with pytest.raises(UsageError):
        info.supports("no_such_operation")
