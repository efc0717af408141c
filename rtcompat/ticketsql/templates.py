"""The template form: TicketSQL in which each ``{}`` takes a value."""
from __future__ import annotations

import re
from datetime import date, datetime, timezone
from typing import List, Match, NoReturn, Optional, Sequence, Tuple

from rtcompat.conditions import CONTAINING, Wild
from rtcompat.errors import InvalidQuery, UsageError
from rtcompat.ticketsql.datetexts import moment_of
from rtcompat.ticketsql.query import Scalar, Written
from rtcompat.ticketsql.quoting import is_long
from rtcompat.ticketsql.searchable import kind_of_word, misread

__all__ = ["from_template"]

#: In the order in which RT's parser looks for them; what none fits is passed over there, and
#: refused here.
_TOKEN = re.compile(r"""
    (?P<blank>\s+)
    | (?P<slot>\{\})
    | (?P<quoted>'(?:[^\\']|\\.)*' | "(?:[^\\"]|\\.)*")
    | (?P<paren>[()])
    | (?P<operator>(?:SHALLOW\s+)?(?:=|!=|>=|<=|>|<
        | (?:IS\ NOT|IS|NOT\ LIKE|LIKE|NOT\ STARTSWITH|STARTSWITH|NOT\ ENDSWITH|ENDSWITH)\b))
    | (?P<word>[+-]?(?:CF|CustomField|CustomFieldValue|CustomRole|QueueCF|TxnCF|TransactionCF)
        \.\{[^{}]+\}(?:\.\w+)* | [+-]?[\w.]+)
    """, re.VERBOSE | re.IGNORECASE | re.DOTALL)


def _wrong(message: str, advice: str = "") -> NoReturn:
    raise UsageError(f"the template: {message}", argument="template", advice=advice)


class _Reading:
    """What was read of a template so far."""

    def __init__(self, values: Sequence[Scalar]) -> None:
        self._values = list(values)
        self._word, self._word_end = "", 0
        self._operator = ""
        self._levels: List[Optional[str]] = [None]
        self.pieces: List[str] = [""]
        self.slots: List[Tuple[str, Scalar]] = []

    def take(self, token: Match[str]) -> None:
        """One token."""
        text, kind = token.group(), token.lastgroup
        if kind == "slot":
            self._slot()
            return
        if kind == "paren":
            self._paren(text)
        elif kind == "operator":
            self._operator = " ".join(text.upper().split())
        elif kind == "quoted" and "{}" in text:
            _wrong(f"{text} stays as it is", "write {} without quotation marks")
        elif kind in ("word", "quoted"):
            if not self._operator and text.upper() in ("AND", "OR"):
                self._joined(text.upper())
            elif not self._operator:
                self._word = text[1:-1] if kind == "quoted" else text
                self._word_end = len(self.pieces[-1]) + len(text) - (kind == "quoted")
            else:
                self._operator = ""
        self.pieces[-1] += text

    def _paren(self, text: str) -> None:
        if text == "(":
            self._levels.append(None)
        elif len(self._levels) == 1:
            _wrong("a parenthesis is closed that was not opened")
        else:
            self._levels.pop()

    def _joined(self, word: str) -> None:
        if self._levels[-1] not in (None, word):
            _wrong("AND and OR at one level: RT takes the last of them for both",
                   "put parentheses around what belongs together")
        self._levels[-1] = word

    def _slot(self) -> None:
        if not self._operator:
            _wrong("{} stands where a value does, after an operator")
        if not self._values:
            _wrong("more {} than values")
        value = self._values.pop(0)
        self._check(value)
        if (self._operator in ("=", "SHALLOW =") and is_long(value)
                and kind_of_word(self._word) == "cf"):
            self._name_column()
        self.slots.append((self._operator, value))
        self.pieces.append("")
        self._word = self._operator = ""

    def _name_column(self) -> None:
        """Put the column in which RT keeps a long value behind the custom field's name."""
        if self._word.endswith(("}.Content", "}.LargeContent")):
            return
        if not self._word.endswith("}"):
            _wrong("more than 255 bytes are compared with CF.{Name} alone, in braces")
        piece = self.pieces[-1]
        self.pieces[-1] = f"{piece[:self._word_end]}.LargeContent{piece[self._word_end:]}"

    def _check(self, value: object) -> None:
        operator = self._operator
        if isinstance(value, bool) or not (
                value is None or isinstance(value, (str, int, date, Wild))):
            _wrong(f"{value!r} cannot be compared with", "several values take filters: __in")
        if (value is None) != (operator in ("IS", "IS NOT")):
            _wrong("NULL is compared by IS and IS NOT, and nothing else is")
        if isinstance(value, date):
            self._check_date(value)
        elif operator in CONTAINING and isinstance(value, int):
            _wrong(f"{operator} takes text")
        elif value is not None and operator not in CONTAINING:
            kind = kind_of_word(self._word)
            why = "" if kind == "date" and _is_date(value) else misread(kind, value)
            if why:
                _wrong(why)

    def _check_date(self, value: date) -> None:
        is_moment = isinstance(value, datetime)
        custom = kind_of_word(self._word) == "cf"
        if isinstance(value, datetime) and (value.utcoffset() is None or value.microsecond):
            _wrong(f"{value!r} is no datetime with a time zone and whole seconds")
        if not is_moment and not custom:
            _wrong("a day is for custom fields", "give moments: datetimes with a time zone")
        if self._operator in CONTAINING or (
                self._operator in ("=", "!=") and not custom):
            _wrong(f"RT takes {self._operator} of a moment for the whole day",
                   "compare by >= and <=")

    def written(self) -> Written:
        """The query. Raises: UsageError for what is missing."""
        if self._values:
            _wrong("more values than {}")
        if len(self._levels) > 1:
            _wrong("a parenthesis is not closed")
        if not "".join(self.pieces).strip() and not self.slots:
            _wrong("it is empty")
        return Written(tuple(self.pieces), tuple(self.slots))


def _is_date(value: object) -> bool:
    """Whether RT makes a date of it, in the user's zone: of another text it makes 1970."""
    if not isinstance(value, str) or value.strip() == "0":
        return False
    try:
        moment_of(value, datetime.now(timezone.utc), "UTC")
    except InvalidQuery:
        return False
    return True


def from_template(template: str, values: Sequence[Scalar]) -> Written:
    """The query of a template and its values.

    Raises: UsageError for a template that RT would not read as it is written.
    """
    if not isinstance(template, str) or "\0" in template:
        raise UsageError("a template is TicketSQL", argument="template")
    found = _Reading(values)
    place = 0
    while place < len(template):
        token = _TOKEN.match(template, place)
        if token is None:
            _wrong(f"RT would pass over {template[place]!r} in {template!r}",
                   "put texts into quotation marks")
        found.take(token)
        place = token.end()
    return found.written()
