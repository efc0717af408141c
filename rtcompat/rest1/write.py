"""Records to what REST 1.0's forms take, driven by `fields` and `values`. No requests.

Keys come from the tables alone, so that nothing a caller gives becomes another field.
"""
from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from rtcompat import fields, limits
from rtcompat.errors import Unsupported, UsageError
from rtcompat.model import KEEP, NOT_LOADED, CustomField, NewAttachment, Watcher
from rtcompat.rest1 import values
from rtcompat.rest1.forms import custom_field_key, join_custom_values
from rtcompat.rest1.zones import Clock

__all__ = ["Pairs", "pairs", "ticket", "secret", "file_names", "has_dates", "custom_names",
           "WATCHERS", "check_charsets", "new_ticket", "quoted", "state_of", "wanted_state",
           "alike", "to_send"]

Pairs = List[Tuple[str, str]]
_Release = Optional[Tuple[int, ...]]

_WRITE: Mapping[str, Callable[[Any], str]] = {
    "text": values.write_text, "optional": values.write_optional, "login": values.write_text,
    "queue": str, "number": values.write_number, "minutes": values.write_minutes,
    "flag": values.write_flag,
}
WATCHERS = ("requestors", "cc", "admin_cc")
#: What a new ticket holds where RT dropped a wanted value without a word.
_NEW_TICKET: Mapping[str, Any] = {
    "owner": "Nobody", "requestors": (), "cc": (), "admin_cc": (), "subject": "", "sla": None,
    "starts": None, "started": None, "due": None, "resolved": None, "time_estimated": 0,
    "time_worked": 0, "time_left": 0,
}


def pairs(rows: Tuple[fields.FieldRow, ...], wanted: Mapping[str, Any]) -> Pairs:
    """Keys and values of a user or a queue.

    Args:
        wanted: by field name, as `limits.checked` gives them.
    """
    return [(row.rest1, _WRITE[row.kind](wanted[row.name])) for row in rows
            if row.name in wanted and row.rest1 is not None]


def secret(password: Any) -> Pairs:
    """The key for a password; none for KEEP.

    Raises: UsageError for what RT would take for no password: empty, asterisks alone.
    """
    if password is KEEP:
        return []
    if not isinstance(password, str) or "\n" in password or "\r" in password or "\0" in password:
        raise UsageError("a password is one line of text", argument="password")
    if password.strip("*") == "" or password != password.strip():
        raise UsageError("RT ignores a password of asterisks alone, and drops blanks at its edges",
                         argument="password")
    return [("Password", password)]


# -- tickets ----------------------------------------------------------------------------------

def has_dates(wanted: Mapping[str, Any], known: Mapping[str, CustomField]) -> bool:
    """Whether a date stands among the values, so that the zone has to be known."""
    dates = any(row.kind == "date" and wanted.get(row.name) is not None for row in fields.TICKET)
    given = wanted.get("custom_fields") or {}
    return dates or any(known[name].type == "DateTime" and given[name]
                        for name in given if name in known)


def ticket(wanted: Mapping[str, Any], *, clock: Clock, release: _Release,
           known: Mapping[str, CustomField], creating: bool) -> Pairs:
    """Keys and values of a ticket.

    Args:
        wanted: by field name, as `limits.checked` gives them; custom fields in canonical case.
        clock: the zone in which RT reads our dates.
        known: the queue's custom fields; one that is missing is sent as one value.
    Raises: UsageError, Unsupported for what REST 1.0 cannot carry, by name.
    """
    written: Pairs = []
    for row in fields.TICKET:
        key = row.rest1_create if creating else row.rest1
        if row.name not in wanted or key is None:
            continue
        value = wanted[row.name]
        if row.kind == "people":
            text = values.write_people(value, row.name)
            # a new ticket takes one text of addresses as Requestor, lists elsewhere
            written.append(("Requestors" if creating and key == "Requestor" and "," in text
                            else key, text))
        elif row.kind == "date":
            written.append((key, values.write_date(value, clock, row.name)))
        else:
            written.append((key, _WRITE[row.kind](value)))
    for name, several in (wanted.get("custom_fields") or {}).items():
        text = _custom_values(name, several, clock, release, known.get(name), creating)
        if text or not creating:
            written.append((custom_field_key(name, release), text))
    return written


