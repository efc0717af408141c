"""A condition to a test of tickets: True, False, or None where the record does not tell.

A test that hangs on the history takes a row of it, too (see `Row`).
Source: the limits of RT::Tickets, 4.4.6 to 5.0.10.
"""
from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Callable, List, Optional, Tuple

from rtcompat.errors import Unsupported
from rtcompat.model import NOT_LOADED, Link, Ticket
from rtcompat.ticketsql.comparing import ORDERS, either, every, number_test, opposite, text_test
from rtcompat.ticketsql.customvalues import custom_test, values_of
from rtcompat.ticketsql.datetexts import EPOCH, day_around, moment_of
from rtcompat.ticketsql.known import Row, Setting
from rtcompat.ticketsql.parsing import Column, Condition, wrong
from rtcompat.ticketsql.persons import login_judge, person_test
from rtcompat.ticketsql.words import COLUMNS, LINK_WORDS, OPPOSITES

__all__ = ["judge_of", "link_end", "Judge"]

#: None for the row of a ticket whose history is not known, or not asked for.
Judge = Callable[[Ticket, Optional[Row]], Optional[bool]]
_Test = Callable[[Any], Optional[bool]]
#: What RT stores for these while they are not set, and = looks at; Told is NULL.
_UNSET = {"Starts": EPOCH, "Started": EPOCH, "Due": EPOCH, "Resolved": EPOCH}
_WORDS_OF_RT = ("__currentuser__", "__currentusername__", "__selecteduser__",
                "__selectedusername__", "__bookmarked__")


def judge_of(condition: Condition, setting: Setting) -> Judge:
    """The test of a condition.

    Raises: InvalidQuery for a value that the field cannot have; Unsupported for what records
        cannot tell; UsageError where a user is needed.
    """
    kind = condition.kind
    if kind in ("body", "file", "when", "by"):
        return _of_history(condition, setting)
    if kind == "link":
        test = _link_test(condition, setting)
    elif kind in ("people", "owner", "role"):
        test = person_test(condition, setting)
    elif kind == "login":
        attribute = {"Creator": "creator", "LastUpdatedBy": "last_updated_by"}[condition.key]
        test = login_judge(attribute, condition, setting)
    elif kind == "cf":
        test = custom_test(condition, setting)
    elif kind == "type":
        test = _type_test(condition)
    elif kind == "queue":
        test = _queue_test(condition, setting)
    else:
        test = _column_test(condition, setting)
    return lambda ticket, row: test(ticket)


def _column_test(condition: Condition, setting: Setting) -> _Test:
    """A column of the ticket itself: number, text or date."""
    attribute = COLUMNS[condition.key]
    if condition.operator in ("IS", "IS NOT"):
        wanted = condition.operator == "IS"

        def is_null(ticket: Ticket) -> Optional[bool]:
            value = getattr(ticket, attribute)
            return None if value is NOT_LOADED else (value is None) == wanted
        return is_null
    tests = [_one_value(condition, value, setting) for value in condition.values]
    positive = OPPOSITES.get(condition.operator) == "IN"
    unset = _UNSET.get(condition.key) if condition.operator == "=" and not any(
        isinstance(value, Column) for value in condition.values) else None

    def judge(ticket: Ticket) -> Optional[bool]:
        value = getattr(ticket, attribute)
        if value is NOT_LOADED:
            return None
        if value is None:
            value = unset
        if value is None:
            return False  # neither an operator nor its opposite finds NULL
        results = [test(ticket, value) for test in tests]
        return every(results) if positive else either(results)
    return judge


def _one_value(condition: Condition, value: object, setting: Setting
               ) -> Callable[[Ticket, Any], Optional[bool]]:
    operator = {"IN": "=", "NOT IN": "!="}.get(condition.operator, condition.operator)
    if isinstance(value, Column):
        return _beside(condition, operator, value)
    if not isinstance(value, str):
        wrong(condition.place, f"{condition.name} is compared with texts and numbers")
    one = Condition(condition.key, "", operator, (value,), place=condition.place)
    if condition.kind == "date":
        dated = _date_test(operator, value, setting)
        return lambda ticket, found: dated(found)
    if value.lower() in _WORDS_OF_RT:
        wrong(condition.place, f"{value} has no meaning for {condition.name} here")
    if condition.kind == "number":
        counted = number_test(one, value)
        return lambda ticket, found: counted(found)
    if condition.key == "Status" and value.lower() in ("__active__", "__inactive__"):
        return _lifecycle(one, value.lower() == "__active__", setting)
    written = text_test(operator, value)
    return lambda ticket, found: written(found)


