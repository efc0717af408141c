"""Values of REST 1.0's forms: one pair of functions, read and write, per kind. No field names.

Reading takes the text of a field as `forms.parse` gives it; writing gives what RT's reader takes.
"""
from __future__ import annotations

import re
from datetime import datetime
from typing import Dict, List, Optional, Tuple

from rtcompat.errors import ProtocolError, UsageError
from rtcompat.model import Link, Watcher
from rtcompat.rest1.forms import split_list
from rtcompat.rest1.zones import Clock

__all__ = ["read_text", "read_optional", "read_number", "read_id", "read_minutes", "read_flag",
           "read_people", "read_link", "read_links", "read_size", "write_text", "write_optional",
           "write_number", "write_minutes", "write_flag", "write_people", "write_link",
           "write_date", "read_headers"]


# -- text -------------------------------------------------------------------------------------

def read_text(value: str) -> str:
    """Text as it is; RT prints an unset column as an empty one."""
    return value


def read_optional(value: str) -> Optional[str]:
    """Text, or None for an empty one."""
    return value or None


def write_text(value: str) -> str:
    """Text as it is; `forms.compose_request` indents it."""
    return value


def write_optional(value: Optional[str]) -> str:
    """Text; None empties the field."""
    return value or ""


# -- numbers ----------------------------------------------------------------------------------

#: 18 digits are more than any number of RT's has, and less than what `int` refuses to read.
_NUMBER = re.compile(r"\s*(-?\d{1,18})(?:\.0*)?\s*\Z")
_ID = re.compile(r"(?:[a-z]+/)?(\d{1,18})(?:/[a-z]+)?\Z")


def read_number(value: str) -> int:
    """A whole number; an empty text is 0 (priorities of RT up to 4.0.5).

    Raises: ProtocolError for anything else.
    """
    if value.strip() == "":
        return 0
    found = _NUMBER.match(value)
    if found is None:
        raise ProtocolError(f"a number that cannot be read: {value!r}")
    return int(found.group(1))


def write_number(value: int) -> str:
    """Digits."""
    return str(value)


def read_id(value: str) -> int:
    """The number in ``ticket/7``, ``attachment/7``, ``ticket/7/links`` or a bare ``7``.

    Raises: ProtocolError when there is none (``user/name`` as an echo of what was not found).
    """
    found = _ID.match(value.strip())
    if found is None:
        raise ProtocolError(f"an id that cannot be read: {value!r}")
    return int(found.group(1))


_UNITS = {"min": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}
_MINUTES = re.compile(r"\s*(-?\d{1,18})(?:\s+(min|hour|day|week)[a-z]*)?\s*\Z", re.IGNORECASE)


def read_minutes(value: str) -> int:
    """Minutes of ``0`` or ``90 minutes``; up to 3.6.5 RT prints ``90 min``, ``2 hours``, rounded.

    Raises: ProtocolError for another unit (3.4 and 3.6 translate it).
    """
    if value.strip() == "":
        return 0
    # RT on SQLite keeps `90 minutes` that was posted as it is and adds the unit again
    found = _MINUTES.match(re.sub(r"(minutes)(?: minutes)+\Z", r"\1", value.strip()))
    if found is None:
        raise ProtocolError(f"a duration that cannot be read: {value!r}")
    return int(found.group(1)) * _UNITS[(found.group(2) or "min").lower()]


def write_minutes(value: int) -> str:
    """A bare number: RT stores ``90 minutes`` literally on some databases."""
    return str(value)


def read_flag(value: str) -> bool:
    """``1`` is True; ``0`` and empty are False."""
    return value.strip() not in ("", "0")


def write_flag(value: bool) -> str:
    """``1`` or ``0``."""
    return "1" if value else "0"


def read_size(value: str, content_type: Optional[str]) -> Optional[int]:
    """Bytes, where RT tells them: ``42b`` of what is no text. Else None.

    Text is counted in characters, more than 1024 is rounded to tenths of units of 1024, and
    ``0b`` is said of a content ``0`` too.
    """
    exact = re.match(r"([1-9]\d{0,17})b\Z", value)
    if exact is None or content_type is None or content_type.lower().startswith("text/"):
        return None
    return int(exact.group(1))


# -- people -----------------------------------------------------------------------------------