def _custom_values(name: str, several: Tuple[str, ...], clock: Clock, release: _Release,
                   field: Optional[CustomField], creating: bool) -> str:
    argument = f"custom_fields[{name}]"
    if not several:
        return ""
    if any(isinstance(one, NewAttachment) for one in several):
        raise Unsupported(f"{argument}: REST 1.0 takes no files as values", argument=argument,
                          protocol="rest1", advice="use REST2")
    if field is not None and field.type == "DateTime":
        several = tuple(clock.wall(limits.checked_moment(one, name), argument) for one in several)
    elif field is not None and field.type == "Date":
        for one in several:
            limits.check_day(one, name)
    if field is None or field.single is None:
        if len(several) > 1 or re.search(r"[,\n\"'\\]|\A\s|\s\Z", several[0]):
            raise Unsupported(f"{argument}: REST 1.0 does not let us see whether this field takes "
                              "one value or many", argument=argument, protocol="rest1",
                              advice="use REST2, or have the right SeeCustomField granted")
        return several[0]
    if not field.single:
        return join_custom_values(several, version=release, creating=creating)
    if len(several) > 1:
        raise UsageError(f"{argument} takes one value", argument="custom_fields")
    return several[0]


def custom_names(wanted: Mapping[str, Any], known: Mapping[str, CustomField],
                 shown: Sequence[str]) -> Dict[str, Tuple[str, ...]]:
    """The wanted custom fields under the names that RT shows: spelled exactly so, else in any
    case, as RT matches them.

    Raises: UsageError for one field given twice; Unsupported for one of two that differ in case
        alone: RT writes to the first of them (seen on 5.0.3).
    """
    exact = {*known, *shown}
    spelled = {name.casefold(): name for name in (*known, *shown)}
    found: Dict[str, Tuple[str, ...]] = {}
    for given, several in (wanted.get("custom_fields") or {}).items():
        name = given if given in exact else spelled.get(given.casefold(), given)
        if name in found:
            raise UsageError(f"custom_fields[{name}] is given twice", argument="custom_fields")
        twins = sorted(one for one in exact if one.casefold() == name.casefold())
        if len(twins) > 1:
            raise Unsupported(f"REST 1.0 does not tell {' from '.join(map(repr, twins))}",
                              argument="custom_fields", protocol="rest1", advice="use REST2")
        found[name] = several
    return found


def to_send(given: Mapping[str, Tuple[Any, ...]], held: Mapping[str, Tuple[str, ...]],
            known: Mapping[str, CustomField]) -> Dict[str, Tuple[Any, ...]]:
    """The wanted custom fields without those that hold their values already: where the single
    value is a file, RT puts an empty one in its place when it is sent its name (5.0.3 to 5.0.10).

    Args:
        held: the values that the ticket shows.
    Raises: UsageError for a text in place of a file, where the field's type is known.
    """
    for name, several in given.items():
        if name in known and known[name].type in limits.FILE_TYPES:
            limits.check_file_names(name, several, held.get(name, ()))
    return {name: several for name, several in given.items()
            if name not in held or any(isinstance(one, NewAttachment) for one in several)
            or sorted(several) != sorted(held[name])}


# -- states: what a receipt compares ----------------------------------------------------------

def wanted_state(wanted: Mapping[str, Any]) -> Dict[str, Any]:
    """What a receipt compares: fields by name, custom fields as ``custom_fields[Name]``."""
    state = {name: value for name, value in wanted.items() if name != "custom_fields"}
    for name, several in (wanted.get("custom_fields") or {}).items():
        state[f"custom_fields[{name}]"] = several
    return state


