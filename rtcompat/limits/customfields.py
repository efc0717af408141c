"""What custom fields may apply to, and texts in place of files."""
from __future__ import annotations

from typing import Any, Container, Iterable, Mapping, Optional

from rtcompat.errors import UsageError
from rtcompat.model import LOOKUP_TYPES, NewAttachment

__all__ = ["FILE_TYPES", "check_file_names", "checked_lookup_type"]

#: RT's types of fields whose values are files.
FILE_TYPES = frozenset(("Image", "Binary"))

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