def _lifecycle(condition: Condition, active: bool, setting: Setting
               ) -> Callable[[Ticket, str], Optional[bool]]:
    if condition.operator not in ("=", "!="):
        wrong(condition.place, "__Active__ and __Inactive__ are compared by = and !=")
    wanted, other = setting.known.active, setting.known.inactive
    if active != (condition.operator == "="):
        wanted, other = other, wanted

    def judge(ticket: Ticket, status: str) -> Optional[bool]:
        status = status.lower()
        return True if status in wanted else False if status in other else None
    return judge


def _beside(condition: Condition, operator: str, column: Column
            ) -> Callable[[Ticket, Any], Optional[bool]]:
    """A comparison with another field of the same ticket."""
    if operator not in ORDERS:
        raise Unsupported(f"{condition.name} {operator} another field",
                          operation="search_tickets", argument="query")
    compare = ORDERS[operator]
    if column.key == "CF":
        return _beside_custom(condition, compare, column)
    attribute = COLUMNS[column.key]

    def judge(ticket: Ticket, found: Any) -> Optional[bool]:
        other = getattr(ticket, attribute)
        if other is NOT_LOADED:
            return None
        if other is None:
            other = _UNSET.get(column.key)  # RT makes NULL of it on the left side alone
        if other is None:
            return False
        if isinstance(found, str) and isinstance(other, str):
            return compare(found.lower(), other.lower())
        if isinstance(found, datetime) != isinstance(other, datetime) or (
                isinstance(found, str) != isinstance(other, str)):
            wrong(condition.place, f"{condition.name} and {column.key} are of two kinds")
        return compare(found, other)
    return judge


def _beside_custom(condition: Condition, compare: Callable[[Any, Any], bool], column: Column
                   ) -> Callable[[Ticket, Any], Optional[bool]]:
    """RT compares with a custom field's text as its database keeps it."""
    def judge(ticket: Ticket, found: Any) -> Optional[bool]:
        values = values_of(ticket, column.detail)
        if values is None:
            return None
        if isinstance(found, int):
            return any(compare(found, int(one)) for one in values
                       if re.fullmatch(r"-?\d+", one))
        text = f"{found:%Y-%m-%d %H:%M:%S}" if isinstance(found, datetime) else found.lower()
        return any(compare(text, one.lower()) for one in values)
    return judge


def _date_test(operator: str, value: str, setting: Setting) -> Callable[[datetime], bool]:
    moment = moment_of(value, setting.now, setting.zone)
    if operator in ("=", "!="):
        start, end = day_around(moment, setting.zone)
        return lambda found: (start <= found < end) == (operator == "=")
    compare = ORDERS[operator]
    return lambda found: compare(found, moment)


def _type_test(condition: Condition) -> _Test:
    """Searches find tickets of the type ``ticket`` alone unless they ask for another, and records
    do not tell theirs."""
    names = {value.lower() for value in condition.values if isinstance(value, str)}
    denied = condition.operator in OPPOSITES
    if denied == ("ticket" in names) and names != {"ticket"}:
        raise Unsupported("tickets do not tell their type; those of the type 'ticket' are found",
                          operation="search_tickets", argument="query")
    if denied and names == {"ticket"}:
        raise Unsupported("tickets do not tell their type; those of the type 'ticket' are found",
                          operation="search_tickets", argument="query")

    def judge(ticket: Ticket) -> Optional[bool]:
        told = ticket.other_fields.get("Type", "ticket").lower()
        return (told in names) != denied
    return judge


def _queue_test(condition: Condition, setting: Setting) -> _Test:
    tests: List[Callable[[str], Optional[bool]]] = []
    denied = condition.operator in OPPOSITES
    for value in condition.values:
        if not isinstance(value, str):
            wrong(condition.place, "a queue is compared with a name or a number")
        if condition.operator in ("LIKE", "NOT LIKE"):
            tests.append(text_test("LIKE", value))
        elif re.fullmatch(r"[0-9]+", value):
            tests.append(_queue_numbered(int(value), setting))
        else:
            tests.append(text_test("=", value))

    def judge(ticket: Ticket) -> Optional[bool]:
        if ticket.queue is NOT_LOADED:
            return None
        result = either([test(ticket.queue) for test in tests])
        return opposite(result) if denied else result
    return judge


