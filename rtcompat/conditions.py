"""Conditions for searching other records than tickets: built here, checked before they are sent.

REST2's collections take JSON conditions and pass over a field that they do not know, which then
finds everything (1.00 to 6.0): so only fields of `fields`' rows that are marked searchable leave.
All conditions given must hold.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Iterable, List, Mapping, NoReturn, Optional, Tuple, Union

from rtcompat.errors import UsageError
from rtcompat.fields import FieldRow, by_name, choices

__all__ = ["CONTAINING", "Checked", "Condition", "OPERATORS", "Scalar", "Value", "Wild",
           "checked", "checked_part", "custom_field_of", "listed", "where", "wild"]

#: By operator, how many values it takes: ``one``, ``several`` (a list), ``none`` (NULL).
OPERATORS: Mapping[str, str] = {
    "=": "one", "!=": "one", "<": "one", ">": "one", "<=": "one", ">=": "one", "LIKE": "one",
    "NOT LIKE": "one", "STARTSWITH": "one", "ENDSWITH": "one", "IN": "several",
    "NOT IN": "several", "IS NULL": "none", "IS NOT NULL": "none"}
#: Operators whose value RT hands to the database's LIKE.
CONTAINING = ("LIKE", "NOT LIKE", "STARTSWITH", "NOT STARTSWITH", "ENDSWITH", "NOT ENDSWITH")
_WILDCARDS = re.compile(r"[%_\\]")
_NUMBERS = ("number", "minutes", "ticket", "transaction", "parent")
_WITH_FRACTION = {">": ">", ">=": ">", "<": "<=", "<=": "<="}
_CUSTOM = re.compile(r"CustomField\.\{([^{}\n\0]+)\}\Z")


@dataclass(frozen=True)
class Wild:
    """A text in which ``%`` and ``_`` are meant as the database's wildcards."""

    text: str


def wild(text: str) -> Wild:
    """``wild("10_%")``: ``_`` stands for a character, ``%`` for any number of them.

    A backslash is a character to SQLite and takes away the next one's meaning in MySQL and
    PostgreSQL.
    """
    return Wild(text)


#: What a field is compared with.
Scalar = Union[str, int, datetime, Wild]
Value = Union[Scalar, Tuple[Scalar, ...], None]
#: (row, operator, values as texts).
Checked = Tuple[FieldRow, str, Tuple[str, ...]]


@dataclass(frozen=True)
class Condition:
    """One condition: a field of the record under our name, an operator, a value.

    Attributes:
        field: an attribute of the record, or ``CustomField.{Name}`` where the search takes it.
        value: text, number, True or False, an aware datetime; a tuple of them for IN and NOT IN;
            None for IS NULL and IS NOT NULL.
    """

    field: str
    operator: str
    value: Value = None


def where(field: str, operator: str, value: Union[Scalar, Iterable[Scalar], None] = None
          ) -> Condition:
    """A `Condition`: ``where("email", "ENDSWITH", "@example.org")``.

    Args:
        operator: one of `OPERATORS`.
        value: for LIKE (contains), STARTSWITH and ENDSWITH a text without ``%``, ``_`` and
            backslash, which nothing escapes on every database, or `wild`. RT passes over the case
            of letters. ``!=`` and NOT … pass over records that have no value.
    """
    if value is None or isinstance(value, (str, int, datetime, Wild)):
        return Condition(field, operator, value)
    return Condition(field, operator, tuple(value))


def custom_field_of(field: str) -> Optional[str]:
    """The name in ``CustomField.{Name}``, None for another field."""
    found = _CUSTOM.match(field)
    return found.group(1) if found else None


def listed(conditions: Iterable[Condition]) -> Tuple[Condition, ...]:
    """The conditions, an iterator's too. Raises: UsageError for what is no list."""
    if isinstance(conditions, (str, bytes, Condition)) or not isinstance(conditions, Iterable):
        _wrong("conditions is a list of conditions, each made by where(field, operator, value)")
    return tuple(conditions)


