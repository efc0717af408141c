"""`ticketsql`: a query from keyword filters, from a template, or from both."""
from __future__ import annotations

import re
from datetime import date, datetime, timezone
from typing import Any, Iterable, List, Mapping, Optional, Tuple, Union

from rtcompat.conditions import Wild
from rtcompat.errors import UsageError
from rtcompat.ticketsql.query import Comparison, Query, Scalar, joined
from rtcompat.ticketsql.quoting import field_key, is_digits, is_long
from rtcompat.ticketsql.searchable import SUFFIXES, Field, field_of, misread
from rtcompat.ticketsql.templates import from_template

__all__ = ["ticketsql", "Filter"]

#: A filter's value: one, several for ``__in``, True or False for ``__is_null``, and for ``cf`` a
#: mapping of custom fields' names (or numbers) to such values.
Filter = Union[Scalar, Iterable[Scalar], Mapping[Union[str, int], Any]]

_FIRST_MOMENT = datetime(1970, 1, 2, tzinfo=timezone.utc)
_MOMENT_TEXT = re.compile(r"\s*\d{4}-\d\d-\d\d[ T]+\d\d?:\d\d(:\d\d)?\s*")


def ticketsql(template: Optional[str] = None, /, *values: Scalar, **filters: Filter) -> Query:
    """A query for tickets, to give to `search_tickets` and whatever else takes TicketSQL.

    Every filter must hold: ``ticketsql(queue="General", status__in=["new", "open"],
    created__gt=moment, cf={"Severity": "High"})``. In a template each ``{}`` takes the next value:
    ``ticketsql("Subject LIKE {} AND Owner = {}", text, user)``. Queries are joined by ``&``, ``|``
    and ``~``. No value can widen what is found: what RT would read as something else than the
    value is a UsageError, here, before anything is sent.

    Args:
        template: TicketSQL with ``{}`` for values, one word AND or OR at each level (RT takes the
            last of a level for all of it); braces of custom fields stay: ``CF.{Severity} = {}``.
        values: one for each ``{}``: text, numbers, datetimes with a time zone, None for NULL;
            RT reads a date's text (``2026-07-01``, ``-1 day``) in the user's zone.
        filters: a field's name and, after two underscores, how it is compared:

            - the fields of `Ticket`; ``watchers``; links by direction (``depends_on=7``); ``cf``;
              ``content``, ``filename``, ``content_type`` of any part of the history. ``content``
              finds what RT's full-text search makes of it, nothing where it is switched off.
            - people (``requestors``, ``cc``, ``admin_cc``, ``watchers``, ``owner``) by address, by
              login or by number as an int; ``owner=None`` is nobody's; by a detail:
              ``requestors__city="Bonn"``.
            - no suffix: equal (RT passes over the case of letters); None: not set; ``__not``,
              ``__in``, ``__notin``; ``__gt``, ``__ge``, ``__lt``, ``__le`` for numbers, moments
              and custom fields (RT compares these as texts); ``__like`` (contains),
              ``__notlike``, ``__startswith``, ``__endswith``; ``__is_null=True`` or False.
            - moments are datetimes with a time zone, in DateTime custom fields, too; a date is a
              day of a Date custom field. Nothing that is searched by ``__like`` may hold ``%``,
              ``_`` or a backslash, which RT cannot escape: see `wild`.
            - a text that is compared with a custom field RT reads by the field's type, which no
              query tells: for Date and DateTime as a date in the user's zone, in some spellings
              as its midnight (``2031-05-06T07:08:09Z``); for IPAddressRange as a range, equal to
              each that has an address of it, and ``__not`` finds ranges outside it, not tickets
              without one. Of more than 255 bytes RT finds ASCII alone (SQLite, PostgreSQL).
    Returns: Query.
    Raises: UsageError for names that mean nothing, values of another kind, and values that RT
        would take for something else: texts of digits for queues and people (give an int), its
        own words (``__CurrentUser__``), texts that begin with ``CF.``.
    """
    parts: List[Query] = []
    if template is not None:
        parts.append(from_template(template, values))
    for name, value in filters.items():
        field, suffix = field_of(name)
        if field.kind == "cf":
            parts += _custom(name, suffix, value)
        else:
            parts.append(_compared(field, name, suffix, value))
    if not parts:
        raise UsageError("an empty query would find every ticket", argument="template",
                         advice="write ticketsql('id > 0') if that is meant")
    return joined("AND", parts)


def _custom(name: str, suffix: str, given: object) -> List[Query]:
    if not isinstance(given, Mapping) or not given:
        raise UsageError(f"{name} takes a mapping: {{\"Severity\": \"High\"}}", argument=name)
    return [_compared(Field(f"{name}[{one}]", field_key(one), "cf"), name, suffix, value, one)
            for one, value in given.items()]