def read_people(value: str) -> Tuple[Watcher, ...]:
    """Watchers by e-mail, sorted, without doubles; all that REST 1.0 shows of them."""
    people = {address.strip() for address in split_list(value)}
    return tuple(Watcher(email) for email in sorted(people) if email)


def write_people(people: Tuple[Watcher, ...], name: str) -> str:
    """Addresses, logins and numbers of groups, comma-separated.

    Raises: UsageError for a group without a number, an address with a comma or a quote.
    """
    words = []
    for who in people:
        if who.kind == "group" or (who.email is None and who.name is None):
            if who.id is None:
                raise UsageError(f"{name}: a group is given by its id over REST 1.0",
                                 argument=name)
            words.append(str(who.id))
            continue
        word = who.email or who.name or ""
        if any(character in word for character in ",\"'\n") or word != word.strip():
            raise UsageError(f"{name}: {word!r} cannot stand in a list over REST 1.0",
                             argument=name)
        words.append(word)
    return ", ".join(words)


# -- links ------------------------------------------------------------------------------------

#: ``fsck.com-rt://example.com/ticket/7``, ``fsck.com-article://example.com/article/3``,
#: ``asset:7`` and ``fsck.com-asset://…`` (4.4 and later). RT takes ``article:7`` for an address.
_LOCAL = re.compile(r"(?:fsck\.com-(?P<scheme>rt|article|asset)://[^/]*/(?:(?P<kind>[a-z]+)/)?"
                    r"|asset:(?://[^/]*/(?:asset/)?)?)(?P<id>\d{1,18})\Z", re.ASCII)
_KINDS = {"rt": "ticket", "article": "article", "asset": "asset"}


def read_link(uri: str) -> Link:
    """One end of a link from RT's URI or a URL."""
    found = _LOCAL.match(uri)
    if found is None:
        return Link("url", url=uri)
    kind = found.group("kind") or _KINDS[found.group("scheme") or "asset"]
    if kind not in _KINDS.values():
        return Link("url", url=uri)
    return Link(kind, int(found.group("id")))


def read_links(value: str) -> Dict[Link, str]:
    """The links of one direction, each with the URI that RT knows it by."""
    return {read_link(uri): uri for uri in split_list(value)}


def write_link(end: Link, uri: Optional[str], organization: Optional[str], old: bool) -> str:
    """How to name one end of a link to RT.

    Args:
        uri: as RT prints it, for a link that exists.
        organization: as in the URIs of this RT, where known.
        old: RT up to 4.0.5, which links a bare number to ticket 1.
    Raises: UsageError for an article or asset that is not linked yet; for old servers a ticket
        while the organization is not known.
    """
    if uri is not None:
        return uri
    if end.kind == "url":
        return end.url
    if end.kind != "ticket":
        raise UsageError(f"{end}: REST 1.0 makes no new links to what is no ticket; give its URI "
                         "as a text", argument="add")
    if not old:
        return str(end.id)
    if organization is None:
        raise UsageError("RT before 4.0.6 needs full URIs for links, and this ticket shows none "
                         "to learn the organization's name from: give fsck.com-rt://NAME/ticket/"
                         f"{end.id}", argument="add")
    return f"fsck.com-rt://{organization}/ticket/{end.id}"


# -- dates ------------------------------------------------------------------------------------

def write_date(value: Optional[datetime], clock: Clock, name: str) -> str:
    """A moment in the user's zone, as every RT since 3.8 reads it; None empties the field.

    Raises: Unsupported when the zone is not known well enough for this moment.
    """
    return "" if value is None else clock.wall(value, name)


# -- headers ----------------------------------------------------------------------------------

def read_headers(value: str) -> Tuple[Tuple[str, str], ...]:
    """The ``Headers`` of an attachment as pairs in RT's order, continuation lines joined.

    Lines without a colon are no headers and are left out.
    """
    pairs: List[List[str]] = []
    for line in value.split("\n"):
        if line.startswith((" ", "\t")):
            if pairs:
                pairs[-1][1] += line
            continue
        name, colon, rest = line.partition(":")
        if colon:
            pairs.append([name, rest.strip(" \t\r")])
    return tuple((name, rest.rstrip("\r")) for name, rest in pairs)
