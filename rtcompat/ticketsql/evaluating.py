"""TicketSQL evaluated over records, without an RT: what RT would find among these tickets.

Where a record does not hold what a condition asks for, the ticket is neither found nor passed over
in silence: it is `Undecided`. What hangs on merges is answered as if there were none, and noted.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Callable, Dict, Iterable, Iterator, List, Optional, Set, Tuple, Union

from rtcompat.errors import UsageError
from rtcompat.model import NOT_LOADED, Ticket, User
from rtcompat.ticketsql.comparing import either, every, opposite
from rtcompat.ticketsql.customvalues import name_of
from rtcompat.ticketsql.judging import Judge, judge_of, link_end
from rtcompat.ticketsql.known import Known, Row, Setting
from rtcompat.ticketsql.moments import zones_of
from rtcompat.ticketsql.ordering import checked_order, in_order
from rtcompat.ticketsql.parsing import (Condition, Negation, Node, conditions_of, mixed, parse)
from rtcompat.ticketsql.query import Query
from rtcompat.ticketsql.words import HISTORY

__all__ = ["Evaluator", "Found", "Undecided", "found"]


@dataclass(frozen=True)
class Undecided:
    """A ticket of which the records do not tell whether it fits.

    Attributes:
        ticket_id: its number.
        fields: the left sides of the conditions that could not be told: ``CF.{Severity}``.
    """

    ticket_id: int
    fields: Tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """What a query found.

    Attributes:
        tickets: in order.
        undecided: those that are left out as the records do not tell, by id.
        notes: sentences on what RT would answer otherwise, or what may be misspelt.
    """

    tickets: Tuple[Ticket, ...]
    undecided: Tuple[Undecided, ...] = ()
    notes: Tuple[str, ...] = field(default=(), compare=False)


class Evaluator:
    """A query made ready for any number of tickets.

    Args: see `found`.
    Raises: InvalidQuery, Unsupported, UsageError.
    """

    def __init__(self, query: Union[str, Query], *, now: Optional[datetime] = None,
                 zone: str = "UTC", user: Union[User, str, None] = None,
                 known: Optional[Known] = None) -> None:
        names = zones_of(zone)
        if len(names) != 1:
            raise UsageError("a query is evaluated in one time zone", argument="zone")
        if now is not None and now.utcoffset() is None:
            raise UsageError("now is a datetime with a time zone", argument="now")
        text = query.text(zone) if isinstance(query, Query) else query
        login = user.name if isinstance(user, User) else user or ""
        self._setting = Setting(now or datetime.now(timezone.utc), zone, login,
                                user if isinstance(user, User) else None, known or Known())
        self.tree: Node = parse(text)
        self._leaves: List[Tuple[Condition, Judge]] = []
        self._judge = self._made(self.tree)
        self._by_row = any(one.kind in HISTORY for one in conditions_of(self.tree))
        fields = [name_of(one.detail)[1] for one in conditions_of(self.tree) if one.kind == "cf"]
        self._unseen: Dict[str, str] = {name.lower(): name for name in fields}

    def _made(self, node: Node) -> Judge:
        if isinstance(node, Condition):
            judge = judge_of(node, self._setting)
            self._leaves.append((node, judge))
            return judge
        if isinstance(node, Negation):
            part = self._made(node.part)
            return lambda ticket, row: opposite(part(ticket, row))
        return _joined([self._made(one) for one in node.parts], node.word)

    def matches(self, ticket: Ticket) -> Optional[bool]:
        """Whether RT would find the ticket; None where its record does not tell.

        RT finds no deleted ticket, whatever is asked.
        """
        if self._unseen and ticket.custom_fields is not NOT_LOADED:
            for one in ticket.custom_fields:
                self._unseen.pop(one.lower(), None)
        if ticket.status is not NOT_LOADED and ticket.status.lower() == "deleted":
            return False
        result = self._judge(ticket, None)
        if not self._by_row or result is not None:
            return result
        rows = self._rows(ticket)
        if rows is None:
            return None
        return either([self._judge(ticket, row) for row in rows])

    def _rows(self, ticket: Ticket) -> Optional[List[Row]]:
        history = self._setting.known.history(ticket.id)
        if history is None:
            return None
        rows: List[Row] = []
        for transaction in history:
            parts = transaction.attachments
            if parts is NOT_LOADED or not parts:
                rows.append((transaction, None))
            else:
                rows += [(transaction, part) for part in parts]
        return rows

    def untold(self, ticket: Ticket) -> Tuple[str, ...]:
        """The left sides of the conditions that a ticket's records do not tell."""
        rows: List[Optional[Row]] = list(self._rows(ticket) or ()) if self._by_row else []
        names = [one.name for one, judge in self._leaves
                 if any(judge(ticket, row) is None for row in (rows or [None]))]
        return tuple(dict.fromkeys(names))

    def notes(self) -> Tuple[str, ...]:
        """What may surprise, once the tickets have been looked at."""
        said: List[str] = []
        if mixed(self.tree):
            said.append("AND and OR stand at one level: AND was taken first; RT takes the last of "
                        "them for the whole level")
        said += dict.fromkeys(filter(None, map(_on_merges, conditions_of(self.tree))))
        said += [f"no ticket has a custom field {name!r}" for name in sorted(self._unseen.values())]
        return tuple(said)


