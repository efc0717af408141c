"""Records as JSON for programs: one record, one line, pure ASCII.

The shape is the record's own: an object with the attributes of `rtcompat.model` by name.

* a time is ``"2024-07-01T08:00:00Z"``, a duration an integer of minutes, a size bytes;
* null means that RT has no value; what was not loaded is left out;
* a watcher is ``{"email", "name", "kind", "id"}``, a link ``{"kind", "id", "url"}``;
* the names of `Ticket.undecided` are sorted; content in bytes is never shown.
"""
from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import datetime, timezone
from typing import Any

from rtcompat.model import NOT_LOADED

__all__ = ["plain", "line"]


def plain(value: Any) -> Any:
    """A record, or a value of one, as what JSON knows.

    Raises: TypeError for bytes and for what no record holds.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if is_dataclass(value) and not isinstance(value, type):
        held = ((each.name, getattr(value, each.name)) for each in fields(value))
        return {name: plain(one) for name, one in held if one is not NOT_LOADED}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items() if one is not NOT_LOADED}
    if isinstance(value, Set):
        return sorted(plain(one) for one in value)
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no JSON")


def line(value: Any) -> str:
    """One line of JSON. ASCII, so that no reader takes U+2028 or NEL for the line's end."""
    return json.dumps(plain(value), ensure_ascii=True)
