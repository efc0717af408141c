"""In which zone and language a dump's dates are printed: learnt from the dump itself.

Every ticket that was saved with its history tells it: its Created is printed as the user saw it,
the Created of its first transaction in UTC. Folders that were saved by different users are told
apart where they contradict each other. What a manifest says goes before. A zone that the caller
names counts where nothing tells, and settles a doubt.
"""
from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Dict, List, Mapping, NamedTuple, Optional, Set, Tuple

from rtcompat.archive.answers import Problem
from rtcompat.archive.places import Extent
from rtcompat.errors import ProtocolError
from rtcompat.rest1.dates import read_utc, readings
from rtcompat.rest1.zones import Clock, Moment, Pair, alike, named, offset_of

__all__ = ["Clocks", "Evidence"]

#: Pairs that decide: one a week and offset is enough, as no zone changes twice in a week.
_WEEK = timedelta(days=7)
_EPOCH = datetime(1970, 1, 1)
_PAIRS = 300
#: So many are looked at before.
_ENOUGH = 5000
#: More folders than that are not a user's each.
_USERS = 40
#: Folders below each other that may have a user each.
_DEEPEST = 4
#: So many of a hundred pairs may lie: tickets whose Created was written by hand.
_LYING = 2
#: From 3.8 on a ticket's dates are printed in the user's zone, before in the server's.
_USERS_ZONE = (3, 8)

#: What shares a clock: the beginning of the path, and whether the server was RT 3.4 or 3.6.
_Group = Tuple[Tuple[str, ...], bool]
#: Pairs that say as much as all, each with how many are like it.
_Sample = List[Tuple[Pair, int]]


class _Printed(NamedTuple):
    file: str
    old: bool
    text: str


@dataclass(frozen=True)
class _NoZone(Clock):
    """Nothing tells the zone: the wall clock is read as UTC, and said to be inexact."""

    def moment(self, printed: str) -> Moment:
        return _inexact(self, printed)


@lru_cache(maxsize=4096)
def _inexact(clock: _NoZone, printed: str) -> Moment:
    found = Clock.moment(clock, printed)
    return replace(found, exact=found.utc is None)


@dataclass(frozen=True)
class _Known(Clock):
    """A clock that remembers what it has read, as one date stands in many tickets."""

    def moment(self, printed: str) -> Moment:
        return _remembered(self, printed)


@lru_cache(maxsize=16384)
def _remembered(clock: _Known, printed: str) -> Moment:
    return Clock.moment(clock, printed)


def _old(extent: Extent) -> bool:
    return extent.release is not None and extent.release < _USERS_ZONE


class Evidence:
    """Moments that a dump tells twice, collected while it is read."""

    def __init__(self) -> None:
        self._printed: Dict[int, List[_Printed]] = {}
        self._begun: Dict[int, Set[str]] = {}

    def printed(self, ticket: int, extent: Extent, text: str) -> None:
        """A ticket's Created, as the user saw it."""
        known = self._printed.setdefault(ticket, [])
        told = _Printed(extent.file, _old(extent), text)
        if text and len(known) < _DEEPEST and told not in known:
            known.append(told)

    def created(self, ticket: int, text: str) -> None:
        """The Created of a ticket's first transaction, in UTC."""
        self._begun.setdefault(ticket, set()).add(text)

    def pairs(self) -> Dict[Tuple[str, bool], List[Pair]]:
        """The pairs by file, and whether its server was RT 3.4 or 3.6; of very many some."""
        told: List[Tuple[_Printed, datetime]] = []
        for ticket, begun in self._begun.items():
            # a survivor of a merge has several beginnings, of which one is its own
            utc = _utc(next(iter(begun))) if len(begun) == 1 else None
            if utc is not None:
                told += [(printed, utc) for printed in self._printed.get(ticket, ())]
        found: Dict[Tuple[str, bool], List[Pair]] = {}
        for printed, utc in _some(told):
            if _readable(printed.text):
                found.setdefault((printed.file, printed.old), []).append(Pair(printed.text, utc))
        return found

    def seen(self) -> bool:
        """Whether there is any ticket with dates."""
        return bool(self._printed)


