"""The fields of a record, each by the kind that the table of fields gives it."""
from __future__ import annotations

from typing import Any, Dict, Mapping, Tuple

from rtcompat import fields
from rtcompat.errors import UsageError
from rtcompat.limits.files import checked_attachment, is_empty
from rtcompat.limits.people import checked_people
from rtcompat.limits.values import (checked_date, checked_flag, checked_line, checked_login,
                                    checked_minutes, checked_number, checked_queue,
                                    checked_subject, checked_text)
from rtcompat.model import KEEP, NOT_LOADED, NewAttachment, Watcher

__all__ = ["checked"]


def _custom_values(value: Any, name: str) -> Tuple[Any, ...]:
    if value is None:
        return ()
    if not isinstance(value, (str, list, tuple, NewAttachment)):
        raise UsageError(f"{name} is a text or a list of texts, not {type(value).__name__}",
                         argument=name)
    several = [value] if isinstance(value, (str, NewAttachment)) else list(value)
    for one in several:
        if isinstance(one, NewAttachment):
            checked_attachment(one)
            if is_empty(one):
                raise UsageError(f"{name}: RT takes no empty file", argument=name)
        elif not isinstance(one, str):
            raise UsageError(f"an entry of {name} is text, not {one!r}", argument=name)
    return tuple(one if isinstance(one, NewAttachment) else checked_text(one, name)
                 for one in several if one != "")


def _custom_fields(value: Any, name: str) -> Dict[str, Tuple[Any, ...]]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{name} maps names to texts", argument=name)
    return {checked_line(key, name): _custom_values(one, f"{name}[{key}]")
            for key, one in value.items()}


def _custom_roles(value: Any, name: str) -> Dict[str, Tuple[Watcher, ...]]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{name} maps role names to lists of people", argument=name)
    return {checked_line(key, name): checked_people(one, f"{name}[{key}]")
            for key, one in value.items()}


_BY_KIND = {
    "text": checked_text, "optional": checked_line, "login": checked_login,
    "queue": checked_queue, "number": checked_number, "minutes": checked_minutes,
    "date": checked_date, "flag": checked_flag, "people": checked_people,
    "custom_fields": _custom_fields, "custom_roles": _custom_roles,
}
#: Texts of several lines; every other text is one line.
_SEVERAL_LINES = frozenset(("contact_info", "comments", "signature"))


def checked(rows: Tuple[fields.FieldRow, ...], given: Mapping[str, Any]) -> Dict[str, Any]:
    """The fields among the arguments, as a record would hold them; KEEP ones are left out.

    Args:
        rows: the record's table in `fields`.
        given: arguments by name; names that are no fields are passed over.
    Returns:
        by field name: str, int, bool, aware UTC datetime without microseconds or None, tuple of
        Watcher, dict of tuples.
    Raises: UsageError naming the argument.
    """
    wanted: Dict[str, Any] = {}
    for row in rows:
        value = given.get(row.name, KEEP)
        if value is KEEP or row.name == "id":
            continue
        if value is NOT_LOADED:
            raise UsageError(f"{row.name} was not loaded; it cannot be sent", argument=row.name)
        if row.name == "subject":
            wanted[row.name] = checked_subject(value, row.name)
        elif row.kind == "text" and row.name not in _SEVERAL_LINES:
            wanted[row.name] = checked_line(value, row.name)
        else:
            wanted[row.name] = _BY_KIND[row.kind](value, row.name)
            if row.kind in ("custom_fields", "custom_roles") and not wanted[row.name]:
                del wanted[row.name]  # none is named, so none is to be changed
    return wanted
