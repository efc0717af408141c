"""Tickets as rows of tables: what SQLite and Parquet hold, in one schema.

A value that RT has none of is NULL; so is one that was not loaded, and its attribute's name stands
in the row's ``not_loaded``. The tables only ever get new columns at their end.
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Iterator, List, Mapping, Optional, Sequence, Tuple

from rtcompat.archive.exports.whole import Whole
from rtcompat.json_lines import plain
from rtcompat.model import LINK_NAMES, NOT_LOADED, Attachment, Link, Transaction, Watcher

__all__ = ["Column", "Table", "TABLES", "Row", "rows"]

#: (table's name, values in the order of its columns): int, str, bool, bytes, aware datetime, None.
Row = Tuple[str, Tuple[Any, ...]]


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        kind: ``int`` (64 bits), ``text``, ``bool``, ``time`` (aware, UTC, whole seconds), ``json``
            (its text), ``bytes``.
    """

    name: str
    kind: str


@dataclass(frozen=True)
class Table:
    """A table, and the attributes of its records that stand in other tables.

    Attributes:
        elsewhere: attributes that are looked at for ``not_loaded`` alone.
    """

    name: str
    columns: Tuple[Column, ...]
    elsewhere: Tuple[str, ...] = ()


def _columns(told: str) -> Tuple[Column, ...]:
    """Columns of a text such as ``id:int queue,owner:text``."""
    return tuple(Column(name, kind) for names, kind in (one.split(":") for one in told.split())
                 for name in names.split(","))


_TICKETS = Table("tickets", _columns(
    "id:int queue,subject,status,owner,creator,last_updated_by,sla:text "
    "priority,initial_priority,final_priority:int "
    "created,starts,started,due,resolved,told,last_updated:time "
    "time_estimated,time_worked,time_left,asked_id:int times_exact:bool etag:text "
    "undecided,custom_field_files,other_fields,lacking,not_loaded:json"),
    ("requestors", "cc", "admin_cc", "custom_fields", "custom_roles"))
_TRANSACTIONS = Table("transactions", _columns(
    "ticket_id,position,id,transaction_ticket_id,time_taken:int "
    "type,field,old_value,new_value,data,creator:text created:time "
    "description,content,html,rendered,rt_description:text other_fields,not_loaded:json"),
    ("attachments", "custom_fields"))
_ATTACHMENTS = Table("attachments", _columns(
    "ticket_id,transaction_id,position,id,parent_id,attachment_ticket_id:int "
    "filename,content_type:text size:int subject,message_id,creator:text created:time "
    "content:bytes headers,other_fields,not_loaded:json"))
_VALUES = Table("custom_field_values", _columns(
    "ticket_id,transaction_id:int name:text position:int value:text"))
_LINKS = Table("links", _columns(
    "ticket_id:int direction:text position:int kind:text target_id:int url:text"))
_WATCHERS = Table("watchers", _columns(
    "ticket_id:int role:text custom_role:bool position:int email,name,kind:text "
    "principal_id:int"))
#: In the order in which rows can be put in.
TABLES: Tuple[Table, ...] = (_TICKETS, _TRANSACTIONS, _ATTACHMENTS, _VALUES, _LINKS, _WATCHERS)
_ROLES = ("requestors", "cc", "admin_cc")
_BIGGEST = 2 ** 63


def rows(whole: Whole) -> Iterator[Row]:
    """The rows of a ticket, those first that others refer to."""
    for table, values in _rows(whole):
        yield table, tuple(map(_storable, values))


