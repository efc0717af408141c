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

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import (Any, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Protocol,
                    Set, Tuple, Union)

from rtcompat.errors import NotFound, PermissionDenied, UsageError
from rtcompat.model import Outcome, Ticket, Transaction
from rtcompat.ticketsql import Query, ticketsql

__all__ = ["Change", "Watch", "Watched"]

#: How long a transaction may take to become visible after the second it is dated.
OVERLAP = timedelta(seconds=120)
#: A ticket is looked at again until its state is so many seconds old, its second being over, and
#: once more when it is so old that whatever was under way is done.
_AGAIN = (3, int(OVERLAP.total_seconds()))
#: How far the floor stays behind: a ticket that is not due for its last look was first seen in its
#: state within `OVERLAP`, and did not show then what was dated as long before.
_LAG = 2 * OVERLAP
#: Zones are at most so far east of UTC's west end, and an hour for a change of the clocks.
_MARGIN = timedelta(hours=13)
#: What a time that REST 1.0 left in doubt may be off.
_DOUBT = timedelta(hours=27)
#: RT takes what lies before for not set.
_FIRST = datetime(1970, 1, 3, tzinfo=timezone.utc)
_PAGE = 100
_VERSION = 1


class Watched(Protocol):
    """The operations that watching is made of."""

    def search_tickets(self, query: Union[str, Query], *, order: Optional[str] = None,
                       fields: Optional[Iterable[str]] = None,
                       snapshot: bool = False) -> Iterator[Ticket]: ...

    def get_histories(self, ticket_ids: Iterable[int], *, content: bool = True
                      ) -> Iterator[Outcome[Tuple[Transaction, ...]]]: ...


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


class _Found(NamedTuple):
    """A ticket in the list of a sweep."""

    id: int
    updated: datetime
    exact: bool


class _Seen(NamedTuple):
    """The state in which a ticket was examined: when by our clock, how often after that, and
    whether the state's time is exact."""

    updated: str
    at: int
    stage: int
    exact: bool


class _State:
    """Where a watch is: what the cursor holds.

    Attributes:
        floor: transactions created before are no news, whatever their ticket.
        mark: LastUpdated of the newest ticket that the sweeps before this one listed.
        upto: the same of the sweep under way, None between two.
        swept, after: tickets which that sweep is done with, and a number up to which all are.
        done: transactions handed out that were created after the floor to come.
        seen: tickets updated since the floor, and in which state they were examined.
    """

    def __init__(self, floor: datetime, mark: datetime) -> None:
        self.floor, self.mark = floor, mark
        self.upto: Optional[datetime] = None
        self.swept: Set[int] = set()
        self.after = 0
        self.done: Dict[int, datetime] = {}
        self.seen: Dict[int, _Seen] = {}

    @property
    def floor_to_come(self) -> datetime:
        """The floor after the sweep under way."""
        return max(self.floor, (self.upto or self.mark) - _LAG)

    def floor_of(self, ticket_id: int) -> datetime:
        """The floor for a ticket: the next one where this sweep is done with it."""
        done = ticket_id in self.swept or ticket_id <= self.after
        return self.floor_to_come if done else self.floor

    def finish(self) -> None:
        """End the sweep: what lies before the new floor is forgotten."""
        self.floor = self.floor_to_come
        self.mark = self.upto or self.mark
        self.upto, self.swept, self.after = None, set(), 0
        self.done = {number: created for number, created in self.done.items()
                     if created >= self.floor}
        self.seen = {number: one for number, one in self.seen.items()
                     if self.is_kept(_moment(one.updated), one.exact)}

    def is_kept(self, updated: datetime, exact: bool) -> bool:
        """Whether a ticket of this state will be listed again."""
        return updated + (timedelta(0) if exact else _DOUBT) >= self.floor_to_come

    # -- as plain values ----------------------------------------------------------------------

    def plain(self) -> Dict[str, Any]:
        """The cursor."""
        return {"version": _VERSION, "floor": _text(self.floor), "mark": _text(self.mark),
                "upto": None if self.upto is None else _text(self.upto),
                "swept": sorted(self.swept), "after": self.after,
                "done": [[number, _text(created)] for number, created in self.done.items()],
                "seen": [[number, *one] for number, one in self.seen.items()]}

    @classmethod
    def of(cls, since: Union[datetime, Mapping[str, Any]]) -> _State:
        """From a moment or a cursor. Raises: UsageError."""
        if isinstance(since, datetime):
            if since.utcoffset() is None:
                raise UsageError("since is a datetime with a time zone", argument="since")
            moment = since.astimezone(timezone.utc)
            return cls(moment, moment)
        if not isinstance(since, Mapping) or since.get("version") != _VERSION:
            raise UsageError("since is a moment, or the cursor of a change", argument="since")
        try:
            state = cls(_moment(since["floor"]), _moment(since["mark"]))
            state.upto = None if since["upto"] is None else _moment(since["upto"])
            state.swept, state.after = set(map(int, since["swept"])), int(since["after"])
            state.done = {int(number): _moment(text) for number, text in since["done"]}
            state.seen = {int(number): _Seen(str(text), int(at), int(stage), bool(exact))
                          for number, text, at, stage, exact in since["seen"]}
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError("this is not the cursor of a change as it was saved",
                             argument="since") from error
        return state