def _compared(field: Field, name: str, suffix: str, value: object,
              custom: Union[str, int, None] = None) -> Query:
    operator, opposite = SUFFIXES[suffix]
    if suffix == "is_null":
        if not isinstance(value, bool):
            raise UsageError(f"{name} is True or False", argument=name)
        found = _one(field, name, "=", None, custom)
        return found if value else ~found
    if suffix not in ("in", "notin"):
        found = _one(field, name, operator, value, custom)
        return ~found if opposite else found
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise UsageError(f"{name} takes a list of values", argument=name)
    several = [_one(field, name, operator, one, custom) for one in value]
    if not several:
        raise UsageError(f"{name}: an empty list", argument=name,
                         advice="leave the filter out, or do not search")
    return joined("AND", [~one for one in several]) if opposite else joined("OR", several)


def _one(field: Field, name: str, operator: str, value: object,
         custom: Union[str, int, None]) -> Query:
    """One comparison by an operator that is not an opposite."""
    if isinstance(value, bool) or not (
            value is None or isinstance(value, (str, int, date, Wild))):
        raise UsageError(f"{name}: {value!r} cannot be compared with", argument=name)
    if value is None:
        return _null(field, name, operator)
    if field.kind == "date":
        return _moment(field, name, operator, value)
    if field.kind == "cf":
        return _custom_one(field, name, operator, value, custom)
    if isinstance(value, date):
        raise UsageError(f"{name} is no date", argument=name)
    if field.kind in ("number", "person"):
        if not isinstance(value, int):
            raise UsageError(f"{name}: {value!r} is no whole number", argument=name)
        return Comparison(field.key, operator, value, name)
    key, checked = named(field.kind, field.key, operator, value, name)
    nullable = field.name == "sla"
    exact = operator == "=" or field.kind in ("text", "queue")
    return Comparison(key, operator, checked, name,
                      negatable=exact and field.kind not in ("detail", "body", "file"),
                      nullable=nullable, apart=field.kind == "text" and field.name != "status")


def _null(field: Field, name: str, operator: str) -> Query:
    if operator != "=":
        raise UsageError(f"{name} takes no None", argument=name)
    if field.name == "owner":
        return Comparison(field.key, "=", "Nobody", name)
    if "is_null" not in field.allowed or field.name == "id":
        raise UsageError(f"{name} is never None", argument=name)
    return Comparison(field.key, "IS", None, name)


def named(kind: str, key: str, operator: str, value: Union[str, int, Wild],
          name: str) -> Tuple[str, Scalar]:
    """The key and the value for what is compared with a text or the number of a record.

    Raises: UsageError for a text that RT would take for a number or for nothing.
    """
    records = ("queue", "login", "people", "link")
    if isinstance(value, int) and (kind not in records or operator != "="):
        raise UsageError(f"{name}: {value!r} is no text", argument=name)
    why = misread(kind, value) if operator == "=" else ""
    if why:
        raise UsageError(f"{name}: {why}", argument=name)
    if isinstance(value, str) and operator == "=":
        if kind == "link" and is_digits(value):
            return key, int(value)
        if kind == "people" and "@" not in value:
            return f"{key}.Name", value
    return key, value


def _moment(field: Field, name: str, operator: str, value: object) -> Query:
    """RT's ``=`` is the whole day, and it keeps whole seconds."""
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise UsageError(f"{name}: {value!r} is no datetime with a time zone", argument=name)
    whole = value.astimezone(timezone.utc).replace(microsecond=0)
    if whole < _FIRST_MOMENT:
        raise UsageError(f"{name}: RT has no moments before 1970-01-02", argument=name)

    def one(using: str) -> Query:
        return Comparison(field.key, using, whole, name, nullable=True)

    if operator == "=":
        if value.microsecond:
            raise UsageError(f"{name}: RT keeps whole seconds", argument=name)
        return joined("AND", (one(">="), one("<=")))
    if value.microsecond:
        return one({">": ">", ">=": ">", "<": "<=", "<=": "<="}[operator])
    return one(operator)


def _custom_one(field: Field, name: str, operator: str, value: Union[str, int, date, Wild],
                custom: Union[str, int, None]) -> Query:
    given: Scalar = str(value) if isinstance(value, int) else value
    if isinstance(given, datetime):
        if given.utcoffset() is None or given.microsecond:
            raise UsageError(f"{name}: {value!r} is no datetime with a time zone and whole "
                             "seconds", argument=name)
        given = given.astimezone(timezone.utc)
    if isinstance(given, date) and operator in ("LIKE", "STARTSWITH", "ENDSWITH"):
        raise UsageError(f"{name} takes text", argument=name)
    if given == "":
        raise UsageError(f"{name}: a custom field without a value is None", argument=name)
    if isinstance(given, str) and _MOMENT_TEXT.fullmatch(given):
        raise UsageError(f"{name}: RT reads {given!r} in its user's time zone", argument=name,
                         advice="give a datetime with a time zone")
    if operator == "LIKE":
        # RT's own opposite of both columns at once lets long values through.
        return joined("OR", [Comparison(field_key(custom, column), operator, given, name)
                             for column in ("Content", "LargeContent")])
    key = field_key(custom, "LargeContent") if operator == "=" and is_long(given) else field.key
    return Comparison(key, operator, given, name, negatable=operator == "=")
