"""The order of what was found, as RT's ``orderby``.

Names of queues and people and texts without their case, nothing before everything (as SQLite and
MySQL have it), equal ones by id. What a record does not tell comes last.
"""
from __future__ import annotations

import re
from typing import Any, Callable, List, Optional, Tuple

from rtcompat.errors import InvalidQuery
from rtcompat.model import NOT_LOADED, Ticket
from rtcompat.ticketsql.customvalues import values_of
from rtcompat.ticketsql.words import COLUMNS, KINDS, nearest, spelled_word

__all__ = ["in_order", "checked_order"]

_ORDER = re.compile(r"([-+]?)([A-Za-z][^\r\n]*)")
_PEOPLE = {"Requestor": "requestors", "Requestors": "requestors", "Cc": "cc",
           "AdminCc": "admin_cc"}
_NAMES = {"Queue": "queue", "Owner": "owner", "Creator": "creator",
          "LastUpdatedBy": "last_updated_by"}
_Key = Callable[[Ticket], Any]


def checked_order(order: Optional[str]) -> Tuple[_Key, bool]:
    """(what gives a ticket's place, whether descending).

    Raises: InvalidQuery for a field that tickets are not ordered by.
    """
    if order is None:
        return (lambda ticket: ticket.id), False
    found = _ORDER.fullmatch(order) if isinstance(order, str) else None
    if found is None:
        raise InvalidQuery(f"an order names a field, with a minus before it for descending "
                           f"(-Created), not {order!r}")
    return _key(found[2].strip(), order), found[1] == "-"


def _key(name: str, order: str) -> _Key:
    word, _, detail = name.partition(".")
    key = spelled_word(word)
    kind = KINDS.get(key, "")
    if kind == "cf" and detail:
        return lambda ticket: _first(values_of(ticket, detail))
    if key in _PEOPLE and detail in ("", "EmailAddress"):
        return lambda ticket: _address(getattr(ticket, _PEOPLE[key]))
    if key in _NAMES and not detail:
        return lambda ticket: getattr(ticket, _NAMES[key])
    if key in COLUMNS and not detail:
        return lambda ticket: getattr(ticket, COLUMNS[key])
    raise InvalidQuery(f"tickets cannot be ordered by {order!r}",
                       advice=nearest(word, (*COLUMNS, *_NAMES, *_PEOPLE)) or None)


def _first(values: Optional[Tuple[str, ...]]) -> Any:
    if values is None:
        return NOT_LOADED
    return min(values, default=None, key=str.lower)


def _address(people: Any) -> Any:
    if people is NOT_LOADED:
        return people
    return min((one.email for one in people if one.email), default=None)


def in_order(tickets: List[Ticket], order: Optional[str]) -> Tuple[List[Ticket], int]:
    """The tickets ordered, and of how many the record does not tell their place."""
    key, descending = checked_order(order)
    told: List[Tuple[Any, Ticket]] = []
    untold: List[Ticket] = []
    for ticket in sorted(tickets, key=lambda one: one.id):
        value = key(ticket)
        if value is NOT_LOADED:
            untold.append(ticket)
        else:
            text = value.lower() if isinstance(value, str) else value
            told.append(((value is not None, text), ticket))
    nothing = [one for one in told if not one[0][0]]
    something = [one for one in told if one[0][0]]
    something.sort(key=lambda one: one[0][1], reverse=descending)
    both = something + nothing if descending else nothing + something
    return [ticket for _, ticket in both] + untold, len(untold)