def state_of(record: Any, wanted: Mapping[str, Any]) -> Dict[str, Any]:
    """The same fields of a record; a custom field that the record lacks holds no value."""
    state: Dict[str, Any] = {}
    for name in wanted:
        if name == "custom_fields":
            for one in wanted[name]:
                state[f"custom_fields[{one}]"] = record.custom_fields.get(one, ())
        else:
            state[name] = getattr(record, name)
    return state


def new_ticket(name: str) -> Any:
    """What a new ticket holds where nothing was wanted, or RT dropped it; NOT_LOADED if unknown.
    """
    return () if name.startswith("custom_fields[") else _NEW_TICKET.get(name, NOT_LOADED)


def alike(name: str, one: Any, other: Any) -> bool:
    """Whether RT takes two values of a field for the same: names in any case, lists in any order.
    """
    if isinstance(one, str) and isinstance(other, str) and name in ("owner", "queue", "status"):
        return one.casefold() == other.casefold()
    if not (isinstance(one, tuple) and isinstance(other, tuple)):
        return bool(one == other)
    if name.startswith("custom_fields["):
        return sorted(one) == sorted(other)
    if all(isinstance(who, Watcher) and who.email for who in one + other):
        return {who.email.casefold() for who in one} == {who.email.casefold() for who in other}
    return one == other


# -- files and queries ------------------------------------------------------------------------

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_(+-](?:[A-Za-z0-9 ._()+-]*[A-Za-z0-9._()+-])?\Z")


def file_names(files: Sequence[NewAttachment], *, release: _Release = None,
               creating: bool = False) -> str:
    """The list of file names for ``Attachment:``, where their order counts.

    A name that is not plain is sent as a MIME encoded word, which RT decodes when it stores the
    part (seen on 4.4.4 to 5.0.10): so commas, quotes, blanks at the edges and any alphabet arrive
    whole. Servers before 4.4.5 and 5.0.2 do not decode it in a new ticket, and mangle or die on
    other than ASCII: there its UTF-8 bytes are sent as characters (seen on 4.4.4).

    Args:
        creating: for a new ticket.
    Raises: UsageError for a name that would arrive otherwise.
    """
    mangles = creating and _mangles(release)
    words = []
    for file in files:
        name = file.filename
        if len(name) > 1 and name[0] == name[-1] == '"':
            raise UsageError(f"{name!r}: RT takes off the quotes around a file's name",
                             argument="attachments")
        if _PLAIN_NAME.match(name):
            words.append(name)
        elif mangles:
            words.append(_as_characters(name))
        else:
            encoded = "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"={byte:02X}"
                              for byte in name.encode("utf-8"))
            words.append(f"=?UTF-8?Q?{encoded}?=")
    return ", ".join(words)


def _mangles(release: _Release) -> bool:
    """Whether a new ticket's files are stored by code that RT 4.4.5 and 5.0.2 replaced."""
    return release is not None and (release < (4, 4, 5) or (5, 0) <= release < (5, 0, 2))


def check_charsets(files: Sequence[NewAttachment], release: _Release) -> None:
    """Raise Unsupported for a new ticket's text that this version turns into UTF-8 without a note
    of what it was (seen on 4.4.4)."""
    for file in files:
        if _mangles(release) and limits.recoded(file):
            raise Unsupported(f"this version of RT forgets the charset of {file.filename} with a "
                              "new ticket", operation="create_ticket", argument="attachments",
                              protocol="rest1", advice="comment on the ticket with it")


def _as_characters(name: str) -> str:
    """The name's UTF-8 bytes as characters, for a list in which RT unquotes nothing."""
    spelled = name.encode("utf-8").decode("latin-1")
    if "," in name or spelled != spelled.strip() or name.startswith("q{") or "=?" in name:
        raise UsageError(f"{name!r}: this version of RT cannot be given a new ticket with a file "
                         "of this name", argument="attachments",
                         advice="comment on the ticket with it")
    return spelled


def quoted(text: str) -> str:
    """A text as a value of TicketSQL."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
