"""What custom fields may apply to, and what RT stores as a file or date of one."""
from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any, Container, Iterable, Mapping, Optional

from rtcompat.errors import UsageError
from rtcompat.model import LOOKUP_TYPES, NewAttachment

__all__ = ["FILE_TYPES", "check_day", "check_file_names", "checked_lookup_type", "checked_moment",
           "moment_of"]

#: RT's types of fields whose values are files.
FILE_TYPES = frozenset(("Image", "Binary"))

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
#: By the kind of record that holds others: what their fields apply to.
_HELD: Mapping[str, str] = {"queue": "RT::Queue-RT::Ticket", "catalog": "RT::Catalog-RT::Asset",
                            "class": "RT::Class-RT::Article"}


def checked_lookup_type(kind: str, lookup_type: Optional[str]) -> str:
    """What the fields of a queue, catalog or class shall apply to: those it holds, or itself.

    Raises: UsageError.
    """
    if kind not in _HELD:
        raise UsageError(f"kind is one of {', '.join(_HELD)}", argument="kind")
    wanted = _HELD[kind] if lookup_type is None else lookup_type
    if wanted not in LOOKUP_TYPES or wanted.split("-")[0] != _HELD[kind].split("-")[0]:
        raise UsageError(f"{lookup_type!r} is nothing that fields of a {kind} apply to",
                         argument="lookup_type")
    return wanted


def check_file_names(name: str, several: Iterable[Any], there: Container[str]) -> None:
    """Look at the wanted values of an Image or Binary field: of a text RT would make a value
    without a content (5.0.3 to 5.0.10).

    Args:
        there: names of the files that the record holds.
    Raises: UsageError for a text that is none of them.
    """
    for one in several:
        if not isinstance(one, NewAttachment) and one not in there:
            raise UsageError(f"custom_fields[{name}]: {one!r} is no file that is there; a new one "
                             "is a NewAttachment", argument="custom_fields")


def moment_of(text: str) -> Optional[datetime]:
    """The UTC moment that ``YYYY-MM-DD HH:MM:SS`` names, None for any other text."""
    if not _MOMENT.match(text):
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def checked_moment(text: str, name: str) -> datetime:
    """A value of a DateTime field.

    Raises: UsageError for another spelling, of which RT would make something (``now``, of half a
        datetime midnight somewhere), and for what it stores as unset or not at all.
    """
    moment = moment_of(text)
    if moment is None:
        raise UsageError(f"custom_fields[{name}]: a datetime is written YYYY-MM-DD HH:MM:SS, in "
                         "UTC", argument="custom_fields")
    return _after_epoch(moment, name)


def check_day(text: str, name: str) -> None:
    """Look at a value of a Date field. Raises: UsageError as `checked_moment`."""
    moment = moment_of(f"{text} 00:00:00")
    if moment is None:
        raise UsageError(f"custom_fields[{name}]: a date is written YYYY-MM-DD",
                         argument="custom_fields")
    _after_epoch(moment, name)


def _after_epoch(moment: datetime, name: str) -> datetime:
    if moment <= _EPOCH:
        raise UsageError(f"custom_fields[{name}] is not after 1970-01-01, which is RT's way to say "
                         "unset", argument="custom_fields")
    return moment
