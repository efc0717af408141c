"""In which zone, language and format RT prints our times, and what they are in UTC.

RT ≥ 3.8 prints a ticket's dates in the user's zone (3.4 and 3.6: the server's) and never says
which. A `Clock` holds the IANA zones that are still possible; a `Pair` is one event in both forms
(a ticket's Created as printed, its first transaction's Created in UTC) and rules some out. Pure
functions over immutable values, no I/O.
"""
from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Dict, FrozenSet, Iterable, List, Optional, Set, Tuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from rtcompat.errors import Unsupported, UsageError
from rtcompat.rest1.dates import ANY, Reading, readings
from rtcompat.ticketsql.moments import for_rt

__all__ = ["Clock", "Moment", "Pair", "alike", "known_zones", "named", "offset_of"]

#: What two columns of one event may differ by: they are written one after the other.
_TOLERANCE = timedelta(minutes=2)
_QUARTER = timedelta(minutes=15)
#: Zones are at most so far from UTC (Etc/GMT+12, Pacific/Kiritimati).
_FARTHEST = timedelta(hours=14)
_UTC_NAMES = ("UTC", "Etc/UTC")


@dataclass(frozen=True)
class Pair:
    """One event twice: as RT prints it for us, and in UTC."""

    printed: str
    utc: datetime


@dataclass(frozen=True)
class Moment:
    """A printed date in UTC.

    Attributes:
        utc: aware, or None where the date is not set.
        exact: False when the zones (or the repeated hour in autumn) leave a choice.
        doubt: the zones that would say otherwise, at most a few; () where there is no other zone.
    """

    utc: Optional[datetime]
    exact: bool = True
    doubt: Tuple[str, ...] = ()


@lru_cache(maxsize=1)
def known_zones() -> Tuple[str, ...]:
    """Names of all zones this machine knows; UTC alone where there is no zone data (tzdata)."""
    return tuple(sorted((available_timezones() | {"UTC"}) - {"Factory", "localtime"}))


def _zone(name: str) -> timezone | ZoneInfo:
    return timezone.utc if name in _UTC_NAMES else ZoneInfo(name)


def named(name: str) -> Clock:
    """The clock of a user whose zone is known.

    Raises: UsageError for a name that this machine's zone data lacks.
    """
    try:
        _zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"no such time zone: {name!r}", argument="timezone", advice=(
            "give an IANA name (Europe/Berlin); if there is no zone data on this machine, "
            "install the package tzdata")) from None
    return Clock(zones=(name,), given=True)


def _offset_at(name: str, utc: datetime) -> timedelta:
    return utc.astimezone(_zone(name)).utcoffset() or timedelta(0)


def offset_of(local: datetime, utc: datetime) -> Optional[timedelta]:
    """How far local is from UTC, in whole quarters of an hour; None if that cannot be an offset."""
    difference = local - utc.replace(tzinfo=None)
    quarters = round(difference / _QUARTER) * _QUARTER
    if abs(difference - quarters) > _TOLERANCE or abs(quarters) > _FARTHEST:
        return None
    return quarters


def _moments(local: datetime, zone: str) -> Set[datetime]:
    """The moments at which a clock in the zone shows this: none in a gap, two in autumn's hour."""
    found = set()
    for fold in (0, 1):
        utc = local.replace(tzinfo=_zone(zone), fold=fold).astimezone(timezone.utc)
        if utc.astimezone(_zone(zone)).replace(tzinfo=None) == local:
            found.add(utc)
    return found


