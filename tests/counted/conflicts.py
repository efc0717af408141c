"""Edits that only count while nobody else changes the ticket."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Mapping, Tuple

from rtcompat.model import Ticket
from tests.request_cases import Case, Place, case, few

__all__ = ["CASES"]


def as_read(at: Place) -> Ticket:
    """The ticket that is edited, as it is now."""
    return at.rt.get_ticket(at.said())


def more(at: Place) -> Callable[[Ticket], Mapping[str, Any]]:
    """What an update does."""
    return lambda ticket: {"priority": ticket.priority + 1}


CASES: Tuple[Case, ...] = tuple(replace(one, where=few) for one in (
    case("edit_ticket", "if unchanged", Place.said, subject="other", if_unchanged=as_read),
    case("edit_ticket", "if unchanged, read_back=False", Place.said, subject="more",
         if_unchanged=as_read, read_back=False),
    case("update_ticket", "", Place.said, more)))