def _some(told: List[Tuple[_Printed, datetime]]) -> List[Tuple[_Printed, datetime]]:
    """Few enough to look at each: two of every folder and week, and of these as many as fit."""
    if len(told) <= _ENOUGH:
        return told
    counts: Dict[Tuple[str, int], int] = {}
    chosen: List[Tuple[_Printed, datetime]] = []
    for printed, utc in told:
        key = (os.path.dirname(printed.file), _week(utc))
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= 2:
            chosen.append((printed, utc))
    return chosen[::-(-len(chosen) // _ENOUGH)]


def _week(utc: datetime) -> int:
    return (utc.replace(tzinfo=None) - _EPOCH) // _WEEK


def _utc(text: str) -> Optional[datetime]:
    try:
        return read_utc(text)
    except ProtocolError:
        return None  # a date that was damaged; reading its transaction will say so


def _readable(text: str) -> bool:
    try:
        return readings(text) is not None
    except ProtocolError:
        return False  # in a language that is not known; reading its ticket will say so


class Clocks:
    """The clock of each answer.

    Args:
        evidence: what the dump told.
        timezone: IANA name: counts where nothing tells another, or leaves a choice.
        told: by file, the zone that a manifest names.
    Raises: UsageError for a zone that this machine does not know.

    Attributes:
        problems: where the zone is in doubt, or another than the caller named.
    """

    def __init__(self, evidence: Evidence, *, timezone: Optional[str] = None,
                 told: Optional[Mapping[str, str]] = None) -> None:
        self.problems: List[Problem] = []
        self._told = dict(told or {})
        self._named: Dict[str, Clock] = {zone: _remembering(named(zone))
                                         for zone in sorted(set(self._told.values()))}
        self._given = _remembering(named(timezone)) if timezone is not None else None
        self._depth = 0
        self._skipped = 0
        self._clocks: Dict[_Group, Clock] = {}
        samples = self._learn({where: pairs for where, pairs in evidence.pairs().items()
                               if where[0] not in self._told})
        if timezone is not None and self._given is not None:
            self._weigh(timezone, self._given, samples)
        elif evidence.seen() and not self._clocks and not self._told:
            self.problems.append(Problem(
                "", 0, "no ticket was saved with its history, so nothing tells in which time "
                "zone dates are printed: they are read as UTC; give timezone='Area/City'"))
        if self._depth:
            self._say_zones()

    def of(self, extent: Extent) -> Clock:
        """The clock of an answer."""
        zone = self._told.get(extent.file)
        if zone is not None:
            return self._named[zone]
        old = _old(extent)
        clock = self._clocks.get((self._group(extent.file, self._depth), old))
        if clock is None:
            clock = self._given or self._clocks.get(((), old)) or self._any(old)
        return clock

    def _any(self, old: bool) -> Clock:
        """The clock of the whole dump, if it has one, for a folder that tells nothing."""
        alike = {clock.zones: clock for (_, other), clock in self._clocks.items() if other == old}
        alike.update({clock.zones: clock for clock in self._named.values()})
        return next(iter(alike.values())) if len(alike) == 1 else _NoZone(zones=("UTC",))

    def whole(self) -> Clock:
        """The clock in which queries are read: the one that most answers have."""
        for clocks in (self._clocks, self._named):
            for clock in clocks.values():
                return clock
        return self._given or _NoZone(zones=("UTC",))

    # -- learning -----------------------------------------------------------------------------

    def _learn(self, by_file: Mapping[Tuple[str, bool], List[Pair]]) -> Mapping[_Group, _Sample]:
        """Find the clocks. Returns: what each was learnt from."""
        if not by_file:
            return {}
        self._skipped = _common([_parts(file) for file, _ in by_file])
        for depth in range(_DEEPEST + 1):
            groups: Dict[_Group, List[Pair]] = {}
            for (file, old), pairs in by_file.items():
                groups.setdefault((self._group(file, depth), old), []).extend(pairs)
            if len(groups) > _USERS:
                break
            samples = {group: _sampled(pairs) for group, pairs in groups.items()}
            clocks = {group: _clock(sample) for group, sample in samples.items()}
            wrong = {group: lost for group, lost in (
                (group, _contradicting(clocks[group], sample))
                for group, sample in samples.items()) if lost[0]}
            if depth == 0:
                self._clocks, doubts, whole = clocks, wrong, samples
            if not wrong:
                self._depth, self._clocks = depth, clocks
                return samples
        for group, (count, of) in doubts.items():
            self.problems.append(Problem(
                "", 0, f"{count} of {of} tickets were made at another moment than the time zone of "
                f"the others says ({self._clocks[group].name}): saved by several users?"))
        return whole

    def _weigh(self, zone: str, given: Clock, samples: Mapping[_Group, _Sample]) -> None:
        """Take the zone that the caller named where what was learnt allows it."""
        for told in self._named:
            if not alike(told, zone):
                self._differs("", "the manifest says", told, zone)
        for group, sample in samples.items():
            learnt = self._clocks[group]
            settled = _remembering(replace(given, languages=learnt.languages))
            if not learnt.seen or (
                    _contradicting(settled, sample)[0] <= _contradicting(learnt, sample)[0]):
                self._clocks[group] = settled
            else:
                self._differs("/".join(group[0]), "histories say", str(learnt.name), zone)

    def _differs(self, folder: str, says: str, told: str, zone: str) -> None:
        self.problems.append(Problem(folder, 0, f"{says} {told}, not {zone} as given",
                                     asked=True))

    def _group(self, file: str, depth: int) -> Tuple[str, ...]:
        """The folders and containers that a file is in, below those that all are in."""
        return _parts(file)[self._skipped:self._skipped + depth]

    def _say_zones(self) -> None:
        for (folder, _), clock in self._clocks.items():
            self.problems.append(Problem(
                "/".join(folder), 0, f"dates are printed in the time zone {clock.name} here, and "
                "elsewhere in another"))


def _parts(file: str) -> Tuple[str, ...]:
    """The folders and containers that a file is in."""
    return tuple(re.split(r"[/\\!]", file)[:-1])


def _common(paths: List[Tuple[str, ...]]) -> int:
    """How many first parts all paths share."""
    first, last = min(paths), max(paths)
    count = 0
    while count < min(len(first), len(last)) and first[count] == last[count]:
        count += 1
    return count


def _sampled(pairs: List[Pair]) -> _Sample:
    """Some pairs that say as much as all: one for each week and offset, and how many are alike."""
    chosen: Dict[Tuple[int, int], Pair] = {}
    counts: Dict[Tuple[int, int], int] = {}
    for pair in pairs:
        week = _week(pair.utc)
        for reading in readings(pair.printed) or ():
            offset = offset_of(reading.when.replace(tzinfo=None), pair.utc)
            key = (week, -1 if offset is None else int(offset.total_seconds()))
            chosen.setdefault(key, pair)
            counts[key] = counts.get(key, 0) + 1
    found = [(chosen[key], counts[key]) for key in sorted(chosen)]
    step = -(-len(found) // _PAIRS) or 1
    return found[::step]


def _clock(sample: _Sample) -> Clock:
    return _remembering(Clock().narrowed([pair for pair, _ in sample]))


def _remembering(clock: Clock) -> Clock:
    return _Known(clock.zones, clock.languages, clock.given, clock.learnt, clock.seen)


def _contradicting(clock: Clock, sample: _Sample) -> Tuple[int, int]:
    """How many tickets do not fit the clock, of how many; none where they are few."""
    of = sum(count for _, count in sample)
    wrong = sum(count for pair, count in sample if not _fits(clock, pair))
    return (wrong, of) if wrong * 100 > _LYING * of else (0, of)


def _fits(clock: Clock, pair: Pair) -> bool:
    moment = clock.moment(pair.printed)
    if moment.utc is None:
        return True
    doubt = timedelta() if moment.exact else timedelta(hours=1)  # autumn's repeated hour
    return abs(moment.utc - pair.utc) < doubt + timedelta(minutes=3)
