"""Texts and names of custom fields in TicketSQL: quoted, or refused where RT takes them for more.

Source: RT::SQL and RT::Tickets, 4.4.6 to 5.0.10.
"""
from __future__ import annotations

import re
from typing import Union

from rtcompat.conditions import CONTAINING, Wild, checked_part
from rtcompat.errors import UsageError

__all__ = ["quoted", "text_literal", "field_key", "is_digits", "is_long"]

#: Where RT itself puts a ``%`` before the value, so that one more changes nothing.
_OPEN_IN_FRONT = ("LIKE", "NOT LIKE", "ENDSWITH", "NOT ENDSWITH")
#: What RT puts a value of its own in the place of.
_RESERVED = frozenset((
    "__currentuser__", "__currentusername__", "__selecteduser__", "__selectedusername__",
    "__active__", "__inactive__", "__bookmarked__"))
_COLUMN = re.compile(r"CF\.", re.IGNORECASE)
#: How RT takes a custom field's key apart: a queue before it, the name, a column behind it.
_FIELD = re.compile(r"(?:(.+?)\.)?\{(.+)\}(?:\.(Content|LargeContent))?$")


def quoted(text: str) -> str:
    """A text between single quotes, as RT's parser takes it apart again."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def is_digits(text: str) -> bool:
    """Whether RT may take a text for a number: a line end behind it changes nothing to it."""
    return re.fullmatch(r"\s*[+-]?\d+\s*", text) is not None


def is_long(value: object) -> bool:
    """Whether RT keeps a custom field's value in its column LargeContent, not in Content.

    An ``=`` of such a value it joins by OR to all that stands before, unless the column is named
    (``_LimitCustomField``, 4.4.4 to 5.0.10).
    """
    return isinstance(value, str) and len(value.encode("utf-8", "surrogatepass")) > 255


def text_literal(value: object, operator: str, name: str) -> str:
    """A text as a value of TicketSQL, quoted.

    Args:
        value: str, or `Wild` for one of `CONTAINING`.
        name: what it is compared with, for the error.
    Raises: UsageError where RT would not take it as it is.
    """
    text = value.text if isinstance(value, Wild) else value
    if not isinstance(text, str):
        raise UsageError(f"{name}: {value!r} is no text", argument=name)
    if "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
        raise UsageError(f"{name}: RT takes no text with NUL or half a character",
                         argument=name)
    if isinstance(value, Wild) and operator not in CONTAINING:
        raise UsageError(f"{name}: wildcards are for like, startswith and endswith",
                         argument=name)
    if operator in CONTAINING:
        text = _contained(value if isinstance(value, Wild) else text, operator, name)
    elif text.strip().lower() in _RESERVED:
        raise UsageError(f"{name}: RT puts another value in the place of {text!r}", argument=name,
                         advice="write it into the template if that is meant")
    if _COLUMN.match(text):
        raise UsageError(f"{name}: RT takes a text that begins with 'CF.' for a custom field",
                         argument=name, advice="search for a part of it by like")
    return quoted(text)


def _contained(value: Union[str, Wild], operator: str, name: str) -> str:
    text = checked_part(value, name)
    # RT takes the value for a column or a word of its own when it begins like one.
    special = _COLUMN.match(text) or text.strip().lower() in _RESERVED
    return f"%{text}" if special and operator in _OPEN_IN_FRONT else text


def field_key(field: object, column: str = "") -> str:
    """A ticket's custom field as the left side of a condition, quoted.

    Args:
        field: its name, or its number.
        column: ``Content`` or ``LargeContent`` for that column alone.
    Raises: UsageError for a name that RT's parser would take for another field.
    """
    behind = f".{column}" if column else ""
    if isinstance(field, int) and not isinstance(field, bool) and field > 0:
        return f"'CF.{{{field}}}{behind}'"
    if not isinstance(field, str) or not field:
        raise UsageError(f"cf: {field!r} is no name of a custom field", argument="cf")
    if is_digits(field):
        raise UsageError(f"cf: RT takes the name {field!r} for a number; give the field's number "
                         "as an int", argument="cf")
    found = _FIELD.match(f"{{{field}}}{behind}")
    right = found is not None and found.groups() == (None, field, column or None)
    if not right or any(one in field for one in "\0\n") or any(
            "\ud800" <= one <= "\udfff" for one in field):
        raise UsageError(f"cf: RT would take {field!r} for another field", argument="cf",
                         advice="give the field's number as an int")
    return quoted(f"CF.{{{field}}}{behind}")