def _storable(value: Any) -> Any:
    """Half a character (a lone surrogate), which neither format can hold, becomes a ``?``, and a
    number beyond 64 bits the biggest one: the JSON Lines have both as they are."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, int) and not -_BIGGEST <= value < _BIGGEST:
        return _BIGGEST - 1 if value > 0 else -_BIGGEST
    return value


def _rows(whole: Whole) -> Iterator[Row]:
    ticket = whole.ticket
    extra = {"lacking": dict(whole.lacking)}
    missing = [part for part in ("transactions", "attachments", "links")
               if getattr(whole, part) is NOT_LOADED]
    yield _row(_TICKETS, ticket, extra, missing)
    if whole.transactions is not NOT_LOADED:
        for place, one in enumerate(whole.transactions):
            yield from _transaction(whole, place, one)
    if whole.attachments is not NOT_LOADED:
        for place, part in enumerate(whole.attachments):
            yield _attachment(whole, place, part, part.transaction_id)
    yield from _values(ticket.id, None, ticket.custom_fields)
    if whole.links is not NOT_LOADED:
        for direction in LINK_NAMES:
            for place, link in enumerate(getattr(whole.links, direction)):
                yield _link(ticket.id, direction, place, link)
    for role in _ROLES:
        if getattr(ticket, role) is not NOT_LOADED:
            yield from _watchers(ticket.id, role, False, getattr(ticket, role))
    if ticket.custom_roles is not NOT_LOADED:
        for role, members in ticket.custom_roles.items():
            yield from _watchers(ticket.id, role, True, members)


def _row(table: Table, record: Any, extra: Mapping[str, Any], missing: Sequence[str] = ()) -> Row:
    """A record's row.

    Args:
        extra: columns that are no attribute of the record.
        missing: what else was not loaded.
    """
    held: List[Any] = []
    not_loaded = [*missing, *(name for name in table.elsewhere
                              if getattr(record, name) is NOT_LOADED)]
    for column in table.columns[:-1]:
        value = extra[column.name] if column.name in extra else getattr(record, column.name)
        if value is NOT_LOADED:
            not_loaded.append(column.name)
        held.append(_stored(column.kind, value))
    return table.name, (*held, _stored("json", sorted(not_loaded)))


def _stored(kind: str, value: Any) -> Any:
    """The value as its column keeps it."""
    if value is None or value is NOT_LOADED:
        return None
    if kind == "json":
        return json.dumps(plain(value), ensure_ascii=False)
    if kind == "time":
        return _second(value)
    return value


def _second(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc).replace(microsecond=0)


def _transaction(whole: Whole, place: int, one: Transaction) -> Iterator[Row]:
    yield _row(_TRANSACTIONS, one, {"ticket_id": whole.ticket.id, "position": place,
                                    "transaction_ticket_id": one.ticket_id})
    if one.attachments is not NOT_LOADED:
        for order, part in enumerate(one.attachments):
            yield _attachment(whole, order, part, one.id)
    yield from _values(whole.ticket.id, one.id, one.custom_fields)


def _attachment(whole: Whole, place: int, part: Attachment, transaction_id: Any) -> Row:
    """``transaction_id``: in whose row it belongs; the part itself may not tell."""
    missing = ["transaction_id"] if part.transaction_id is NOT_LOADED else []
    given = None if transaction_id is NOT_LOADED else transaction_id
    return _row(_ATTACHMENTS, part, {
        "ticket_id": whole.ticket.id, "transaction_id": given, "position": place,
        "attachment_ticket_id": part.ticket_id, "content": whole.contents.get(part.id)}, missing)


def _values(ticket_id: int, transaction_id: Optional[int],
            fields: Mapping[str, Tuple[str, ...]]) -> Iterator[Row]:
    """A row a value; a field without one has a row without position and value."""
    if fields is NOT_LOADED:
        return
    for name, values in fields.items():
        if not values:
            yield _VALUES.name, (ticket_id, transaction_id, name, None, None)
        for place, value in enumerate(values):
            yield _VALUES.name, (ticket_id, transaction_id, name, place, value)


def _link(ticket_id: int, direction: str, place: int, link: Link) -> Row:
    return _LINKS.name, (ticket_id, direction, place, link.kind, link.id, link.url)


def _watchers(ticket_id: int, role: str, custom: bool, members: Tuple[Watcher, ...]
              ) -> Iterator[Row]:
    """A row a person; a custom role that nobody is in has a row without position."""
    if custom and not members:
        yield _WATCHERS.name, (ticket_id, role, custom, None, None, None, None, None)
    for place, one in enumerate(members):
        yield _WATCHERS.name, (ticket_id, role, custom, place, one.email, one.name, one.kind,
                               one.id)
