"""Finding out in which zone RT prints our times, at the price of few requests, once a login.

Two kinds of evidence: tickets made in both half-years (`learn_zone`), and, when a value still
means different moments in different zones, tickets made around that very day (`_settle`).
"""
from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Dict, Iterable, List, Optional, Sequence, Tuple

from rtcompat.errors import Refused, ServerFailure
from rtcompat.exchange import Operation, Request
from rtcompat.rest1.answers import listed_ids
from rtcompat.rest1.asking import Answer, Asking, show
from rtcompat.rest1.dates import read_utc, readings
from rtcompat.rest1.forms import Envelope
from rtcompat.rest1.values import read_id, read_number
from rtcompat.rest1.zones import Clock, Pair, named

__all__ = ["Timing", "UncertainTimes"]

#: Summer time is on in one of these months and off in the other, in both hemispheres.
_HALVES = (1, 7)
#: Years looked back; RT keeps tickets for long.
_YEARS = 12
#: Tickets read for evidence, of each half-year and around doubtful days.
_SAMPLE = 3
_DAYS = 12


class UncertainTimes(UserWarning):
    """Times that REST 1.0 printed without a zone may be off: says which zones are possible."""


def _windows(months: Sequence[int], days: int) -> str:
    """TicketSQL: made in the middle of these months of recent years, that many days."""
    year = datetime.now(timezone.utc).year
    starts = [datetime(each, month, 10) for each in range(year, year - _YEARS, -1)
              for month in months]
    return _made([(start, start + timedelta(days=days)) for start in starts])


def _made(spans: Iterable[Tuple[datetime, datetime]]) -> str:
    return " OR ".join(f"(Created > '{start:%Y-%m-%d} 00:00:00' AND "
                       f"Created < '{end:%Y-%m-%d} 00:00:00')" for start, end in spans)


def _spread(ids: List[int], count: int) -> List[int]:
    """At most count of the ids, the first and the last among them."""
    if len(ids) <= count:
        return ids
    step = (len(ids) - 1) / (count - 1)
    return [ids[round(each * step)] for each in range(count)]


def _pairs(answer: Answer) -> List[Pair]:
    """Pairs from ``show`` of tickets and their histories with ``fields=Created,Type``."""
    printed: Dict[int, str] = {}
    begun: Dict[int, List[datetime]] = {}
    for form in answer.forms:
        name, created = form.get("id") or "", form.get("Created") or ""
        if name.startswith("ticket/"):
            printed[read_id(name)] = created
        elif form.get("Type") == "Create" and form.get("Ticket"):
            utc = read_utc(created)
            if utc is not None:
                begun.setdefault(read_number(form.get("Ticket") or ""), []).append(utc)
    # a survivor of a merge has several beginnings, of which one is its own
    return [Pair(text, begun[number][0]) for number, text in printed.items()
            if len(begun.get(number, ())) == 1 and readings(text)]


