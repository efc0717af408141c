"""Conditions for searching other records than tickets: built here, checked before they are sent.

REST2's collections take JSON conditions and pass over a field that they do not know, which then
finds everything (1.00 to 6.0): so only fields of `fields`' rows that are marked searchable leave.
All conditions given must hold.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Iterable, Tuple

from rtcompat.errors import UsageError
from rtcompat.fields import FieldRow, by_name

__all__ = ["Condition", "Checked", "OPERATORS", "where", "checked"]

#: By operator, how many values it takes: ``one``, ``several`` (a list), ``none`` (NULL).
OPERATORS = {"=": "one", "!=": "one", "<": "one", ">": "one", "<=": "one", ">=": "one",
             "LIKE": "one", "NOT LIKE": "one", "STARTSWITH": "one", "ENDSWITH": "one",
             "IN": "several", "NOT IN": "several", "IS NULL": "none", "IS NOT NULL": "none"}

#: (row, operator, values as texts).
Checked = Tuple[FieldRow, str, Tuple[str, ...]]


@dataclass(frozen=True)
class Condition:
    """One condition: a field of the record under our name, an operator, a value.

    Attributes:
        value: text, number, True or False, an aware datetime; a tuple of them for IN and NOT IN;
            None for IS NULL and IS NOT NULL.
    """

    field: str
    operator: str
    value: Any = None


def where(field: str, operator: str, value: Any = None) -> Condition:
    """A `Condition`: ``where("email", "ENDSWITH", "@example.org")``."""
    return Condition(field, operator, tuple(value) if isinstance(value, (list, set)) else value)


def checked(rows: Tuple[FieldRow, ...], conditions: Iterable[Condition]) -> Tuple[Checked, ...]:
    """The conditions with their rows and values as RT's texts (datetimes in UTC).

    Raises: UsageError for a field that the record lacks or that cannot be searched by, an
        operator that is none, a value of the wrong kind.
    """
    known = {name: row for name, row in by_name(rows).items() if row.search}
    found = []
    for one in conditions:
        if not isinstance(one, Condition):
            raise UsageError(f"a condition is made by where(field, operator, value), not {one!r}",
                             argument="conditions")
        row = known.get(one.field)
        if row is None:
            raise UsageError(f"no record is found by {one.field!r}; by {', '.join(sorted(known))}",
                             argument="conditions")
        number = OPERATORS.get(one.operator)
        if number is None:
            raise UsageError(f"{one.operator!r} is no operator; these are: "
                             f"{', '.join(OPERATORS)}", argument="conditions")
        found.append((row, one.operator, _values(one, number)))
    return tuple(found)


def _values(one: Condition, number: str) -> Tuple[str, ...]:
    if number == "none":
        if one.value is not None:
            raise UsageError(f"{one.field} {one.operator} takes no value", argument="conditions")
        return ()
    if number == "several":
        if not isinstance(one.value, tuple) or not one.value:
            raise UsageError(f"{one.field} {one.operator} takes a list of values",
                             argument="conditions")
        return tuple(_text(each, one.field) for each in one.value)
    return (_text(one.value, one.field),)


def _text(value: Any, field: str) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return f"{value.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, str) and "\0" not in value:
        return value
    raise UsageError(f"{field}: a value is text, a number, True or False, or a datetime with a "
                     f"time zone, not {value!r}", argument="conditions")
