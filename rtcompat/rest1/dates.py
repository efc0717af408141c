"""Reading the dates that RT prints for a person: any language, any DateTimeFormat, no zone.

A text gives every way in which it can be understood (`Reading`); which language is right is
settled from texts whose moment is known (``zones``). Pure functions, no I/O.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import (Callable, Dict, FrozenSet, Iterable, List, Mapping, Match, Optional, Pattern,
                    Set, Tuple)

from rtcompat.errors import ProtocolError
from rtcompat.rest1.languages import LANGUAGES, UNTRANSLATED, WEEKDAYS

__all__ = ["Reading", "readings", "read_utc", "ANY"]

#: The language of a format that spells no words.
ANY = "*"


@dataclass(frozen=True)
class Reading:
    """One way to understand a printed date.

    Attributes:
        when: aware where the text says its offset from UTC, else naive: the user's wall clock.
        languages: those in which the text reads so; `ANY` alone for a format without words.
    """

    when: datetime
    languages: FrozenSet[str]


_BLANK = "[ \u00a0\u202f,]+"
_TIME = r"(?P<hour>\d\d?):(?P<minute>\d\d):(?P<second>\d\d)"
_DOTS = r"(?P<hour>\d\d?)[.:](?P<minute>\d\d)[.:](?P<second>\d\d)"
_OFFSET = r"(?P<offset>Z|[+-]\d\d:?\d\d)"
_NUMBERS = r"(?P<year>\d{4})-(?P<number>\d\d)-(?P<day>\d\d)"

_DAYS = {language: tuple(day.strip(".").casefold() for day in days)
         for language, days in WEEKDAYS.items()}
#: Farsi alone spells a day in two words.
_LONG_DAYS = "|".join(re.escape(day) for days in WEEKDAYS.values() for day in days if " " in day)


def _spelled(order: str, months: Tuple[str, ...]) -> Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(set(months), key=len, reverse=True))
    parts = {"{weekday}": f"(?P<weekday>[^\\d\\s]+?|{_LONG_DAYS})",
             "{month}": f"(?P<month>{names})\\.?",
             "{day}": r"(?P<day>\d\d?)", "{year}": r"(?P<year>\d{4})", "{time}": _TIME,
             "{dots}": _DOTS}
    # 3.4 and 3.6 without an English lexicon print `Mon.` and `Jan.` (RT::Date)
    pattern = re.escape(order).replace(r"\{", "{").replace(r"\}", "}")
    for name, part in parts.items():
        pattern = pattern.replace(name, part)
    return re.compile(pattern.replace(r"\ ", " +") + r"\Z", re.IGNORECASE)


def _spellings() -> Dict[Tuple[str, Tuple[str, ...]], List[str]]:
    spelled: Dict[Tuple[str, Tuple[str, ...]], List[str]] = {}
    for language, (order, months) in LANGUAGES.items():
        for known in dict.fromkeys((order, UNTRANSLATED)):
            spelled.setdefault((known, months), []).append(language)
    return spelled


@lru_cache(maxsize=1)
def _spelled_formats() -> Tuple[Tuple[Pattern[str], Mapping[str, int], FrozenSet[str]], ...]:
    return tuple(
        (_spelled(order, months),
         {name.casefold(): number for number, name in enumerate(months, 1)},
         frozenset(languages))
        for (order, months), languages in _spellings().items())


_ENGLISH_MONTHS = {name.casefold(): number for number, name in enumerate(LANGUAGES["en"][1], 1)}


def _wall(found: Match[str], month: int, hour: Optional[int] = None) -> datetime:
    parts = found.groupdict()
    return datetime(int(parts["year"]), month, int(parts["day"]),
                    int(parts["hour"]) if hour is None else hour,
                    int(parts["minute"]), int(parts["second"]))


def _zone(text: str) -> timezone:
    if text in ("Z", "GMT", "UTC"):
        return timezone.utc
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def _numbered(found: Match[str]) -> datetime:
    return _wall(found, int(found.group("number")))


def _numbered_offset(found: Match[str]) -> datetime:
    return _numbered(found).replace(tzinfo=_zone(found.group("offset")))


def _mail(found: Match[str]) -> datetime:
    month = _ENGLISH_MONTHS[found.group("month").casefold()]
    return _wall(found, month).replace(tzinfo=_zone(found.group("offset")))


def _twelve_hours(found: Match[str]) -> datetime:
    hour = int(found.group("hour")) % 12
    if found.group("half").upper() == "PM":
        hour += 12
    return _wall(found, _ENGLISH_MONTHS[found.group("month")[:3].casefold()], hour)


_MONTH = "(?P<month>" + "|".join(LANGUAGES["en"][1]) + ")"
#: The formats without a language of their own (DateTimeFormat, RT 3.8 and later): ISO, W3CDTF,
#: iCal, RFC2822, RFC2616, and LocalizedDateTime in English (4.4, 5.0).
_FORMATS: Tuple[Tuple[Pattern[str], Callable[[Match[str]], datetime], str], ...] = (
    (re.compile(f"{_NUMBERS} {_TIME}\\Z"), _numbered, ANY),
    (re.compile(f"{_NUMBERS}T{_TIME}{_OFFSET}\\Z"), _numbered_offset, ANY),
    (re.compile(r"(?P<year>\d{4})(?P<number>\d\d)(?P<day>\d\d)T(?P<hour>\d\d)(?P<minute>\d\d)"
                r"(?P<second>\d\d)(?P<offset>Z)\Z"), _numbered_offset, ANY),
    (re.compile(r"(?:\w{3}, )?(?P<day>\d\d?) " + _MONTH + r" (?P<year>\d{4}) " + _TIME
                + r" (?P<offset>[+-]\d{4}|GMT)\Z", re.IGNORECASE), _mail, ANY),
    (re.compile(r"\w{3,9}" + _BLANK + _MONTH + r"[a-z]*" + _BLANK + r"(?P<day>\d\d?)" + _BLANK
                + r"(?P<year>\d{4})" + f"{_BLANK}(?:at )?" + _TIME + _BLANK + r"(?P<half>[AP]M)\Z",
                re.IGNORECASE), _twelve_hours, "en"),
)


def _understood(text: str) -> List[Reading]:
    found: List[Reading] = []
    for pattern, made, language in _FORMATS:
        match = pattern.match(text)
        if match is not None:
            found.append(Reading(made(match), frozenset((language,))))
    if found:
        return found
    by_moment: Dict[datetime, FrozenSet[str]] = {}
    proven: Set[datetime] = set()
    for pattern, months, languages in _spelled_formats():
        match = pattern.match(text)
        if match is None:
            continue
        try:
            when = _wall(match, months[match.group("month").casefold()])
        except ValueError:  # the 31st of a short month: in another language the word is another's
            continue
        by_moment[when] = by_moment.get(when, frozenset()) | languages
        if _is_day(match.group("weekday"), when, languages):
            proven.add(when)
    return [Reading(when, languages) for when, languages in by_moment.items()
            if when in proven or not proven]


def _is_day(word: str, when: datetime, languages: Iterable[str]) -> bool:
    """Whether a word is the name of that day in one of the languages: of ``Mar May 09``, in which
    either may be the month, the one that is no Tuesday is wrong (es, RT 5.0.3)."""
    named, day = word.strip(".").casefold(), when.weekday()
    # English where a day is untranslated
    return any(_DAYS[one][day] == named for one in ("en", *languages) if one in _DAYS)


@lru_cache(maxsize=4096)
def readings(text: str) -> Optional[Tuple[Reading, ...]]:
    """Every way to understand a date as RT prints it.

    Returns:
        None for a date that is not set, which is printed as words in the user's language
        (``Not set``, ``Nicht angegeben``) or not at all; else at least one reading.
    Raises:
        ProtocolError: a date in a language or format that is not known; names the way out.
    Source: AsString of RT::Date, 3.4 to 6.0.
    """
    text = text.strip()
    if not any(character.isdigit() for character in text):
        return None
    try:
        found = _understood(text)
    except ValueError:  # the 31st of a short month and the like
        found = []
    if not found:
        raise ProtocolError(f"a date that cannot be read: {text!r}", advice=(
            "set the RT preference \"Date format\" (DateTimeFormat) of this user to ISO, "
            "or the language to English"))
    return tuple(found)


_SQL = re.compile(f"{_NUMBERS} {_TIME}\\Z")


def read_utc(text: str) -> Optional[datetime]:
    """A date of a transaction or an attachment: ``2026-11-21 20:25:07``, in UTC on every version.

    Returns: aware UTC, or None for an empty text and for RT's way to say unset, 1970.
    Raises: ProtocolError.
    """
    match = _SQL.match(text.strip())
    if match is None:
        if text.strip() == "":
            return None
        raise ProtocolError(f"a date in UTC that cannot be read: {text!r}")
    when = _numbered(match).replace(tzinfo=timezone.utc)
    return when if when.year > 1970 else None