def checked(rows: Tuple[FieldRow, ...], conditions: Iterable[Condition], *,
            what: str = "records", custom_fields: bool = False) -> Tuple[Checked, ...]:
    """The conditions with their rows and values as RT's texts (datetimes in UTC).

    Args:
        what: the records, for errors.
        custom_fields: whether conditions on ``CustomField.{Name}`` may be among them: RT passes
            over one that it does not know, so that whoever sends them has to look it up.
    Raises: UsageError for a field that the record lacks or that cannot be searched by, an
        operator that is none, a value of the wrong kind.
    """
    known = {name: row for name, row in by_name(rows).items() if row.search}
    found: List[Checked] = []
    for one in listed(conditions):
        if not isinstance(one, Condition):
            _wrong(f"a condition is made by where(field, operator, value), not {one!r}")
        row = known.get(one.field)
        if row is None and custom_fields and custom_field_of(one.field):
            if any(before.name == one.field for before, _, _ in found):
                _wrong(f"{one.field}: RT takes two conditions on it for either of them")
            if one.value == "" or one.operator == "NOT LIKE":
                _wrong(f"{one.field} {one.operator} {one.value!r}: RT finds long values by it")
            row = FieldRow(one.field, one.field, "text", rest1=None, search=True)
        if row is None:
            raise UsageError(f"{what} are not searched by {one.field!r}", argument="conditions",
                             advice=choices(one.field, known)
                             + (" and CustomField.{Name}" if custom_fields else ""))
        found.append(_checked(row, one))
    return tuple(found)


def _checked(row: FieldRow, one: Condition) -> Checked:
    number = OPERATORS.get(one.operator)
    if number is None:
        _wrong(f"{one.operator!r} is no operator; these are: {', '.join(OPERATORS)}")
    if number == "none":
        if one.value is not None:
            _wrong(f"{one.field} {one.operator} takes no value")
        return row, one.operator, ()
    if number == "several":
        if not isinstance(one.value, tuple) or not one.value:
            _wrong(f"{one.field} {one.operator} takes a list of values")
        return row, one.operator, tuple(_text(row, one, each) for each in one.value)
    if isinstance(one.value, tuple):
        _wrong(f"{one.field} {one.operator} takes one value; several go with IN")
    operator = one.operator
    if isinstance(one.value, datetime) and one.value.microsecond:
        # RT keeps whole seconds
        if operator not in _WITH_FRACTION:
            _wrong(f"{one.field}: RT keeps whole seconds")
        operator = _WITH_FRACTION[operator]
    return row, operator, (_text(row, one, one.value),)


def checked_part(value: Union[str, Wild], what: str) -> str:
    """A text that RT hands to the database's LIKE. Raises: UsageError, which calls it ``what``."""
    text = value.text if isinstance(value, Wild) else value
    if text == "":
        raise UsageError(f"{what}: every text contains the empty one", argument=what)
    if not isinstance(value, Wild) and _WILDCARDS.search(text):
        raise UsageError(
            f"{what}: in {text!r} a '%' or '_' is a wildcard to RT, and a backslash may be; "
            "nothing escapes them on every database", argument=what,
            advice="give wild(text) if wildcards are meant, or search for a part without them")
    return text


def _text(row: FieldRow, one: Condition, value: object) -> str:
    if one.operator in CONTAINING:
        if row.kind in _NUMBERS or row.kind in ("date", "flag") or not isinstance(
                value, (str, Wild)):
            _wrong(f"{one.field} {one.operator} {value!r}: that is for texts")
        return _sendable(checked_part(value, one.field), one.field)
    if row.kind == "date":
        if not isinstance(value, datetime) or value.utcoffset() is None:
            _wrong(f"{one.field} is compared with a datetime with a time zone, not {value!r}")
        return f"{value.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool) or row.kind == "flag":
        if row.kind != "flag" or value not in (True, False, "0", "1"):
            _wrong(f"{one.field} {one.operator} {value!r}: True and False are for flags")
        return "1" if value in (True, "1") else "0"
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        _wrong(f"{one.field}: a value is text, a number, True or False, or a datetime with a time "
               f"zone, not {value!r}")
    if row.kind in _NUMBERS and not re.fullmatch(r"-?[0-9]+", value):
        _wrong(f"{one.field} is a number, not {value!r}")
    return _sendable(value, one.field)


def _sendable(text: str, field: str) -> str:
    if "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
        _wrong(f"{field}: RT takes no text with NUL or half a character")
    return text


def _wrong(message: str) -> NoReturn:
    raise UsageError(message, argument="conditions")
