"""What changed since a moment: tickets that a query finds, and their new transactions, each once.

RT has no feed. A ticket's LastUpdated has whole seconds, is set inside the write (later seen than
it says), and by it alone nobody knows which transactions are new. So each poll is a sweep: tickets
updated since a *floor*, which stays `_LAG` behind what the sweep before had seen, are listed;
those whose state is not known yet are examined; and a transaction counts as new when it was
created after the floor and its number was not handed out. What was handed out since the floor is
in the cursor. All moments are the server's own: dates of records, never our clock, which only
tells how long ago a ticket was looked at.

Dates in TicketSQL are read in the user's zone, so the query asks for more (`_MARGIN`), and the
records' own times decide.
"""
from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import (Any, Dict, Generator, Iterable, List, Mapping, NamedTuple, Optional, Set,
                    Tuple, TypeVar, Union)

from rtcompat.errors import NotFound, PermissionDenied, UsageError
from rtcompat.model import Outcome, Ticket, Transaction
from rtcompat.ticketsql import Query, enclosed, ticketsql
from rtcompat.watching.asking import Ask, Histories, Next, Search, Wait
from rtcompat.watching.cursor import DOUBT, OVERLAP, Found, Seen, State, origin, text_of

__all__ = ["Change", "Sweeps"]

T = TypeVar("T")

#: A ticket is looked at again until its state is so many seconds old, its second being over, and
#: once more when it is so old that whatever was under way is done.
_AGAIN = (3, int(OVERLAP.total_seconds()))
#: Zones are at most so far east of UTC's west end, and an hour for a change of the clocks.
_MARGIN = timedelta(hours=13)
#: RT takes what lies before for not set.
_FIRST = datetime(1970, 1, 3, tzinfo=timezone.utc)
_PAGE = 100


@dataclass(frozen=True)
class Change:
    """A ticket that changed.

    Attributes:
        ticket: as it is now; it may be newer than the transactions.
        transactions: those that are new, by id; none where RT shows us none of what was done.
        cursor: plain values (JSON can hold them) to go on with after this change.
    """

    ticket: Ticket
    transactions: Tuple[Transaction, ...]
    cursor: Mapping[str, Any]


class _News(NamedTuple):
    """A ticket with what is new, by the moment and the number with which that begins."""

    began: datetime
    first: int
    found: Found
    fresh: Tuple[Transaction, ...]


#: Asks for what it needs, each `Ask` answered as it says, and returns a result.
Asking = Generator[Ask, Any, T]
#: Asks for what it needs, and between hands out changes.
Steps = Generator[Union[Ask, Change], Any, None]


