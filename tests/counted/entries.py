"""Searches of transactions and attachments."""
from __future__ import annotations

from dataclasses import replace
from typing import Tuple

from rtcompat import ticketsql, where
from tests.request_cases import Case, Place, case, few

__all__ = ["CASES"]


def _of_ticket(at: Place) -> Tuple[object, ...]:
    return (where("ticket_id", "=", at.tickets["plain"]),)


def _by_login(at: Place) -> Tuple[object, ...]:
    return (where("ticket_id", "=", at.tickets["plain"]), where("creator", "=", "alice"))


def _part_by_login(at: Place) -> Tuple[object, ...]:
    return (where("id", "=", at.parts["utf8"]), where("creator", "!=", "nora"))


CASES: Tuple[Case, ...] = tuple(replace(one, where=few) for one in (
    case("search_transactions", "up to 100", _of_ticket),
    case("search_transactions", "by a query",
         query=lambda at: ticketsql("ObjectId = {}", at.tickets["plain"])),
    case("search_transactions", "a creator by login", _by_login),
    case("search_attachments", "up to 100",
         lambda at: [where("id", "=", at.parts["utf8"])]),
    case("search_attachments", "a creator by login", _part_by_login),
))