def _queue_numbered(number: int, setting: Setting) -> Callable[[str], Optional[bool]]:
    def test(name: str) -> Optional[bool]:
        found = setting.known.queue_id(name)
        return None if found is None else found == number
    return test


def _link_test(condition: Condition, setting: Setting) -> _Test:
    directions = LINK_WORDS[condition.key]
    denied = condition.operator in OPPOSITES
    wanted: List[Optional[Tuple[str, str]]] = [link_end(value) for value in condition.values]

    def fits(link: Link, end: Optional[Tuple[str, str]]) -> bool:
        if end is None:
            return False
        found = ("url", link.url) if link.kind == "url" else (link.kind, str(link.id))
        return found == end

    def judge(ticket: Ticket) -> Optional[bool]:
        links = setting.known.links(ticket.id)
        if links is None:
            return None
        found = [link for one in directions for link in getattr(links, one)]
        result = any((not found) if end is None else any(fits(link, end) for link in found)
                     for end in wanted)
        return result != denied
    return judge


def link_end(value: object) -> Optional[Tuple[str, str]]:
    """(kind, number or address) of what is linked; None for no link at all."""
    text = value if isinstance(value, str) else ""
    if text.lower() in ("", "0", "null"):
        return None
    if re.fullmatch(r"[0-9]+", text):
        return "ticket", str(int(text))
    local = re.fullmatch(r"fsck\.com-(rt|article|asset)://[^/]+(?:/ticket|/article|/asset)?"
                         r"/([0-9]+)", text)
    if local:
        return {"rt": "ticket"}.get(local[1], local[1]), local[2]
    short = re.fullmatch(r"(ticket|t|article|a|asset):([0-9]+)", text)
    if short:
        return {"t": "ticket", "a": "article"}.get(short[1], short[1]), short[2]
    return "url", text


def _of_history(condition: Condition, setting: Setting) -> Judge:
    if condition.kind == "by":
        by = login_judge("creator", condition, setting)
        return lambda ticket, row: None if row is None else by(row[0])
    if condition.kind == "when":
        return _when(condition, setting)
    return _part(condition, setting)


def _when(condition: Condition, setting: Setting) -> Judge:
    value = condition.values[0]
    if not isinstance(value, str):
        wrong(condition.place, f"{condition.name} is compared with a date")
    test = _date_test(condition.operator, value, setting)
    if condition.operator == "!=":  # the moment, not its day
        other = moment_of(value, setting.now, setting.zone)
        test = other.__ne__

    def judge(ticket: Ticket, row: Optional[Row]) -> Optional[bool]:
        if row is None or row[0].created is NOT_LOADED:
            return None
        return test(row[0].created)
    return judge


def _part(condition: Condition, setting: Setting) -> Judge:
    """A condition on an attachment: its name, its type or its text."""
    operator = {"IN": "=", "NOT IN": "!="}.get(condition.operator, condition.operator)
    denied = operator in OPPOSITES
    is_null = operator in ("IS", "IS NOT")
    tests = [] if is_null else [text_test(OPPOSITES.get(operator, operator), str(value))
                                for value in condition.values]

    def judge(ticket: Ticket, row: Optional[Row]) -> Optional[bool]:
        if row is None:
            return None
        text: Any = None if row[1] is None else _text_of(condition, row, setting)
        if text is NOT_LOADED:
            return None
        if is_null:
            return (text is None) != denied
        return text is not None and any(test(text) for test in tests) != denied
    return judge


def _text_of(condition: Condition, row: Row, setting: Setting) -> Any:
    transaction, part = row
    if part is None:
        return None
    if condition.key == "Filename":
        return part.filename
    if condition.key == "ContentType":
        return part.content_type
    if transaction.type in ("EmailRecord", "CommentEmailRecord"):
        return None  # what RT sent out is not searched
    text = setting.known.content(part)
    return NOT_LOADED if text is None else text
