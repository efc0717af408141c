"""What RT makes of a date's text in a query: absolute or relative, in the user's time zone.

RT hands it to Perl's Time::ParseDate as if the zone's clock were UTC's, and takes the zone's
offset off afterwards (see `moments`). ``today`` without a time is the moment itself, not midnight.
The names of weekdays alone are left to DateTime::Format::Natural.
Source: RT::Date and Time::ParseDate 2015.103, as 4.4.6 to 5.0.10 use them.
"""
from __future__ import annotations

import calendar
import re
from datetime import datetime, time, timedelta, timezone
from typing import Callable, List, Optional, Tuple

from rtcompat.errors import InvalidQuery
from rtcompat.ticketsql.moments import offset_at, read_by_rt

__all__ = ["moment_of", "day_around", "EPOCH"]

#: What RT stores for a date that is not set where it does not store NULL.
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = (r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?"
          r"|Aug(?:ust)?|Sep(?:t|tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?")
_DOW = (r"(?:Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?"
        r"|Sun(?:day)?)")
_END = r"(?=\s|$)"
_UNIT = r"(?P<unit>day|week|month|year)s?"
_SMALL = {"sec": 1, "second": 1, "min": 60, "minute": 60, "hour": 3600}


class _Read:
    """What the words read so far say."""

    def __init__(self, local: datetime) -> None:
        self.local = local
        self.date: Optional[Tuple[int, int, int]] = None
        self.has_year = True
        self.clock: Optional[Tuple[int, int, int]] = None
        self.days: Optional[int] = None
        self.seconds: Optional[float] = None

    def naive(self) -> datetime:
        """The text's moment on the zone's clock. Raises: ValueError."""
        if self.date is not None:
            clock = self.clock
            if clock is None:
                clock = (0, 0, 0) if self.seconds is None else (
                    self.local.hour, self.local.minute, self.local.second)
            start = datetime(*self.date) + timedelta(hours=clock[0], minutes=clock[1],
                                                     seconds=clock[2])
            return start + timedelta(seconds=self.seconds or 0)
        if self.clock is not None:
            day = self.local.date() + timedelta(days=self.days or 0)
            return datetime.combine(day, time(*self.clock))
        return self.local + timedelta(days=self.days or 0, seconds=self.seconds or 0)


def _iso(read: _Read, found: re.Match[str]) -> bool:
    read.date = (int(found["y"]), int(found["m"]), int(found["d"]))
    return True


def _named(read: _Read, found: re.Match[str]) -> bool:
    month = _MONTHS.index(found["month"][:3].lower()) + 1
    year = found["y"]
    read.has_year = year is not None
    read.date = (int(year) if year else read.local.year, month, int(found["d"]))
    return True


def _year(read: _Read, found: re.Match[str]) -> bool:
    if read.date is None or read.has_year:
        return False
    read.date = (int(found["y"]), read.date[1], read.date[2])
    read.has_year = True
    return True


