"""Where a watch is, and that as plain values: the cursor."""
from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Mapping, NamedTuple, Optional, Set, Union

from rtcompat.errors import UsageError
from rtcompat.ticketsql import Query

__all__ = ["DOUBT", "OVERLAP", "Found", "Origin", "Seen", "State", "origin", "text_of"]

#: How long a transaction may take to become visible after the second it is dated.
OVERLAP = timedelta(seconds=120)
#: What a time that REST 1.0 left in doubt may be off.
DOUBT = timedelta(hours=27)
#: How far the floor stays behind: a ticket that is not due for its last look was first seen in its
#: state within `OVERLAP`, and did not show then what was dated as long before.
_LAG = 2 * OVERLAP
_VERSION = 1


class Found(NamedTuple):
    """A ticket in the list of a sweep."""

    id: int
    updated: datetime
    exact: bool


class Seen(NamedTuple):
    """The state in which a ticket was examined: when by our clock, how often after that, and
    whether the state's time is exact."""

    updated: str
    at: int
    stage: int
    exact: bool


class Origin(NamedTuple):
    """What a cursor belongs to: its query, as a digest, and its server, None where that is not
    known."""

    query: str
    server: Optional[str]


def origin(query: Union[str, Query], server: Optional[str]) -> Origin:
    """Of a query, whose moments do not count: they may move from one look to the next."""
    text = query.text("UTC") if isinstance(query, Query) else query
    still = re.sub(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?", "", " ".join(text.split()))
    digest = hashlib.sha256(still.encode("utf-8", "surrogatepass")).hexdigest()
    return Origin(digest[:16], server)


class State:
    """Where a watch is: what the cursor holds.

    Attributes:
        origin: what it belongs to.
        floor: transactions created before are no news, whatever their ticket.
        mark: LastUpdated of the newest ticket that the sweeps before this one listed.
        upto: the same of the sweep under way, None between two.
        swept, after: tickets which that sweep is done with, and a number up to which all are.
        done: transactions handed out that were created after the floor to come.
        seen: tickets updated since the floor, and in which state they were examined.
    """

    def __init__(self, floor: datetime, mark: datetime, origin: Origin) -> None:
        self.origin = origin
        self.floor, self.mark = floor, mark
        self.upto: Optional[datetime] = None
        self.swept: Set[int] = set()
        self.after = 0
        self.done: Dict[int, datetime] = {}
        self.seen: Dict[int, Seen] = {}

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
        return updated + (timedelta(0) if exact else DOUBT) >= self.floor_to_come

    # -- as plain values ----------------------------------------------------------------------

    def plain(self) -> Dict[str, Any]:
        """The cursor."""
        belongs = {name: one for name, one in self.origin._asdict().items() if one is not None}
        return {"version": _VERSION, **belongs,
                "floor": text_of(self.floor), "mark": text_of(self.mark),
                "upto": None if self.upto is None else text_of(self.upto),
                "swept": sorted(self.swept), "after": self.after,
                "done": [[number, text_of(created)] for number, created in self.done.items()],
                "seen": [[number, *one] for number, one in self.seen.items()]}

    @classmethod
    def of(cls, since: Union[datetime, Mapping[str, Any]], origin: Origin) -> State:
        """From a moment or a cursor. Raises: UsageError."""
        if isinstance(since, datetime):
            if since.utcoffset() is None:
                raise UsageError(f"since is a datetime with a time zone, not {since!r}",
                                 argument="since")
            moment = since.astimezone(timezone.utc)
            return cls(moment, moment, origin)
        if not isinstance(since, Mapping):
            raise UsageError("since is a datetime with a time zone, or the cursor of a change, not "
                             f"{since!r}", argument="since")
        if since.get("version") != _VERSION:
            raise _damaged()
        _check_origin(since, origin)
        try:
            state = cls(_moment(since["floor"]), _moment(since["mark"]), origin)
            state.upto = None if since["upto"] is None else _moment(since["upto"])
            state.swept, state.after = set(map(int, since["swept"])), int(since["after"])
            state.done = {int(number): _moment(text) for number, text in since["done"]}
            state.seen = {int(number): Seen(str(text), int(at), int(stage), bool(exact))
                          for number, text, at, stage, exact in since["seen"]}
            state.floor_to_come - _LAG  # near year 1 it overflows
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise _damaged() from error
        return state


def _damaged() -> UsageError:
    return UsageError("this is not the cursor of a change as it was saved", argument="since",
                      advice="begin anew with a moment")


def _check_origin(since: Mapping[str, Any], origin: Origin) -> None:
    """Raises: UsageError for a cursor of another query or server. One that was saved before it said
    so belongs to any."""
    for name, ours in origin._asdict().items():
        if ours is not None and since.get(name) not in (None, ours):
            other = f": {since[name]}, not {ours}" if name == "server" else ""
            raise UsageError(f"this cursor belongs to another {name}{other}", argument="since",
                             advice="begin anew with a moment, and keep a cursor for each")


def text_of(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat()


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.utcoffset() is None:
        raise ValueError("no time zone")
    return found
