"""Conditions on users, queues and groups, evaluated over records as RT's database does."""
from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Callable, Iterable, List, Mapping, Optional, Tuple, Union

from rtcompat.conditions import Checked, Condition, checked
from rtcompat.errors import UsageError
from rtcompat.fields import FieldRow
from rtcompat.model import NOT_LOADED

__all__ = ["matching"]

_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda one, other: one == other, "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other, ">": lambda one, other: one > other,
    "<=": lambda one, other: one <= other, ">=": lambda one, other: one >= other}
#: What the database's LIKE is given, by operator.
_PATTERNS = {"LIKE": "%{}%", "NOT LIKE": "%{}%", "STARTSWITH": "{}%", "ENDSWITH": "%{}"}


def matching(rows: Tuple[FieldRow, ...], records: Iterable[Any],
             conditions: Iterable[Condition], order: Optional[str], include_disabled: bool
             ) -> Tuple[Any, ...]:
    """The records that all conditions hold for, enabled ones unless it is asked for others.

    Args:
        order: a field that conditions know, ``-`` before it for descending; None: by id.
    Raises: UsageError.
    """
    wanted = checked(rows, conditions)
    disabled = include_disabled or any(row.name == "disabled" for row, _, _ in wanted)
    found = [record for record in records
             if (disabled or record.disabled in (False, NOT_LOADED))
             and all(_holds(record, one) for one in wanted)]
    return tuple(_ordered(rows, found, order))


def _holds(record: Any, condition: Checked) -> bool:
    row, operator, values = condition
    value = getattr(record, row.name)
    if operator in ("IS NULL", "IS NOT NULL"):
        return (value in (None, "", NOT_LOADED)) == (operator == "IS NULL")
    if value is None or value is NOT_LOADED:
        return False
    given = [_comparable(value, one) for one in values]
    ours = _comparable(value, value)
    if operator in _PATTERNS:
        fits = _like(_PATTERNS[operator].format(values[0])).match(str(value)) is not None
        return fits == (operator != "NOT LIKE")
    if operator in ("IN", "NOT IN"):
        return (ours in given) == (operator == "IN")
    return _COMPARED[operator](ours, given[0])


def _comparable(value: Any, given: Any) -> Union[int, str]:
    """A value as one of its kind: RT passes over the case of letters."""
    if isinstance(value, (bool, int)):
        return int(given)
    if isinstance(given, datetime):
        return f"{given:%Y-%m-%d %H:%M:%S}"
    return str(given).casefold()


def _like(pattern: str) -> "re.Pattern[str]":
    parts = [".*" if one == "%" else "." if one == "_" else re.escape(one) for one in pattern]
    return re.compile("".join(parts) + r"\Z", re.IGNORECASE | re.DOTALL)


def _ordered(rows: Tuple[FieldRow, ...], records: List[Any], order: Optional[str]) -> List[Any]:
    found = sorted(records, key=lambda one: int(one.id))
    if order is None:
        return found
    name = order[1:] if order.startswith("-") else order
    if name not in {row.name for row in rows if row.search or row.name == "id"}:
        raise UsageError(f"no record is ordered by {name!r}", argument="order")

    def key(record: Any) -> Tuple[bool, Any]:
        value = getattr(record, name)
        missing = value is None or value is NOT_LOADED
        return (not missing, 0 if missing else _comparable(value, value))
    return sorted(found, key=key, reverse=order.startswith("-"))
