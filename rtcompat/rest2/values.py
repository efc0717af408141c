"""REST2's JSON values, one pair of functions a kind: ``read_`` from RT, ``write_`` to RT.

RT sends numbers as text, NULL as a missing key, as null or as "" depending on the endpoint, and
references as ``{"type", "id", "_url"}`` (1.09 to 6.0), so the readers take all of these.
"""
from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from rtcompat.errors import ProtocolError
from rtcompat.model import NOT_LOADED, Link, Watcher

__all__ = ["READ", "WRITE", "read_number", "read_text", "read_optional", "read_date", "read_flag",
           "read_login", "read_person", "read_people", "read_headers", "read_link",
           "read_values", "read_id", "people_in_order", "write_date", "write_person",
           "write_link", "NOBODY", "UNSET_DATE", "ISO_DATETIME"]

#: The user who stands where nobody does.
NOBODY = "Nobody"
#: What RT stores for a date that is not set. Never "": for Started and Told that means now.
UNSET_DATE = "1970-01-01 00:00:00"
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
ISO_DATETIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)Z)?\Z")
#: 18 digits are more than any number of RT's has, and less than what `int` refuses to read.
_LEADING_NUMBER = re.compile(r"\s*([-+]?\d{1,18})(?!\d)")


def read_number(value: Any) -> int:
    """A whole number; 0 for none. SQLite keeps ``20 minutes`` as RT was given it: 20."""
    found = _LEADING_NUMBER.match(str(value)) if value is not None else None
    return int(found.group(1)) if found else 0


def write_number(value: int) -> int:
    """As a JSON number."""
    return value


def read_id(value: Any) -> Optional[int]:
    """The number of a record, from a number, its text or a reference; None where there is none."""
    if isinstance(value, Mapping):
        value = value.get("id")
    number = read_number(value)
    return number or None


def read_text(value: Any) -> str:
    """Text, "" for none."""
    return value if isinstance(value, str) else "" if value is None else str(value)


def write_text(value: Optional[str]) -> str:
    """None goes as "": RT takes null for a key that was not given."""
    return value or ""


def read_optional(value: Any) -> Optional[str]:
    """Text, None for none."""
    return read_text(value) or None


def read_date(value: Any) -> Optional[datetime]:
    """An aware UTC datetime; None for unset, which is 1970 or nothing.

    Raises: ProtocolError for a text that RT does not write.
    """
    if value in (None, "", "0"):
        return None
    found = ISO_DATETIME.match(str(value))
    if not found:
        raise ProtocolError(f"{value!r} is no date as RT's REST2 writes it")
    try:  # RT 6 writes date columns without a time.
        moment = datetime.strptime(found.group(1) + (found.group(2) or "00:00:00"),
                                   "%Y-%m-%d%H:%M:%S").replace(tzinfo=timezone.utc)
    except ValueError:
        raise ProtocolError(f"{value!r} is no date") from None
    return None if moment <= _EPOCH else moment


def write_date(value: Optional[datetime]) -> str:
    """``YYYY-MM-DD HH:MM:SS`` in UTC, the one form that RT keeps on create and on edit."""
    return value.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S") if value else UNSET_DATE


def read_flag(value: Any) -> bool:
    """``"0"``, 0, null and "" are False."""
    return bool(read_number(value))


def write_flag(value: bool) -> int:
    """1 or 0: RT compares with these."""
    return 1 if value else 0


def read_login(value: Any) -> str:
    """A user reference's login."""
    return read_text(value.get("id") if isinstance(value, Mapping) else value)


def read_queue(value: Any) -> Any:
    """A queue reference's name, which has to be asked for by ``fields[Queue]=Name``; NOT_LOADED
    for one who may see the ticket and not its queue."""
    return read_text(value.get("Name") if isinstance(value, Mapping) else value) or NOT_LOADED


# -- people ---------------------------------------------------------------------------------------