@dataclass(frozen=True)
class Clock:
    """What is known of the way in which RT prints our times.

    Attributes:
        zones: names of the IANA zones that fit everything seen; never empty.
        languages: those that fit, None while nothing was seen.
        given: the zone was named by the caller or by the user's record; pairs change nothing.
        learnt: pairs of both half-years were looked for (there may have been none).
        seen: what the zones were narrowed by: (moment in UTC, offset in minutes).
    """

    zones: Tuple[str, ...] = ()
    languages: Optional[FrozenSet[str]] = None
    given: bool = False
    learnt: bool = False
    seen: FrozenSet[Tuple[datetime, int]] = frozenset()

    def __post_init__(self) -> None:
        if not self.zones:
            object.__setattr__(self, "zones", known_zones())

    # -- reading ------------------------------------------------------------------------------

    def moment(self, printed: str) -> Moment:
        """A printed date in UTC.

        Raises: ProtocolError for a date in an unknown language or format.
        """
        found = readings(printed)
        if found is None:
            return Moment(None)
        possible = self._possible(found)
        if not possible:  # a gap in every zone: nothing fits, keep the wall clock as UTC
            wall = found[0].when
            return Moment(wall.replace(tzinfo=timezone.utc), exact=False, doubt=self.zones[:5])
        ranked = sorted(possible, key=lambda utc: (-len(possible[utc]), utc))
        best = ranked[0]
        others = [zone for utc in ranked[1:] for zone in possible[utc]
                  if zone not in possible[best]]
        return Moment(best, len(ranked) == 1, tuple(dict.fromkeys(others))[:5])

    def _possible(self, found: Tuple[Reading, ...]) -> Dict[datetime, List[str]]:
        possible: Dict[datetime, List[str]] = {}
        for reading in self._in_our_language(found):
            if reading.when.tzinfo is not None:
                possible.setdefault(reading.when.astimezone(timezone.utc), []).append(ANY)
                continue
            for alike in _classes(self.zones):
                for utc in _moments(reading.when, alike[0]):
                    possible.setdefault(utc, []).extend(alike)
        return possible

    def _in_our_language(self, found: Tuple[Reading, ...]) -> Tuple[Reading, ...]:
        if self.languages is None:
            return found
        ours = tuple(reading for reading in found
                     if ANY in reading.languages or reading.languages & self.languages)
        return ours or found

    # -- learning -----------------------------------------------------------------------------

    def narrowed(self, pairs: Iterable[Pair]) -> Clock:
        """The clock after seeing events in both forms; pairs that fit no offset are passed over.

        Most pairs decide: an imported ticket whose Created was written by hand loses.
        """
        seen = set(self.seen)
        languages = self.languages
        for pair in pairs:
            for reading in readings(pair.printed) or ():
                local = reading.when.replace(tzinfo=None)
                offset = offset_of(local, pair.utc)
                if offset is None:
                    continue
                seen.add((pair.utc, int(offset.total_seconds()) // 60))
                languages = _common(languages, reading.languages)
        if self.given:
            return replace(self, languages=languages)
        return replace(self, zones=_fitting(frozenset(seen)), languages=languages,
                       seen=frozenset(seen))

    # -- writing ------------------------------------------------------------------------------

    def wall(self, utc: datetime, name: str) -> str:
        """What to send so that RT stores a moment: ``2026-11-21 20:25:07`` in the user's zone.

        On the days of a change this is not what the user's clock shows (see `moments`).

        Raises: Unsupported when the zones differ on it, when it lies in autumn's repeated hour,
            which RT prints without saying which, or when nothing that can be sent gives it.
        """
        spelled = {for_rt(utc, alike[0]) for alike in _classes(self.zones)}
        if len(spelled) > 1:
            raise Unsupported(
                f"{name}: REST 1.0 reads dates in our RT user's time zone, and that is not known "
                f"well enough ({len(self.zones)} zones fit: {', '.join(self.zones[:5])}, …)",
                argument=name, protocol="rest1",
                advice="connect with timezone='Area/City', or use REST2")
        text = spelled.pop()
        shown = utc.astimezone(_zone(self.zones[0])).replace(tzinfo=None)
        if text is None or len(_moments(shown, self.zones[0])) > 1:
            raise Unsupported(f"{name}: {shown} in {self.zones[0]} cannot be told apart from "
                              "another moment of that day over REST 1.0", argument=name,
                              protocol="rest1", advice="use REST2, or another moment")
        return text.strftime("%Y-%m-%d %H:%M:%S")

    # -- saying -------------------------------------------------------------------------------

    @property
    def name(self) -> Optional[str]:
        """The zone's name, the best known of several that agree; None if nothing was learnt."""
        if not self.given and not self.seen:
            return None
        for zone in _UTC_NAMES:
            if zone in self.zones:
                return zone
        return min(self.zones, key=lambda zone: (
            zone not in _WELL_KNOWN, zone.split("/")[0] not in _AREAS, zone))

    @property
    def exact(self) -> bool:
        """Whether one zone is left, counting zones that have agreed since 2020 as one."""
        return self.given or (bool(self.seen) and _agree(self.zones))


_AREAS = frozenset(("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe",
                    "Indian", "Pacific"))
#: Shown before zones that agree with them.
_WELL_KNOWN = frozenset((
    "America/Chicago", "America/Denver", "America/Los_Angeles", "America/New_York",
    "America/Sao_Paulo", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney",
    "Europe/Berlin", "Europe/London", "Europe/Moscow"))


def _common(known: Optional[FrozenSet[str]], more: FrozenSet[str]) -> Optional[FrozenSet[str]]:
    if ANY in more:
        return known
    return more if known is None else (known & more or more)


@lru_cache(maxsize=256)
def _fitting(seen: FrozenSet[Tuple[datetime, int]]) -> Tuple[str, ...]:
    """The zones that fit most of what was seen; all zones when none fits any."""
    fits = {zone: sum(_offset_at(zone, utc) == timedelta(minutes=minutes)
                      for utc, minutes in seen) for zone in known_zones()}
    most = max(fits.values(), default=0)
    return tuple(zone for zone in known_zones() if fits[zone] == most or not most)


_SINCE = datetime(1995, 1, 1, tzinfo=timezone.utc)
#: Since then zones that still differ do so by rule; older quarrels show at the value itself.
_LATELY = datetime(2020, 1, 1, tzinfo=timezone.utc)
#: Shorter than any period of summer time (Morocco's pause in Ramadan is about a month).
_STEP = timedelta(days=15)
_STEPS = 365 * 43 // 15


@lru_cache(maxsize=1024)
def _changes(zone: str) -> Tuple[Tuple[datetime, timedelta], ...]:
    """When the zone changed its offset from 1995 to 2037, to the second, and to which."""
    found = [(_SINCE, _offset_at(zone, _SINCE))]
    for step in range(_STEPS):
        before, after = _SINCE + step * _STEP, _SINCE + (step + 1) * _STEP
        offset = _offset_at(zone, after)
        if offset == found[-1][1]:
            continue
        while after - before > timedelta(seconds=1):
            middle = before + (after - before) // 2
            if _offset_at(zone, middle) == offset:
                after = middle
            else:
                before = middle
        found.append((after.replace(microsecond=0), offset))
    return tuple(found)


#: So many zones at once are not worth comparing: nothing is known yet.
_MANY = 150


@lru_cache(maxsize=64)
def _classes(zones: Tuple[str, ...]) -> Tuple[Tuple[str, ...], ...]:
    """The zones, those together that have shown the same time since 1995."""
    if len(zones) > _MANY:
        return tuple((zone,) for zone in zones)
    alike: Dict[Tuple[Tuple[datetime, timedelta], ...], List[str]] = {}
    for zone in zones:
        alike.setdefault(_changes(zone), []).append(zone)
    return tuple(tuple(same) for same in alike.values())


def alike(one: str, other: str) -> bool:
    """Whether two zones have shown the same time since 1995."""
    return len(_classes((one, other))) == 1


def _agree(zones: Tuple[str, ...]) -> bool:
    """Whether the zones have shown the same time since 2020."""
    if len(zones) > _MANY:
        return False
    lately = set()
    for alike in _classes(zones):
        changes = _changes(alike[0])
        lately.add((_offset_at(alike[0], _LATELY),
                    tuple(change for change in changes if change[0] > _LATELY)))
    return len(lately) == 1
