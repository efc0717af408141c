"""How RT reads a date that a query holds: in the user's time zone, by a rule of its own.

RT takes the text for UTC, looks up the zone's offset at *that* moment and subtracts it. So near a
change of the clocks it is not what a clock in the zone shows: some moments have two texts, and in
autumn there is an hour that no text gives.
Source: ParseByTimeParseDate of RT::Date (the default of ``PreferDateTimeFormatNatural``); seen in
searches on 4.4.6, 5.0.3 and 5.0.10.
"""
from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Iterable, Optional, Set, Tuple, Union
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from rtcompat.errors import Unsupported, UsageError

__all__ = ["Zones", "spelled", "spelled_day", "read_by_rt", "for_rt", "offset_at", "all_zones",
           "fitting", "zones_of"]

#: A zone's name, or several that the user's may be.
Zones = Union[str, Iterable[str], None]
_DAY = timedelta(days=1)
_ADVICE = "connect with timezone='Area/City'"


@lru_cache(maxsize=1)
def all_zones() -> Tuple[str, ...]:
    """Names of all zones this machine knows; UTC alone where there is no zone data (tzdata)."""
    return tuple(sorted((available_timezones() | {"UTC"}) - {"Factory", "localtime"}))


def zones_of(zone: Zones) -> Tuple[str, ...]:
    """The names given, () for none. Raises: UsageError for one that this machine lacks."""
    names = () if zone is None else (zone,) if isinstance(zone, str) else tuple(zone)
    for name in names:
        try:
            _zone(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise UsageError(f"no such time zone: {name!r}", argument="zone",
                             advice="give an IANA name (Europe/Berlin)") from None
    return names


def _zone(name: str) -> Union[timezone, ZoneInfo]:
    return timezone.utc if name in ("UTC", "Etc/UTC") else ZoneInfo(name)


def offset_at(name: str, utc: datetime) -> timedelta:
    """How far a zone is ahead of UTC at a moment."""
    return utc.astimezone(_zone(name)).utcoffset() or timedelta(0)


def read_by_rt(text: datetime, zone: str) -> datetime:
    """The moment that RT makes of a text (naive) in a zone."""
    as_utc = text.replace(tzinfo=timezone.utc)
    return as_utc - offset_at(zone, as_utc)


def for_rt(utc: datetime, zone: str) -> Optional[datetime]:
    """The text, naive, of which RT makes this moment; None where there is none."""
    for at in (utc, utc - _DAY, utc + _DAY):
        text = (utc + offset_at(zone, at)).replace(tzinfo=None)
        if read_by_rt(text, zone) == utc:
            return text
    return None


def spelled(moment: datetime, zones: Tuple[str, ...]) -> str:
    """A moment as RT reads it in each of these zones: ``2026-11-21 20:25:07``.

    Raises: UsageError without a zone; Unsupported where the zones disagree, and in the hour that
        no text gives.
    """
    if not zones:
        raise UsageError("RT reads a moment in the time zone of its user: which is it?",
                         argument="zone", advice="give the name of the zone to text(zone)")
    utc = moment.astimezone(timezone.utc)
    texts: Set[Optional[datetime]] = set()
    for zone in zones:
        texts.add(for_rt(utc, zone))
        if len(texts) > 1:
            raise _doubt(f"{utc:%Y-%m-%d %H:%M:%S} UTC", zones)
    text = texts.pop()
    if text is None:
        raise Unsupported(f"{utc:%Y-%m-%d %H:%M:%S} UTC: on the day on which the clocks go back "
                          f"in {zones[0]}, nothing that can be written into a query gives this "
                          "moment", advice="take a moment an hour earlier or later")
    return f"{text:%Y-%m-%d %H:%M:%S}"


def spelled_day(day: date, zones: Tuple[str, ...]) -> str:
    """A day as RT reads it in each of these zones: ``2026-11-21``.

    Raises: UsageError without a zone; Unsupported where RT would take it for the day before, as
        it does east of Greenwich when the clocks changed in the night before.
    """
    if not zones:
        raise UsageError("RT reads a day in the time zone of its user: which is it?",
                         argument="zone", advice="give the name of the zone to text(zone)")
    midnight = datetime.combine(day, time())
    for zone in zones:
        if read_by_rt(midnight, zone).astimezone(_zone(zone)).date() != day:
            raise Unsupported(f"{day}: RT takes it for another day in the time zone {zone}",
                              advice=_ADVICE if len(zones) > 1 else "")
    return f"{day:%Y-%m-%d}"


def _doubt(what: str, zones: Tuple[str, ...]) -> Unsupported:
    return Unsupported(f"{what}: RT reads a query's dates in our user's time zone, and that is "
                       f"not known well enough ({len(zones)} zones fit: {', '.join(zones[:5])}, "
                       "…)", advice=_ADVICE)


def fitting(seen: Iterable[Tuple[datetime, timedelta]]) -> Tuple[str, ...]:
    """The zones that have these offsets from UTC at these moments; all when none has."""
    evidence = tuple(seen)
    found = tuple(name for name in all_zones()
                  if all(offset_at(name, utc) == offset for utc, offset in evidence))
    return found or all_zones()