def read_person(value: Any) -> Optional[Watcher]:
    """A user or group reference; None for ``Nobody`` and for what is neither.

    With ``fields[Role]=id,Name,EmailAddress`` the id is the principal's number; without, the id
    of a user is the login and nothing tells the address.
    """
    if not isinstance(value, Mapping) or value.get("type") not in ("user", "group"):
        return None
    kind = str(value["type"])
    name = read_optional(value.get("Name"))
    number = read_id(value) if kind == "group" or "Name" in value else None
    if kind == "user" and "Name" not in value:
        name = read_optional(value.get("id"))
    if name == NOBODY and kind == "user":
        return None
    return Watcher(read_optional(value.get("EmailAddress")) if kind == "user" else None,
                   name=name, kind=kind, id=number)


def read_people(value: Any) -> Tuple[Watcher, ...]:
    """The members of a role: an array, for roles of one member an object, for none "" or null."""
    several = value if isinstance(value, list) else [value]
    return people_in_order([person for person in map(read_person, several) if person is not None])


def people_in_order(people: List[Watcher]) -> Tuple[Watcher, ...]:
    """Sorted by e-mail, then name, each once."""
    once: Dict[Any, Watcher] = {}
    for person in people:
        once.setdefault(person.email or (person.kind, person.id, person.name), person)
    return tuple(sorted(once.values(), key=lambda one: (one.email or "", one.name or "")))


def write_person(person: Watcher) -> str:
    """The principal's number where it is known, else the address, else the login.

    Digits are a principal to RT in every role, groups too; a login that does not exist crashes
    RT before 5.0.5, so whoever sends one has looked it up.
    """
    if person.id is not None:
        return str(person.id)
    return person.email or person.name or ""


# -- attachments, links, custom fields ------------------------------------------------------------

def read_headers(value: Any) -> Tuple[Tuple[str, str], ...]:
    """The one text of a part's headers as pairs, in RT's order, continuation lines joined."""
    pairs: List[Tuple[str, str]] = []
    for line in read_text(value).split("\n"):
        if line[:1] in (" ", "\t") and pairs:
            name, so_far = pairs[-1]
            pairs[-1] = (name, so_far + line)
        elif ":" in line:
            name, _, rest = line.partition(":")
            pairs.append((name, rest.strip(" \t\r")))
    return tuple((name, rest.rstrip("\r")) for name, rest in pairs)


def read_link(value: Mapping[str, Any]) -> Link:
    """An entry of ``_hyperlinks``: a local record by type and number, anything else by address."""
    kind, number = value.get("type"), read_id(value)
    if kind in ("ticket", "article", "asset") and number is not None:
        return Link(str(kind), number)
    return Link("url", url=read_text(value.get("_url")))


def write_link(link: Link) -> str:
    """A ticket by its number: its full URI would remove a link that is there (5.0.3)."""
    if link.kind == "ticket":
        return str(link.id)
    return link.url or f"{link.kind}:{link.id}"


def read_values(values: Any, is_datetime: bool) -> Tuple[str, ...]:
    """The values of a custom field.

    Args:
        is_datetime: its type is DateTime: ``…T…Z`` becomes ``YYYY-MM-DD HH:MM:SS`` (UTC).
    Returns: texts; a file is its name; null, which RT keeps where a value was emptied, is none.
    """
    found = []
    for value in values if isinstance(values, list) else [values]:
        text = read_text(value.get("filename") if isinstance(value, Mapping) else value)
        moment = ISO_DATETIME.match(text) if is_datetime else None
        if moment and moment.group(2):
            text = f"{moment.group(1)} {moment.group(2)}"
        if text:
            found.append(text)
    return tuple(found)


#: By kind of `fields.FieldRow`; what needs more than the value is in `read`.
READ: Mapping[str, Callable[[Any], Any]] = {
    "number": read_number, "minutes": read_number, "text": read_text, "optional": read_optional,
    "login": read_login, "queue": read_queue, "people": read_people, "date": read_date,
    "flag": read_flag, "ticket": read_id, "transaction": read_id, "parent": read_id,
    "headers": read_headers,
}
#: By kind: what is sent.
WRITE: Mapping[str, Callable[[Any], Any]] = {
    "number": write_number, "minutes": write_number, "text": write_text, "optional": write_text,
    "login": write_text, "queue": lambda queue: queue, "date": write_date, "flag": write_flag,
}