def _text(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat()


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.utcoffset() is None:
        raise ValueError("no time zone")
    return found


class Watch(Iterator[Change]):
    """An iterator over what changed. See `Tracker.watch`.

    An error ends nothing: the next ``next`` goes on where this one failed.
    """

    def __init__(self, tracker: Watched, query: Union[str, Query],
                 since: Union[datetime, Mapping[str, Any]], *, interval: Optional[float] = None,
                 fields: Optional[Iterable[str]] = None, content: bool = False,
                 ignore: Iterable[str] = ()) -> None:
        if not isinstance(query, (str, Query)) or (isinstance(query, str) and not query.strip()):
            raise UsageError("query is TicketSQL", argument="query")
        if isinstance(ignore, str):
            raise UsageError("ignore is a list of logins", argument="ignore")
        if interval is not None and (
                isinstance(interval, bool) or not isinstance(interval, (int, float))
                or not interval >= 0):
            raise UsageError("interval is a number of seconds", argument="interval")
        self._tracker, self._query = tracker, query
        self._state = _State.of(since)
        self._interval = interval
        self._fields = None if fields is None else tuple(fields)
        self._content = content
        self._ignored = frozenset(login.casefold() for login in ignore)
        self._emitted: Set[int] = set()
        self._steps: Optional[Iterator[Change]] = None
        self._closed = threading.Event()

    def __iter__(self) -> Watch:
        return self

    @property
    def cursor(self) -> Dict[str, Any]:
        """Where it is now: plain values to go on with later. Between two changes it tells more
        than the last change's: also what was looked at and had nothing new."""
        return self._state.plain()

    def close(self) -> None:
        """End it, even while it waits (from another thread)."""
        self._closed.set()

    def __next__(self) -> Change:
        while not self._closed.is_set():
            if self._steps is None:
                self._steps = self._sweep()
            steps, self._steps = self._steps, None
            for change in steps:
                self._steps = steps
                return change
            if self._interval is None:
                self._closed.set()
            else:
                self._closed.wait(self._interval)
        raise StopIteration

    # -- a sweep ------------------------------------------------------------------------------

    def _sweep(self) -> Iterator[Change]:
        state = self._state
        listed, whole = self._newest()
        if state.upto is None:
            state.upto = max([state.mark, *(_surely(one) for one in listed)])
        if whole and not state.after:
            yield from self._changes(listed)
        else:
            walk = self._walk()
            while True:
                some = list(islice(walk, _PAGE))
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
        return f"({self._query}) AND {recent}"

    def _newest(self) -> Tuple[List[_Found], bool]:
        """The tickets updated last, and whether they are all since the floor: one page, so that
        nothing moves while it is read."""
        listing = self._tracker.search_tickets(self._asked(), order="-LastUpdated",
                                               fields=("last_updated",))
        found: List[_Found] = []
        for ticket in islice(listing, _PAGE):
            one = _found(ticket)
            if one.exact and not self._recent(one):
                return found, True
            found.append(one)
        return [one for one in found if self._recent(one)], len(found) < _PAGE

    def _walk(self) -> Iterator[_Found]:
        """The tickets by number, which misses none that others change meanwhile."""
        after = self._state.after
        for ticket in self._tracker.search_tickets(
                self._asked(f" AND id > {after}" if after else ""), fields=("last_updated",)):
            yield _found(ticket)

    def _recent(self, one: _Found) -> bool:
        return one.updated + (timedelta(0) if one.exact else _DOUBT) >= self._state.floor

    # -- what is new --------------------------------------------------------------------------

    def _changes(self, listed: List[_Found]) -> Iterator[Change]:
        """The changes of some tickets, in the order in which they began."""
        state = self._state
        due = [one for one in listed if self._is_due(one)]
        new: List[Tuple[datetime, int, _Found, Tuple[Transaction, ...]]] = []
        for one, history in self._histories(due):
            fresh = self._fresh(one, history)
            if fresh:
                new.append((fresh[0].created, fresh[0].id, one, fresh))
            elif self._moved_unseen(one, history):
                new.append((one.updated, 0, one, ()))
            else:
                self._handled(one, ())
        tickets = self._tickets([each[2].id for each in new])
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
                yield Change(ticket, told, state.plain())

    def _is_due(self, one: _Found) -> bool:
        seen = self._state.seen.get(one.id)
        if seen is None or seen.updated != _text(one.updated):
            return True
        if seen.stage == 0:
            return True
        return seen.stage < len(_AGAIN) and time.time() - seen.at >= _AGAIN[seen.stage]

    def _histories(self, due: List[_Found]) -> Iterator[Tuple[_Found, Tuple[Transaction, ...]]]:
        """The tickets with their transactions; without those that are gone by now."""
        if not due:
            return
        # REST 1.0 tells who did it only with the contents.
        content = self._content or bool(self._ignored)
        for one, outcome in zip(due, self._tracker.get_histories([one.id for one in due],
                                                                 content=content)):
            if not isinstance(outcome.error, (NotFound, PermissionDenied)):
                yield one, outcome.get()

    def _fresh(self, one: _Found, history: Tuple[Transaction, ...]) -> Tuple[Transaction, ...]:
        floor = self._state.floor_of(one.id)
        return tuple(sorted((each for each in history if each.created >= floor
                             and each.id not in self._state.done
                             and each.id not in self._emitted), key=lambda each: each.id))

    def _moved_unseen(self, one: _Found, history: Tuple[Transaction, ...]) -> bool:
        """Whether the ticket was updated by something that RT does not show us."""
        seen = self._state.seen.get(one.id)
        if (seen is not None and seen.updated == _text(one.updated)) or not one.exact:
            return False
        newest = max((each.created for each in history), default=self._state.mark - OVERLAP)
        return one.updated > self._state.mark and newest < one.updated - OVERLAP

    def _tickets(self, numbers: List[int]) -> Dict[int, Ticket]:
        """The records of tickets; those that are merged or deleted by now are missing."""
        if self._fields == ():
            return {number: Ticket(number, asked_id=number) for number in numbers}
        found: Dict[int, Ticket] = {}
        if numbers:
            query = " OR ".join(f"id = {number}" for number in numbers)
            for ticket in self._tracker.search_tickets(query, fields=self._fields):
                found[ticket.id] = ticket
        return found

    def _handled(self, one: _Found, fresh: Tuple[Transaction, ...]) -> None:
        """Take note that a ticket was examined and its news handed out."""
        state = self._state
        now, updated = int(time.time()), _text(one.updated)
        seen = state.seen.get(one.id)
        if fresh or seen is None or seen.updated != updated:
            seen = _Seen(updated, now, 0, one.exact)
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


def _found(ticket: Ticket) -> _Found:
    return _Found(ticket.id, ticket.last_updated or datetime.min.replace(tzinfo=timezone.utc),
                  ticket.times_exact)


def _surely(one: _Found) -> datetime:
    """The earliest that a ticket's LastUpdated can mean."""
    return one.updated if one.exact else one.updated - _DOUBT