class Sweeps:
    """A watch, whoever answers what it asks. The arguments are those of `Tracker.watch`; the
    server's URL, where it is known, goes into the cursor.

    Nothing is lost where a question fails or the asking is broken off there: the sweep begins
    anew, and knows what was handed out.
    """

    def __init__(self, query: Union[str, Query], since: Union[datetime, Mapping[str, Any]], *,
                 interval: Optional[float] = None, fields: Optional[Iterable[str]] = None,
                 content: bool = False, ignore: Iterable[str] = (),
                 server: Optional[str] = None) -> None:
        if not isinstance(query, (str, Query)) or (isinstance(query, str) and not query.strip()):
            raise UsageError("query is TicketSQL", argument="query")
        if isinstance(ignore, str):
            raise UsageError("ignore is a list of logins", argument="ignore")
        if interval is not None and (
                isinstance(interval, bool) or not isinstance(interval, (int, float))
                or not interval >= 0):
            raise UsageError("interval is a number of seconds from 0 on, or None, not "
                             f"{interval!r}", argument="interval")
        self._query = query if isinstance(query, Query) else enclosed(query)
        self._state = State.of(since, origin(query, server))
        self._interval = interval
        self._fields = None if fields is None else tuple(fields)
        self._content = content
        self._ignored = frozenset(login.casefold() for login in ignore)
        self._emitted: Set[int] = set()
        self._steps: Optional[Steps] = None
        self._ended = False

    @property
    def cursor(self) -> Dict[str, Any]:
        """Where it is now."""
        return self._state.plain()

    def coming(self) -> Asking[Optional[Change]]:
        """The next change, None where there will be none."""
        while not self._ended:
            # While it is asking it is nobody's: where that fails, another sweep begins.
            steps, self._steps = self._steps or self._sweep(), None
            change = yield from _until_change(steps)
            if change is not None:
                self._steps = steps
                return change
            self._ended = self._interval is None or not (yield Wait(self._interval))
        return None

    # -- a sweep ------------------------------------------------------------------------------

    def _sweep(self) -> Steps:
        state = self._state
        listed, whole = yield from self._newest()
        if state.upto is None:
            state.upto = max([state.mark, *(_surely(one) for one in listed)])
        if whole and not state.after:
            yield from self._changes(listed)
        else:
            after = state.after
            walk = yield Search(self._asked(f" AND id > {after}" if after else ""), "",
                                ("last_updated",))
            while True:
                # By number: that misses none which others change meanwhile.
                some = [_found(ticket) for ticket in (yield from _taken(walk, _PAGE))]
                yield from self._changes([one for one in some if self._recent(one)])
                if len(some) < _PAGE:
                    break
                state.after, state.swept = some[-1].id, set()
        state.finish()
        self._emitted.clear()

    def _asked(self, further: str = "") -> Union[str, Query]:
        """The query, of tickets updated since the floor and some hours before."""
        literal = f"{max(self._state.floor, _FIRST) - _MARGIN:%Y-%m-%d %H:%M:%S}"
        recent = f"LastUpdated > '{literal}'{further}"
        if isinstance(self._query, Query):
            return self._query & ticketsql(recent)
        return f"{self._query} AND {recent}"

    def _newest(self) -> Asking[Tuple[List[Found], bool]]:
        """The tickets updated last, and whether they are all since the floor: one page, so that
        nothing moves while it is read."""
        listing = yield Search(self._asked(), "-LastUpdated", ("last_updated",))
        found: List[Found] = []
        while len(found) < _PAGE:
            ticket: Optional[Ticket] = yield Next(listing)
            if ticket is None:
                break
            one = _found(ticket)
            if one.exact and not self._recent(one):
                return found, True
            found.append(one)
        return [one for one in found if self._recent(one)], len(found) < _PAGE

    def _recent(self, one: Found) -> bool:
        return one.updated + (timedelta(0) if one.exact else DOUBT) >= self._state.floor

    # -- what is new --------------------------------------------------------------------------

    def _changes(self, listed: List[Found]) -> Steps:
        """The changes of some tickets, in the order in which they began."""
        new = yield from self._news([one for one in listed if self._is_due(one)])
        tickets = yield from self._tickets([each.found.id for each in new])
        for _, _, one, fresh in sorted(new, key=lambda each: each[:2]):
            ticket = tickets.get(one.id)
            if ticket is None:
                continue  # merged or deleted by now: the survivor tells
            fresh = tuple(each for each in fresh if each.id not in self._emitted)
            told = tuple(each for each in fresh
                         if not self._ignored or each.creator.casefold() not in self._ignored)
            silent = bool(fresh) and not told
            self._handled(one, fresh)
            if not silent:
                yield Change(ticket, told, self._state.plain())

    def _news(self, due: List[Found]) -> Asking[List[_News]]:
        """What the tickets' histories tell; those that tell nothing new are handled."""
        new: List[_News] = []
        if not due:
            return new
        listing = yield Histories(tuple(one.id for one in due), self._content)
        for one in due:
            outcome: Outcome[Tuple[Transaction, ...]] = yield Next(listing)
            if isinstance(outcome.error, (NotFound, PermissionDenied)):
                continue  # gone by now
            history = outcome.get()
            fresh = self._fresh(one, history)
            if fresh:
                new.append(_News(fresh[0].created, fresh[0].id, one, fresh))
            elif self._moved_unseen(one, history):
                new.append(_News(one.updated, 0, one, ()))
            else:
                self._handled(one, ())
        return new

    def _is_due(self, one: Found) -> bool:
        seen = self._state.seen.get(one.id)
        if seen is None or seen.updated != text_of(one.updated):
            return True
        if seen.stage == 0:
            return True
        return seen.stage < len(_AGAIN) and time.time() - seen.at >= _AGAIN[seen.stage]

    def _fresh(self, one: Found, history: Tuple[Transaction, ...]) -> Tuple[Transaction, ...]:
        floor = self._state.floor_of(one.id)
        return tuple(sorted((each for each in history if each.created >= floor
                             and each.id not in self._state.done
                             and each.id not in self._emitted), key=lambda each: each.id))

    def _moved_unseen(self, one: Found, history: Tuple[Transaction, ...]) -> bool:
        """Whether the ticket was updated by something that RT does not show us."""
        seen = self._state.seen.get(one.id)
        if (seen is not None and seen.updated == text_of(one.updated)) or not one.exact:
            return False
        newest = max((each.created for each in history), default=self._state.mark - OVERLAP)
        return one.updated > self._state.mark and newest < one.updated - OVERLAP

    def _tickets(self, numbers: List[int]) -> Asking[Dict[int, Ticket]]:
        """The records of tickets; those that are merged or deleted by now are missing."""
        if self._fields == ():
            return {number: Ticket(number, asked_id=number) for number in numbers}
        found: Dict[int, Ticket] = {}
        if numbers:
            query = " OR ".join(f"id = {number}" for number in numbers)
            listing = yield Search(query, "", self._fields)
            for ticket in (yield from _taken(listing, len(numbers))):
                found[ticket.id] = ticket
        return found

    def _handled(self, one: Found, fresh: Tuple[Transaction, ...]) -> None:
        """Take note that a ticket was examined and its news handed out."""
        state = self._state
        now, updated = int(time.time()), text_of(one.updated)
        seen = state.seen.get(one.id)
        if fresh or seen is None or seen.updated != updated:
            seen = Seen(updated, now, 0, one.exact)
        else:
            stage = sum(1 for seconds in _AGAIN if now - seen.at >= seconds)
            seen = seen._replace(stage=max(stage, seen.stage))
        if state.is_kept(one.updated, one.exact):
            state.seen[one.id] = seen
        state.swept.add(one.id)
        for each in fresh:
            self._emitted.add(each.id)
            if each.created >= state.floor_to_come:
                state.done[each.id] = each.created


def _until_change(steps: Steps) -> Asking[Optional[Change]]:
    """Go on with a sweep until it hands out a change; None at its end."""
    answer: Any = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration:
            return None
        if isinstance(step, Change):
            return step
        answer = yield step


def _taken(listing: Any, most: int) -> Asking[List[Ticket]]:
    """The next tickets of a listing."""
    found: List[Ticket] = []
    while len(found) < most:
        ticket: Optional[Ticket] = yield Next(listing)
        if ticket is None:
            break
        found.append(ticket)
    return found


def _found(ticket: Ticket) -> Found:
    return Found(ticket.id, ticket.last_updated or datetime.min.replace(tzinfo=timezone.utc),
                 ticket.times_exact)


def _surely(one: Found) -> datetime:
    """The earliest that a ticket's LastUpdated can mean."""
    return one.updated if one.exact else one.updated - DOUBT