def _on_merges(condition: Condition) -> str:
    """What RT makes of merges, of which records tell nothing; "" where a condition does not ask
    (4.4.6 to 5.0.10)."""
    if condition.key == "EffectiveId":
        return ("EffectiveId: RT finds tickets that were merged into others, too, and of them "
                "there are no records")
    if condition.key in ("Linked", "LinkedTo", "LinkedFrom") \
            and None in map(link_end, condition.values):
        return f"{condition.key}: RT counts a merge as a link of the ticket that is left"
    return ""


def _joined(parts: List[Judge], word: str) -> Judge:
    """All or any of the parts; the first that settles it ends the asking."""
    settled = word == "OR"
    whole: Callable[[List[Optional[bool]]], Optional[bool]] = either if settled else every

    def judge(ticket: Ticket, row: Optional[Row]) -> Optional[bool]:
        results: List[Optional[bool]] = []
        for part in parts:
            result = part(ticket, row)
            if result is settled:
                return settled
            results.append(result)
        return whole(results)
    return judge


def found(query: Union[str, Query], tickets: Iterable[Ticket], *, order: Optional[str] = None,
          now: Optional[datetime] = None, zone: str = "UTC",
          user: Union[User, str, None] = None, known: Optional[Known] = None) -> Found:
    """The tickets that a query finds among these.

    Args:
        query: TicketSQL, or what `ticketsql` made.
        tickets: read once, one after the other; of several with the same id the first counts.
        order: a field of TicketSQL, ``-`` before it for descending; None: by id.
        now: aware; what relative dates start from, the present by default.
        zone: name of the time zone in which dates in the query are read.
        user: whose ``__CurrentUser__`` is: their login, or their record.
        known: what is not in a ticket: links, histories, contents, users, numbers of queues.
    Returns: Found.
    Raises: InvalidQuery that names the character and what was expected, and for a field to order
        by that is unknown; Unsupported for fields that records cannot tell; UsageError.
    """
    evaluator = Evaluator(query, now=now, zone=zone, user=user, known=known)
    checked_order(order)
    fitting: List[Ticket] = []
    undecided: List[Undecided] = []
    for ticket in _once(tickets):
        result = evaluator.matches(ticket)
        if result:
            fitting.append(ticket)
        elif result is None:
            undecided.append(Undecided(ticket.id, evaluator.untold(ticket)))
    ordered, untold = in_order(fitting, order)
    notes = evaluator.notes()
    if untold:
        notes += (f"{untold} tickets do not tell their {order} and come last",)
    return Found(tuple(ordered), tuple(sorted(undecided, key=lambda one: one.ticket_id)), notes)


def _once(tickets: Iterable[Ticket]) -> Iterator[Ticket]:
    seen: Set[int] = set()
    for ticket in tickets:
        if ticket.id not in seen:
            seen.add(ticket.id)
            yield ticket