def _clock(read: _Read, found: re.Match[str]) -> bool:
    hour, half = int(found["h"]), (found["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0) if hour <= 12 else hour
    read.clock = (hour, int(found["min"] or 0), int(found["s"] or 0))
    return True


def _word_clock(read: _Read, found: re.Match[str]) -> bool:
    read.clock = (12, 0, 0) if found.group().strip().lower() == "noon" else (0, 0, 0)
    return True


def _small(read: _Read, found: re.Match[str]) -> bool:
    count = float(found["n"]) * _SMALL[found["unit"].lower()]
    ago = found["ago"] or re.search(r"\b(?:day|mon|month|year)s?\s*ago\b",
                                    found.string[found.end():])
    read.seconds = -count if (found["sign"] == "-") != bool(ago) else count
    return True


def _large(read: _Read, found: re.Match[str]) -> bool:
    if found["sign"] and found["ago"]:
        return False
    count = int(found["n"])
    ago = found["ago"] or re.search(r"\b(?:sec|second|min|minute|hour)s?\s*ago\b",
                                    found.string[found.end():])
    return _shifted(read, -count if found["sign"] == "-" or ago else count, found["unit"])


def _shifted(read: _Read, count: int, unit: str) -> bool:
    unit = unit.lower()
    if unit in ("day", "week"):
        read.days = count * (7 if unit == "week" else 1)
        return True
    months = read.local.year * 12 + read.local.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    read.date = (year, month + 1, min(read.local.day, last))
    read.seconds = read.seconds or 0
    return True


def _next_or_last(read: _Read, found: re.Match[str]) -> bool:
    back = found["which"].lower() == "last"
    if found["unit"]:
        return _shifted(read, -1 if back else 1, found["unit"])
    # This week begins on Sunday.
    wanted = (_DAYS.index(found["dow"][:3].lower()) + 1) % 7
    today = (read.local.weekday() + 1) % 7
    ahead = wanted - today
    if back:
        read.days = ahead + (0 if wanted < today else -7)
    else:
        read.days = ahead + (0 if wanted > today else 7)
    return True


def _weekday(read: _Read, found: re.Match[str]) -> bool:
    """The day of the present week, which here begins on Monday (DateTime::Format::Natural)."""
    day = read.local.date() + timedelta(
        days=_DAYS.index(found["dow"][:3].lower()) - read.local.weekday())
    read.date = (day.year, day.month, day.day)
    return True


def _day_word(read: _Read, found: re.Match[str]) -> bool:
    read.days = {"today": 0, "now": 0, "tomorrow": 1, "yesterday": -1}[
        found.group().strip().lower()]
    return True


_Rule = Tuple[re.Pattern[str], str, Callable[[_Read, "re.Match[str]"], bool]]


def _rule(pattern: str, sets: str, take: Callable[[_Read, re.Match[str]], bool]) -> _Rule:
    return re.compile(pattern, re.IGNORECASE), sets, take


#: In Time::ParseDate's order; what each sets is set once.
_RULES: Tuple[_Rule, ...] = (
    _rule(rf"(?P<y>\d{{4}})(?P<by>[-./])(?P<m>\d\d?)(?P=by)(?P<d>\d\d?)(?:T(?=\d)|{_END})",
          "date", _iso),
    _rule(rf"(?:{_DOW},?\s+)?(?P<d>\d\d?)(?:st|nd|rd|th)?(?:\s+|-|/){_MONTH}"
          rf"(?:,?(?:\s+|-|/)(?P<y>\d{{4}}))?{_END}", "date", _named),
    _rule(rf"(?:{_DOW},?\s+)?{_MONTH}(?:\s+|-|/)(?P<d>\d\d?)(?:st|nd|rd|th)?,?"
          rf"(?:(?:\s+|-|/)(?P<y>\d{{4}}))?{_END}", "date", _named),
    _rule(rf"(?P<h>\d\d?):(?P<min>\d\d)(?::(?P<s>\d\d))?\s*(?P<half>am|pm)?{_END}", "clock",
          _clock),
    _rule(rf"(?P<h>\d\d?)(?P<min>)(?P<s>)(?P<half>am|pm){_END}", "clock", _clock),
    _rule(rf"(?:noon|midnight){_END}", "clock", _word_clock),
    _rule(rf"(?P<y>\d{{4}}){_END}", "year", _year),
    _rule(rf"(?P<sign>[-+])?\s*(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>sec|second|min|minute|hour)s?"
          rf"(?P<ago>\s+ago)?{_END}", "seconds", _small),
    _rule(rf"(?:now\s+)?(?P<sign>[-+])?\s*(?P<n>\d+)\s*{_UNIT}(?P<ago>\s+ago)?{_END}", "days",
          _large),
    _rule(rf"(?P<which>next|last)\s+(?:(?P<dow>{_DOW})|(?P<unit>week|month|year)){_END}", "days",
          _next_or_last),
    _rule(rf"(?:today|tomorrow|yesterday|now){_END}", "days", _day_word),
    _rule(rf"(?:this\s+)?(?P<dow>{_DOW}){_END}", "date", _weekday),
    _rule(rf"(?:at|@){_END}", "", lambda read, found: True),
)


def _shut(read: _Read) -> List[str]:
    """What cannot be set again."""
    shut = []
    if read.date is not None or read.days is not None:
        shut += ["date", "days"]
    if read.clock is not None or read.seconds is not None:
        shut += ["clock", "seconds"]
    return shut


def moment_of(text: str, now: datetime, zone: str) -> datetime:
    """The moment, in UTC, that RT makes of a text.

    Args:
        text: ``2024-01-05``, ``2024-01-05 10:30:00``, ``5 Jan 2024``, ``Sat Nov 21 20:25:07
            2026``, ``now``, ``yesterday``, ``3 days ago``, ``-2 weeks``, ``last monday``,
            ``tomorrow 10:00``; ``0`` is the first moment of 1970.
        now: aware.
        zone: name of the time zone in which RT reads it.
    Raises: InvalidQuery for a text that is not understood: RT would make 1970 of some, and take
        others apart by its configuration (``05/01/2024``).
    """
    if text.strip() == "0":
        return EPOCH
    utc = now.astimezone(timezone.utc).replace(microsecond=0)
    read = _Read((utc + offset_at(zone, utc)).replace(tzinfo=None))
    place, used = 0, False
    stripped = text.strip()
    while place < len(stripped):
        shut = _shut(read)
        for pattern, sets, take in _RULES:
            found = None if sets in shut else pattern.match(stripped, place)
            if found is not None and found.end() > place and take(read, found):
                used = used or bool(sets)
                place = found.end()
                break
        else:
            used = False
            break
        while stripped[place:place + 1].isspace():
            place += 1
    if not used:
        raise _not_understood(text)
    try:
        return read_by_rt(read.naive(), zone)
    except (ValueError, OverflowError):
        raise _not_understood(text) from None


def _not_understood(text: str) -> InvalidQuery:
    return InvalidQuery(f"{text!r} is not understood as a date",
                        advice="write 2024-01-05, '2024-01-05 10:30:00', 'yesterday', "
                        "'3 days ago', 'last monday'")


def day_around(moment: datetime, zone: str) -> Tuple[datetime, datetime]:
    """The day of a moment in a zone: its first moment, and the one 24 hours later, as RT reckons
    it even on the days on which the clocks change. In UTC."""
    local = (moment + offset_at(zone, moment)).replace(tzinfo=None)
    midnight = datetime.combine(local.date(), time())
    # The zone's clock at midnight, which is not what RT's reading of a text gives near a change.
    guess = midnight.replace(tzinfo=timezone.utc) - offset_at(zone, moment)
    start = midnight.replace(tzinfo=timezone.utc) - offset_at(zone, guess)
    return start, start + timedelta(days=1)
