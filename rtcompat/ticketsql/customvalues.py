"""Conditions on custom fields.

A field with several values fits when any does, and an opposite when none does; a ticket without
a value fits every opposite. Values that look like dates, moments or addresses are compared as such
where the query's value is one, too: records do not tell a field's type.
Source: _LimitCustomField of RT::SearchBuilder, 4.4.6 to 5.0.10.
"""
from __future__ import annotations

import ipaddress
import re
from typing import Callable, Optional, Tuple, Union

from rtcompat.errors import InvalidQuery, Unsupported
from rtcompat.model import NOT_LOADED, Ticket
from rtcompat.ticketsql.comparing import ORDERS, text_test
from rtcompat.ticketsql.datetexts import day_around, moment_of
from rtcompat.ticketsql.known import Setting
from rtcompat.ticketsql.moments import offset_at
from rtcompat.ticketsql.parsing import Column, Condition, wrong
from rtcompat.ticketsql.words import COLUMNS, OPPOSITES

__all__ = ["custom_test", "values_of", "name_of"]

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_Test = Callable[[str], bool]


def name_of(detail: str) -> Tuple[str, str]:
    """(queue or "", name) of a custom field as it is written: ``{Severity}``, ``Severity``,
    ``General.{Severity}``, ``{Severity}.Content``."""
    found = re.fullmatch(r"(?:(.+?)\.)?\{(.+)\}(?:\.(?:Content|LargeContent))?", detail, re.DOTALL)
    if found:
        return found[1] or "", found[2]
    return "", re.sub(r"\.(?:Content|LargeContent)$", "", detail)


def values_of(ticket: Ticket, detail: str) -> Optional[Tuple[str, ...]]:
    """A ticket's values in a field, whose name's case does not matter; () where it has none, or
    not the field; None where that is not known."""
    if ticket.custom_fields is NOT_LOADED:
        return None
    queue, name = name_of(detail)
    values = ticket.custom_fields.get(name)
    if values is None:
        wanted = name.lower()
        for one, found in ticket.custom_fields.items():
            if one.lower() == wanted:
                name, values = one, found
                break
    if values is None:
        return ()
    if values and queue and (ticket.queue is NOT_LOADED or ticket.queue.lower() != queue.lower()):
        return None  # it may be another field of the same name
    if name in ticket.undecided and any("," in one for one in values):
        return None  # one value, or several
    return values


def custom_test(condition: Condition, setting: Setting) -> Callable[[Ticket], Optional[bool]]:
    """The test of a condition on a custom field."""
    if re.fullmatch(r"\d+", name_of(condition.detail)[1]):
        raise Unsupported(f"{condition.name}: a ticket names its custom fields and does not "
                          "number them", operation="search_tickets", argument="query")
    denied = condition.operator in OPPOSITES
    positive = OPPOSITES.get(condition.operator, condition.operator)
    if positive == "IS":
        def is_null(ticket: Ticket) -> Optional[bool]:
            values = values_of(ticket, condition.detail)
            return None if values is None else bool(values) == denied
        return is_null
    operator = "=" if positive == "IN" else positive
    tests = [_value_test(condition, operator, value, setting) for value in condition.values]

    def judge(ticket: Ticket) -> Optional[bool]:
        values = values_of(ticket, condition.detail)
        if values is None:
            return None
        return any(test(ticket, one) for one in values for test in tests) != denied
    return judge


def _value_test(condition: Condition, operator: str, value: Union[str, Column, None],
                setting: Setting) -> Callable[[Ticket, str], bool]:
    if isinstance(value, Column):
        return _beside(condition, operator, value)
    if value is None:
        wrong(condition.place, "NULL is compared by IS and IS NOT")
    plain = text_test(operator, value)
    if operator not in ORDERS:
        return lambda ticket, found: plain(found)
    dated = _date_tests(operator, value, setting, condition.operator in ("!=", "NOT IN"))
    numbered = _address_test(operator, value)

    def judge(ticket: Ticket, found: str) -> bool:
        if dated and _DATE.fullmatch(found):
            return dated[0](found)
        if dated and _MOMENT.fullmatch(found):
            return dated[1](found)
        if numbered is not None:
            result = numbered(found)
            if result is not None:
                return result
        return plain(found)
    return judge


def _date_tests(operator: str, value: str, setting: Setting, denied: bool
                ) -> Optional[Tuple[_Test, _Test]]:
    """Tests of a day and of a moment in UTC; None for a value that is no date.

    A moment that is not on a day (``!=``) RT compares with the day's text, which none is.
    """
    try:
        moment = moment_of(value, setting.now, setting.zone)
    except InvalidQuery:
        return None
    if value.strip() == "0":
        return None
    local = moment + offset_at(setting.zone, moment)
    day = text_test(operator, f"{local:%Y-%m-%d}")
    of_day = re.fullmatch(r"\s*(today|tomorrow|yesterday)\s*", value, re.IGNORECASE) or (
        not re.search(r"midnight|\d+:\d+:\d+", value, re.IGNORECASE)
        and f"{local:%H:%M:%S}" == "00:00:00")
    if not of_day:
        return day, text_test(operator, f"{moment:%Y-%m-%d %H:%M:%S}")
    if operator != "=" or denied:
        return day, day
    start, end = day_around(moment, setting.zone)
    first, last = f"{start:%Y-%m-%d %H:%M:%S}", f"{end:%Y-%m-%d %H:%M:%S}"
    return day, lambda found: first <= found < last


_Address = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]


def _span(text: str) -> Optional[Tuple[int, int, int]]:
    """(version, first, last) of an address, a network or a range."""
    ends = text.split("-") if "-" in text else [text]
    try:
        if len(ends) == 1 and "/" in text:
            net = ipaddress.ip_network(text.strip(), strict=False)
            return net.version, int(net.network_address), int(net.broadcast_address)
        first, last = ipaddress.ip_address(ends[0].strip()), ipaddress.ip_address(ends[-1].strip())
    except ValueError:
        return None
    if first.version != last.version or len(ends) > 2:
        return None
    return first.version, int(first), int(last)


def _address_test(operator: str, value: str) -> Optional[Callable[[str], Optional[bool]]]:
    """A test of addresses and ranges of them: two ranges are equal when they overlap. None where
    the value is no address."""
    wanted = _span(value)
    if wanted is None:
        return None

    def test(found: str) -> Optional[bool]:
        span = _span(found)
        if span is None or span[0] != wanted[0]:
            return None
        if operator == "=":
            return span[1] <= wanted[2] and span[2] >= wanted[1]
        against = wanted[1] if operator in ("<", "<=") else wanted[2]
        return ORDERS[operator](span[1], against)
    return test


def _beside(condition: Condition, operator: str, column: Column) -> Callable[[Ticket, str], bool]:
    if operator not in ORDERS or column.key != "CF":
        raise Unsupported(f"{condition.name} {condition.operator} another field",
                          operation="search_tickets", argument="query",
                          advice=f"begin with {column.key}" if column.key in COLUMNS else "")
    compare = ORDERS[operator]
    return lambda ticket, found: any(
        compare(found.lower(), other.lower()) for other in values_of(ticket, column.detail) or ())