class Timing(Asking):
    """Operations on the clock."""

    def learn_zone(self) -> Operation[Optional[str]]:
        """Find out the zone, once a login; nothing is sent where it is known.

        Returns: the zone's name as far as known, or None where no ticket tells.
        Requests: 3 where tickets of January and July of one year or another can be seen; one
            more for each half-year in which no ticket was made around the tenth.
        Source: ticket ``Created`` is printed in the user's zone (RT 3.8 and later), a
            transaction's in UTC (``history``, all versions).
        """
        clock = self._context.clock
        if clock.given or clock.learnt:
            return clock.name
        chosen: List[int] = []
        for month in _HALVES:
            ids = yield from self._ids(_windows((month,), 3))
            if not ids:
                around = [(month - 2) % 12 + 1, month, month % 12 + 1]
                ids = yield from self._ids(_windows(around, 21))
            chosen += _spread(ids, _SAMPLE)
        pairs = yield from self._evidence(chosen)
        clock = self._context.change_clock(
            lambda known: replace(known.narrowed(pairs), learnt=True))
        return clock.name

    def _ids(self, query: str) -> Operation[List[int]]:
        answer = yield from self._ask(
            Request("POST", "search/ticket", form=(("query", query), ("format", "i")),
                    about="look for tickets that tell our time zone"))
        body = answer.envelopes[0].body if answer.envelopes and answer.code < 400 else ""
        return sorted(listed_ids(body, "ticket"))

    def _evidence(self, ids: Sequence[int]) -> Operation[List[Pair]]:
        """When these tickets were made, in both forms."""
        if not ids:
            return []
        wanted = [f"ticket/{number}/history" for number in ids]
        wanted += [f"ticket/{number}" for number in ids]
        try:
            answer = yield from self._ask(show(wanted, fields=("Created", "Type", "Ticket"),
                                               long=True, about="find out our time zone"))
        except (ServerFailure, Refused):
            return []  # a history of which we may see nothing crashes RT (3.4 to 6.0)
        return _pairs(answer)

    def _settled(self, printed: Iterable[str]) -> Operation[Clock]:
        """The clock for reading these dates: learnt, and narrowed where they are in doubt.

        Warns `UncertainTimes` where a doubt is left.
        """
        texts = tuple(dict.fromkeys(printed))
        clock = self._context.clock
        if texts and not clock.given and not clock.learnt and _doubtful(clock, texts):
            yield from self.learn_zone()
            clock = self._context.clock
        doubtful = _doubtful(clock, texts)
        if not doubtful:
            return clock
        if not clock.given:
            yield from self._settle(doubtful)
            clock = self._context.clock
        for text in doubtful:
            moment = clock.moment(text)
            if not moment.exact and moment.doubt:
                warnings.warn(UncertainTimes(
                    f"{text!r} is read as in the time zone {clock.name or 'UTC'}, but these fit "
                    f"as well: {', '.join(moment.doubt)}; connect with timezone='Area/City'"),
                    stacklevel=2)
                break
        return clock

    def _settle(self, doubtful: Sequence[str]) -> Operation[None]:
        """Narrow the clock by tickets made around these dates; each day is looked at once."""
        days = sorted({found[0].when.replace(tzinfo=None, hour=0, minute=0, second=0)
                       for found in map(readings, doubtful) if found})
        fresh = self._context.fresh_days(days)[:_DAYS]
        if not fresh:
            return
        day = timedelta(days=1)
        ids = yield from self._ids(_made((each - day, each + 2 * day) for each in fresh))
        pairs = yield from self._evidence(_spread(ids, 2 * _SAMPLE))
        self._context.change_clock(lambda known: known.narrowed(pairs))

    def _writing_clock(self) -> Operation[Clock]:
        """The clock for writing a date: learnt. RT 3.4 and 3.6 read dates in UTC.
        """
        if self._old:
            return named("UTC")
        yield from self.learn_zone()
        return self._context.clock

    def _clock_of_now(self) -> Operation[Clock]:
        """The clock narrowed by what RT takes for now, for a date that could not be written.

        Requests: 1, on RT 4.2.9 and later.
        """
        clock = self._context.clock
        if clock.given or not self._at_least(4, 2, 9):
            return clock
        answer = yield from self._ask(Request("GET", "ticket/new",
                                              about="ask RT what time it is for us"))
        pair = _now(answer.envelopes, answer.response.headers.get("date", ""))
        if pair is None:
            return clock
        return self._context.change_clock(lambda known: known.narrowed((pair,)))


def _doubtful(clock: Clock, printed: Iterable[str]) -> List[str]:
    return [text for text in printed if not clock.moment(text).exact]


def _now(envelopes: Sequence[Envelope], date: str) -> Optional[Pair]:
    """``Starts`` of the form for a new ticket, in our zone, against the answer's ``Date``."""
    for envelope in envelopes:
        for form in envelope.forms:
            starts = form.get("Starts")
            if starts:
                try:
                    return Pair(starts, parsedate_to_datetime(date).astimezone(timezone.utc))
                except (TypeError, ValueError):
                    return None  # a server without a Date, or with one that is no date
    return None
