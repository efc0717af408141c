"""Requests of operations on many tickets, which are counted with few: they go by the hundred."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, List, Tuple

from rtcompat.model import NewMessage, NewTicket, TicketChange
from tests.request_cases import VALUES, Case, Place, case, few, html_said, ticket

__all__ = ["CASES"]


def paging(count: int) -> Callable[[Place], List[int]]:
    """So many tickets of the seed."""
    return lambda at: sorted(number for name, number in at.tickets.items()
                             if name.startswith("paging "))[:count]


def together(*numbers: Callable[[Place], int]) -> Callable[[Place], List[int]]:
    return lambda at: [one(at) for one in numbers]


def changes(**given: Any) -> Callable[[Place], Tuple[TicketChange, ...]]:
    """The same change of three new tickets."""
    return lambda at: TicketChange(0, **given).for_each([at.ticket() for _ in range(3)])


def messages(**given: Any) -> Callable[[Place], Tuple[NewMessage, ...]]:
    return lambda at: NewMessage(0, "x", **given).for_each([at.ticket() for _ in range(3)])


NEW = [NewTicket("General", subject="counted", content="x")] * 3

CASES: Tuple[Case, ...] = tuple(replace(one, where=few) for one in (
    case("get_tickets", "100 tickets", paging(100)),
    case("get_tickets", "250 tickets", paging(250)),
    case("get_tickets", "one that is missing", together(Place.said, lambda at: 99999999)),
    case("get_tickets", "one that is merged", together(Place.said, ticket("merged"))),
    case("get_histories", "with text", together(Place.said)),
    case("get_histories", "with HTML", together(html_said)),
    case("get_histories", "content=False", together(Place.said), content=False),
    case("get_histories", "50 tickets", paging(50)),
    case("create_tickets", "3 tickets", NEW),
    case("create_tickets", "3 tickets, read_back=False", NEW, read_back=False),
    case("edit_tickets", "3 tickets", changes(subject="other", priority=3)),
    case("edit_tickets", "read_back=False", changes(subject="other"), read_back=False),
    case("edit_tickets", "custom fields, read_back=False", changes(custom_fields=VALUES),
         read_back=False),
    case("edit_tickets", "deleted", changes(status="deleted")),
    *(one for operation in ("reply_to_tickets", "comment_on_tickets") for one in (
        case(operation, "3 tickets", messages()),
        case(operation, "with a status", messages(status="stalled"))))))
