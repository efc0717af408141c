"""How RT compares: texts without their case, LIKE with its wildcards, numbers, dates.

Each function gives a test of one value. The case is passed over for all of Unicode, as RT's
lower-casing on PostgreSQL does; SQLite folds ASCII alone, MySQL's collations accents as well.
Source: RT::SearchBuilder and DBIx::SearchBuilder, 4.4.6 to 5.0.10.
"""
from __future__ import annotations

import operator as operators
import re
from typing import Any, Callable, List, Mapping, Optional

from rtcompat.ticketsql.parsing import Condition, wrong

__all__ = ["ORDERS", "text_test", "number_test", "number_of", "either", "every", "opposite"]

#: By operator: Python's.
ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operators.eq, "!=": operators.ne, "<": operators.lt, ">": operators.gt,
    "<=": operators.le, ">=": operators.ge}
#: RT 5's own names of priorities, where a site did not name others.
_PRIORITIES: Mapping[str, int] = {"low": 0, "medium": 50, "high": 100}
_NUMBER = re.compile(r"\s*([+-]?\d+)(\.\d*)?\s*", re.ASCII)


def text_test(operator: str, value: str) -> Callable[[str], bool]:
    """A test of a text: ``=``, ``<`` … without the case, LIKE, STARTSWITH, ENDSWITH with ``%`` and
    ``_`` as wildcards, which nothing escapes."""
    wanted = value.lower()
    if operator in ORDERS:
        compare = ORDERS[operator]
        return lambda text: compare(text.lower(), wanted)
    denied = operator.startswith("NOT ")
    pattern = {"LIKE": f"%{wanted}%", "STARTSWITH": f"{wanted}%", "ENDSWITH": f"%{wanted}"}[
        operator[4:] if denied else operator]
    fits = _like(pattern)
    return lambda text: fits(text.lower()) != denied


def _like(pattern: str) -> Callable[[str], bool]:
    """Whether a text fits a LIKE pattern, by looking for its pieces one after the other: what
    stands between two ``%`` is taken where it comes first, so that nothing is tried twice."""
    pieces = pattern.split("%")
    first, last = _piece(pieces[0]), _piece(pieces[-1])
    within = [_piece(one) for one in pieces[1:-1] if one]
    size = len(pieces[0]) + len(pieces[-1])

    def fits(text: str) -> bool:
        if len(pieces) == 1:
            return first.fullmatch(text) is not None
        end = len(text) - len(pieces[-1])
        if len(text) < size or first.match(text) is None or last.match(text, end) is None:
            return False
        place = len(pieces[0])
        for one in within:
            found = one.search(text, place, end)
            if found is None:
                return False
            place = found.end()
        return True
    return fits


def _piece(text: str) -> re.Pattern[str]:
    return re.compile("".join("." if one == "_" else re.escape(one) for one in text), re.DOTALL)


def number_of(text: str, condition: Condition) -> float:
    """A number in a query. Raises: InvalidQuery for another text, which each database takes for
    something else."""
    found = _NUMBER.fullmatch(text)
    if found is not None:
        return float(text) if found[2] else int(found[1])
    if condition.key.endswith("Priority") and text.lower() in _PRIORITIES:
        return _PRIORITIES[text.lower()]
    wrong(condition.place, f"{condition.name} is a number, and {text!r} is none")


def number_test(condition: Condition, value: str) -> Callable[[int], bool]:
    """A test of a number: by its digits where the operator is one of texts (``id LIKE '12'``)."""
    if condition.operator not in ORDERS:
        fits = text_test(condition.operator, value)
        return lambda number: fits(str(number))
    compare, wanted = ORDERS[condition.operator], number_of(value, condition)
    return lambda number: compare(number, wanted)


def either(results: List[Optional[bool]]) -> Optional[bool]:
    """Whether any holds; None where that hangs on what is not known."""
    if True in results:
        return True
    return None if None in results else False


def every(results: List[Optional[bool]]) -> Optional[bool]:
    """Whether all hold; None where that hangs on what is not known."""
    if False in results:
        return False
    return None if None in results else True


def opposite(result: Optional[bool]) -> Optional[bool]:
    """Not so; None stays None."""
    return None if result is None else not result
